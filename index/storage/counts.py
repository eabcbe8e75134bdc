"""What a library holds, counted once for each of its generations: counting reads every article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from index.audit.actors import acting_user
from index.errors import LibraryDamaged
from index.records import Filters, Scope
from index.storage.store import Articles, Store
from index.text.languages import read_language

T = TypeVar("T")

_REMEMBERED = 100  # of each; filters that people set are few


class LibraryCounts:
    """Counts of articles, and the names that occur in them. Threads may share one.

    With `by_user`, users may see different articles.
    """

    def __init__(self, store: Store, *, by_user: bool = False) -> None:
        self._store = store
        self._by_user = by_user
        # The generation is in the key, so that what another process writes is counted too.
        whole = _WholeCounts(store.articles)
        self._scope = lru_cache(_REMEMBERED)(
            lambda _key, filters: _try(lambda: store.counts.scope(filters), lambda: whole.scope(filters))
        )
        self._sources = lru_cache(_REMEMBERED)(lambda _key: tuple(_try(store.counts.sources, whole.sources)))
        self._collections = lru_cache(_REMEMBERED)(lambda _key: _try(store.counts.collections, whole.collections))
        self._days = lru_cache(_REMEMBERED)(
            lambda _key, filters, containing: tuple(
                _try(lambda: store.counts.days(filters, containing), lambda: whole.days(filters, containing))
            )
        )
        self._languages = lru_cache(_REMEMBERED)(lambda _key: _try(store.counts.languages, whole.languages))

    def _key(self) -> tuple[int, str]:
        return self._store.generation(), acting_user() if self._by_user else ""

    def scope(self, filters: Filters) -> Scope:
        """Count the articles that the filters let through."""
        return self._scope(self._key(), filters)

    def sources(self) -> list[str]:
        """The names of all sources, in order; of those that differ in case alone, one."""
        return list(self._sources(self._key()))

    def collections(self) -> dict[str, int]:
        """How many articles are in each collection, by its name, in order."""
        return dict(self._collections(self._key()))

    def languages(self) -> dict[str, int]:
        """How many articles are in each language, without regard to the country, by its ISO 639 code, in order."""
        return dict(self._languages(self._key()))

    def days(self, filters: Filters, containing: str = "") -> list[tuple[str, str, int]]:
        """Each day (as 2024-03-17) and source (empty for none) with how many articles are of it, in order."""
        return list(self._days(self._key(), filters, containing))


def _try(count: Callable[[], T], otherwise: Callable[[], T]) -> T:
    try:
        return count()
    except LibraryDamaged:
        return otherwise()


class _WholeCounts:
    """Counts of the articles that can be read, one by one, where a table can't be read to its end."""

    def __init__(self, articles: Articles) -> None:
        self._articles = articles

    def scope(self, filters: Filters) -> Scope:
        found = list(self._articles.within(filters))
        dates = sorted(article.published for article in found if article.published)
        any_day = self._articles.within(replace(filters, after=None, before=None)) if filters.by_date else ()
        any_language = self._articles.within(replace(filters, languages=())) if filters.languages else ()
        return Scope(
            sum(1 for _ in self._articles.within()),
            len(found),
            sum(article.published is None for article in any_day),
            dates[0] if dates else None,
            dates[-1] if dates else None,
            sum(read_language(article.language) is None for article in any_language),
        )

    def sources(self) -> list[str]:
        names: dict[str, str] = {}
        for name in sorted(article.source for article in self._articles.within() if article.source):
            names.setdefault(name.casefold(), name)
        return [names[folded] for folded in sorted(names)]

    def collections(self) -> dict[str, int]:
        names = (name for article in self._articles.within() for name in article.collections)
        return dict(sorted(Counter(names).items()))

    def languages(self) -> dict[str, int]:
        tags = (read_language(article.language) for article in self._articles.within())
        return dict(sorted(Counter(tag.partition("-")[0] for tag in tags if tag).items()))

    def days(self, filters: Filters, containing: str) -> list[tuple[str, str, int]]:
        found = self._articles.within(filters, containing)
        counted = Counter((f"{a.published:%Y-%m-%d}", a.source or "") for a in found if a.published)
        return [(day, source, count) for (day, source), count in sorted(counted.items())]
