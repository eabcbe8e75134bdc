"""Counting in PostgreSQL."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from index.records import Filters, Scope
from index.storage.article_rows import to_datetime
from index.storage.postgres.connection import Database
from index.storage.postgres.filters import write_where
from index.storage.store import Totals

_TOTALS = (
    "SELECT count(*), (SELECT count(*) FROM passages), count(DISTINCT source), count(*) - count(published_at), "
    "(SELECT published FROM articles ORDER BY published_at ASC NULLS LAST LIMIT 1), "
    "(SELECT published FROM articles ORDER BY published_at DESC NULLS LAST LIMIT 1) FROM articles"
)


class PostgresCounts:
    """Counts of articles, and the names that occur in them."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def totals(self) -> Totals:
        """Numbers of all that is there."""
        articles, passages, sources, undated, first, last = self._db.rows(_TOTALS)[0]
        return Totals(articles, passages, sources, undated, to_datetime(first), to_datetime(last))

    def scope(self, filters: Filters) -> Scope:
        """Count the articles that the filters let through."""
        total = self._db.value("SELECT count(*) FROM articles")
        where, values = write_where(filters)
        searched = self._db.value(f"SELECT count(*) FROM articles {where}", values)
        dates = f"SELECT published FROM articles {where} ORDER BY published_at"
        first = self._db.row(f"{dates} ASC NULLS LAST LIMIT 1", values)
        last = self._db.row(f"{dates} DESC NULLS LAST LIMIT 1", values)
        undated = unnamed = 0
        if filters.by_date:
            undated = self._count_more(replace(filters, after=None, before=None), "published_at IS NULL")
        if filters.languages:
            unnamed = self._count_more(replace(filters, languages=()), "language_tag IS NULL")
        ends = [to_datetime(row[0]) if row else None for row in (first, last)]
        return Scope(total, searched, undated, ends[0], ends[1], unnamed)

    def _count_more(self, filters: Filters, condition: str) -> int:
        where, values = write_where(filters)
        query = f"SELECT count(*) FROM articles {where} {'AND' if where else 'WHERE'} {condition}"
        return int(self._db.value(query, values))

    def sources(self) -> list[str]:
        """The names of all sources, in order; of those that differ in case alone, one."""
        query = "SELECT min(source) FROM articles WHERE source_folded IS NOT NULL GROUP BY source_folded "
        return [row[0] for row in self._db.rows(query + "ORDER BY source_folded")]

    def collections(self) -> dict[str, int]:
        """How many articles are in each collection, by its name, in order."""
        return dict(self._db.rows("SELECT collection, count(*) FROM memberships GROUP BY 1 ORDER BY 1"))

    def languages(self) -> dict[str, int]:
        """How many articles are in each language, without regard to the country, by its ISO 639 code, in order."""
        counted: Counter[str] = Counter()
        for tag, count in self._db.rows("SELECT language_tag, count(*) FROM articles GROUP BY 1"):
            if tag:
                counted[tag.partition("-")[0]] += count
        return dict(sorted(counted.items()))

    def days(self, filters: Filters, containing: str = "") -> list[tuple[str, str, int]]:
        """Each day and source with how many articles are of it, in order."""
        where, values = write_where(filters, containing)
        query = (
            f"SELECT published_day, coalesce(source, '') AS named, count(*) FROM articles {where} "
            f"{'AND' if where else 'WHERE'} published_at IS NOT NULL GROUP BY published_day, named "
            "ORDER BY published_day, named"
        )
        return [(day, source, count) for day, source, count in self._db.rows(query, values)]
