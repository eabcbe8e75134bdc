"""What a library holds, counted once for each of its generations: counting reads every article."""

from __future__ import annotations

from functools import lru_cache

from index.records import Filters, Scope
from index.storage.store import Store

_REMEMBERED = 100  # of each; filters that people set are few


class LibraryCounts:
    """Counts of articles, and the names that occur in them. Threads may share one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # The generation is in the key, so that what another process writes is counted too.
        self._scope = lru_cache(_REMEMBERED)(lambda _generation, filters: store.counts.scope(filters))
        self._sources = lru_cache(1)(lambda _generation: tuple(store.counts.sources()))
        self._languages = lru_cache(1)(lambda _generation: tuple(store.counts.languages()))

    def scope(self, filters: Filters) -> Scope:
        """Count the articles that the filters let through."""
        return self._scope(self._store.generation(), filters)

    def sources(self) -> list[str]:
        """The names of all sources, in order; of those that differ in case alone, one."""
        return list(self._sources(self._store.generation()))

    def languages(self) -> list[str]:
        """The languages that articles say they are in, without regard to the country: ISO 639 codes, in order."""
        return list(self._languages(self._store.generation()))
