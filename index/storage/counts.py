"""What a library holds, counted once for each of its generations: counting reads every article."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from index.records import Filters, Scope
from index.storage.sql_filters import write_where
from index.storage.sqlite import Store, to_datetime

_REMEMBERED = 100  # of each; filters that people set are few


class LibraryCounts:
    """Counts of articles, and the names that occur in them. Threads may share one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # The generation is in the key, so that what another process writes is counted too.
        self._count = lru_cache(_REMEMBERED)(self._read_scope)
        self._list_sources = lru_cache(1)(self._read_sources)
        self._list_languages = lru_cache(1)(self._read_languages)

    def scope(self, filters: Filters) -> Scope:
        """Count the articles that the filters let through."""
        return self._count(self._store.generation(), filters)

    def sources(self) -> list[str]:
        """The names of all sources, in order; of those that differ in case alone, one."""
        return list(self._list_sources(self._store.generation()))

    def languages(self) -> list[str]:
        """The languages that articles say they are in, without regard to the country: ISO 639 codes, in order."""
        return list(self._list_languages(self._store.generation()))

    def _read_scope(self, generation: int, filters: Filters) -> Scope:
        db = self._store.connection
        (total,) = db.execute("SELECT COUNT(*) FROM articles").fetchone()
        where, values = write_where(filters)
        # Moments are compared as seconds; the one that is theirs comes along (SQLite's bare columns).
        count = f"SELECT COUNT(*), MIN(published_at), published FROM articles {where}"
        searched, _, first = db.execute(count, values).fetchone()
        newest = f"SELECT MAX(published_at), published FROM articles {where}"
        _, last = db.execute(newest, values).fetchone()
        undated = unnamed = 0
        if filters.by_date:
            undated = self._count_more(replace(filters, after=None, before=None), "published_at IS NULL")
        if filters.languages:
            unnamed = self._count_more(replace(filters, languages=()), "language_tag(language) IS NULL")
        return Scope(total, searched, undated, to_datetime(first), to_datetime(last), unnamed)

    def _count_more(self, filters: Filters, condition: str) -> int:
        where, values = write_where(filters)
        query = f"SELECT COUNT(*) FROM articles {where} {'AND' if where else 'WHERE'} {condition}"
        return int(self._store.connection.execute(query, values).fetchone()[0])

    def _read_sources(self, generation: int) -> tuple[str, ...]:
        query = "SELECT MIN(source) FROM articles WHERE source IS NOT NULL GROUP BY fold(source) ORDER BY fold(source)"
        return tuple(row[0] for row in self._store.connection.execute(query))

    def _read_languages(self, generation: int) -> tuple[str, ...]:
        rows = self._store.connection.execute("SELECT DISTINCT language_tag(language) FROM articles")
        return tuple(sorted({tag.partition("-")[0] for (tag,) in rows if tag}))
