"""Counting in SQLite."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from index.records import Filters, Scope
from index.storage.article_rows import to_collections, to_datetime
from index.storage.sqlite.connection import SqlitePart
from index.storage.sqlite.filters import DAY, LANGUAGE, SOURCE, write_where
from index.storage.store import Totals

_TOTALS = (
    "SELECT COUNT(*), (SELECT COUNT(*) FROM passages), COUNT(DISTINCT source), COUNT(*) - COUNT(published_at), "
    "(SELECT published FROM articles WHERE published IS NOT NULL ORDER BY published_at LIMIT 1), "
    "(SELECT published FROM articles ORDER BY published_at DESC LIMIT 1) FROM articles"
)


class SqliteCounts(SqlitePart):
    """Counts of articles, and the names that occur in them."""

    def totals(self) -> Totals:
        """Numbers of all that is there."""
        articles, passages, sources, undated, first, last = self.db.execute(_TOTALS).fetchone()
        return Totals(articles, passages, sources, undated, to_datetime(first), to_datetime(last))

    def scope(self, filters: Filters) -> Scope:
        """Count the articles that the filters let through."""
        (total,) = self.db.execute("SELECT COUNT(*) FROM articles").fetchone()
        where, values = write_where(filters)
        # Moments are compared as seconds; the one that is theirs comes along (SQLite's bare columns).
        count = f"SELECT COUNT(*), MIN(published_at), published FROM articles {where}"
        searched, _, first = self.db.execute(count, values).fetchone()
        newest = f"SELECT MAX(published_at), published FROM articles {where}"
        _, last = self.db.execute(newest, values).fetchone()
        undated = unnamed = 0
        if filters.by_date:
            undated = self._count_more(replace(filters, after=None, before=None), "published_at IS NULL")
        if filters.languages:
            unnamed = self._count_more(replace(filters, languages=()), f"{LANGUAGE} IS NULL")
        return Scope(total, searched, undated, to_datetime(first), to_datetime(last), unnamed)

    def _count_more(self, filters: Filters, condition: str) -> int:
        where, values = write_where(filters)
        query = f"SELECT COUNT(*) FROM articles {where} {'AND' if where else 'WHERE'} {condition}"
        return int(self.db.execute(query, values).fetchone()[0])

    def sources(self) -> list[str]:
        """The names of all sources, in order; of those that differ in case alone, one."""
        query = f"SELECT MIN(source) FROM articles WHERE source IS NOT NULL GROUP BY {SOURCE} ORDER BY {SOURCE}"
        return [row[0] for row in self.db.execute(query)]

    def collections(self) -> dict[str, int]:
        """How many articles are in each collection, by its name, in order."""
        counted: Counter[str] = Counter()
        for names, count in self.db.execute("SELECT CAST(collections AS BLOB), COUNT(*) FROM articles GROUP BY 1"):
            for name in to_collections(names):
                counted[name] += count
        return dict(sorted(counted.items()))

    def languages(self) -> dict[str, int]:
        """How many articles are in each language, without regard to the country, by its ISO 639 code, in order."""
        counted: Counter[str] = Counter()
        for tag, count in self.db.execute(f"SELECT {LANGUAGE}, COUNT(*) FROM articles GROUP BY 1"):
            if tag:
                counted[tag.partition("-")[0]] += count
        return dict(sorted(counted.items()))

    def days(self, filters: Filters, containing: str = "") -> list[tuple[str, str, int]]:
        """Each day and source with how many articles are of it, in order."""
        where, values = write_where(filters, containing)
        query = (
            f"SELECT {DAY}, coalesce(source, ''), COUNT(*) FROM articles {where} {'AND' if where else 'WHERE'} "
            "published_at IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
        )
        return [(day, source, count) for day, source, count in self.db.execute(query, values)]
