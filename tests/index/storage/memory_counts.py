"""Counts of a store in memory, article by article."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from index.records import Article, Filters, Scope
from index.storage.store import Totals
from index.text.languages import read_language
from tests.index.storage.memory_filters import by_date, count_days, count_languages, list_sources, passes


class MemoryCounts:
    """Counts over what `held` gives: all articles, and how many passages there are."""

    def __init__(self, held: Callable[[], tuple[Collection[Article], int]]) -> None:
        self._held = held

    @property
    def _articles(self) -> Collection[Article]:
        return self._held()[0]

    def totals(self) -> Totals:
        articles = self._articles
        dated = sorted((a for a in articles if a.published), key=by_date)
        first, last = (dated[0].published, dated[-1].published) if dated else (None, None)
        sources = {a.source for a in articles if a.source is not None}
        return Totals(len(articles), self._held()[1], len(sources), len(articles) - len(dated), first, last)

    def scope(self, filters: Filters) -> Scope:
        articles = list(self._articles)
        found = sorted((a for a in articles if passes(a, filters)), key=by_date)
        dated = [a.published for a in found if a.published]
        undated = unnamed = 0
        if filters.by_date:
            wider = replace(filters, after=None, before=None)
            undated = sum(passes(a, wider) and a.published is None for a in articles)
        if filters.languages:
            wider = replace(filters, languages=())
            unnamed = sum(passes(a, wider) and not read_language(a.language) for a in articles)
        first, last = (dated[0], dated[-1]) if dated else (None, None)
        return Scope(len(articles), len(found), undated, first, last, unnamed)

    def sources(self) -> list[str]:
        return list_sources(self._articles)

    def collections(self) -> dict[str, int]:
        names = sorted(name for a in self._articles for name in a.collections)
        return {name: names.count(name) for name in names}

    def languages(self) -> dict[str, int]:
        return count_languages(self._articles)

    def days(self, filters: Filters, containing: str = "") -> list[tuple[str, str, int]]:
        return count_days(self._articles, filters, containing)
