"""What a library has, article by article."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from index.care.collecting import check_collections
from index.care.tables import to_arrow, to_pandas
from index.errors import ArticleDamaged, ArticleMissing, DatelineError
from index.identify import make_storable
from index.models.embedder import to_unit
from index.records import NO_FILTERS, Article, Filters, Passage, Scope, Version
from index.search.indexes import SearchIndexes
from index.storage.address import Place
from index.storage.counts import LibraryCounts
from index.storage.store import Store
from index.text.passages import find_passages

if TYPE_CHECKING:
    import pandas
    import pyarrow

_PASSAGES = 10  # looked at for each article that is wanted


class Articles:
    """What `Library` tells of the articles that it has, without a question."""

    place: Place
    _store: Store
    _counts: LibraryCounts
    _indexes: SearchIndexes
    _passage_words: int

    def get(self, article_id: str) -> Article:
        """Return the article with this id, or the only one whose id begins so.

        Raises ArticleDamaged where it is not what was written, another DatelineError where there is none.
        """
        article_id = make_storable(article_id)
        article = self._store.articles.get(article_id)
        if article is not None:
            return article
        ids = self._store.articles.ids_beginning(article_id) if article_id else []
        if article_id in ids:  # it is there, and the database's own index of ids does not lead to it
            raise ArticleDamaged(article_id, self.place)
        if len(ids) == 1:
            return self.get(ids[0])
        if ids:
            raise DatelineError(f"{len(ids)} articles have an id that begins with {article_id!r}. Give more of it.")
        raise ArticleMissing(article_id, self.place)

    def find(self, article_id: str) -> Article | None:
        """The article with just this id, or None; one that is damaged counts as none, and is noticed."""
        return self._store.articles.get_all([article_id]).get(article_id)

    def damaged(self) -> tuple[str, ...]:
        """What was found damaged since the library was opened, and left out of what was read: "article 12", say."""
        return self._store.damaged()

    def articles(self, filters: Filters = NO_FILTERS, containing: str = "") -> Iterator[Article]:
        """The articles within the filters whose title or text has the words `containing`, without regard to case.

        The oldest come first, those without a date last. One that is damaged is left out and noticed, whatever the
        filters make of it.
        """
        return self._store.articles.within(self._check(filters), make_storable(containing))

    def ids(self) -> list[str]:
        """The ids of all articles, in the order of their adding."""
        return self._store.articles.ids()

    def page(
        self, filters: Filters, containing: str, offset: int, limit: int, *, newest_first: bool = True
    ) -> tuple[list[Article], int]:
        """A part of those articles by date, the undated last: `limit` from the one numbered `offset` (0-based) on, and
        how many there are in all.
        """
        known = self._check(filters)
        return self._store.articles.page(known, make_storable(containing), offset, limit, newest_first=newest_first)

    def to_pandas(self, filters: Filters = NO_FILTERS, containing: str = "") -> pandas.DataFrame:
        """Those articles as a table, a row for each; docs/api.md has the columns. Needs the extra `pandas`."""
        return to_pandas(self.articles(filters, containing))

    def to_arrow(self, filters: Filters = NO_FILTERS, containing: str = "") -> pyarrow.Table:
        """The same in Arrow. Needs the extra `arrow`."""
        return to_arrow(self.articles(filters, containing))

    def versions(self, article_id: str) -> list[Version]:
        """The texts that an article had before, the oldest first."""
        return self._store.articles.versions(self.get(article_id).id)

    def copies(self, article_id: str) -> tuple[str, ...]:
        """Ids of the other articles that tell the same story in the same words."""
        found = self.get(article_id).id
        return self._store.stories.copies([found]).get(found, ())

    def similar(self, article_id: str, limit: int = 5) -> list[Article]:
        """At most `limit` articles whose passages are nearest to those of this one, the nearest first.

        Those that tell its story in the same words are left out: see `copies`.
        """
        return _find_similar(self._store, self._indexes, self.get(article_id).id, limit)

    def sources(self) -> list[str]:
        """The names of all sources, in order; of those that differ in case alone, one."""
        return self._counts.sources()

    def collections(self) -> dict[str, int]:
        """How many articles are in each collection, by its name, in order."""
        return self._counts.collections()

    def languages(self) -> list[str]:
        """The languages that articles are in, without regard to the country: ISO 639 codes, in order."""
        return list(self._counts.languages())

    def days(self, filters: Filters = NO_FILTERS, containing: str = "") -> list[tuple[str, str, int]]:
        """How many of those articles each day has of each source: day (2024-03-17), source (empty for none), count."""
        return self._counts.days(self._check(filters), make_storable(containing))

    def origins(self) -> Iterator[tuple[str, str]]:
        """The id of each article with the path or address that it was read from, where there is one."""
        return iter(self._store.articles.origins())

    def passages(self, article: Article, most: int | None = None) -> list[Passage]:
        """The passages of an article, in order, or the first `most` of them."""
        return list(islice(find_passages(article, self._passage_words), most))

    def scope(self, filters: Filters) -> Scope:
        """How many articles a filter lets through."""
        return self._counts.scope(self._check(filters))

    def _check(self, filters: Filters) -> Filters:
        return check_collections(filters, self.collections) if filters.collections else filters


def _find_similar(store: Store, indexes: SearchIndexes, article_id: str, limit: int) -> list[Article]:
    """At most `limit` articles, the one with the passage nearest to the middle of this article's passages first.

    Those that tell the story of this one, or of one before them, in the same words are left out.
    """
    with indexes.snapshot() as snapshot:
        keys = store.passages.keys(article_id)
        vectors = store.vectors.get_by_key(keys)
        if not vectors:
            return []
        middle = to_unit(np.mean(np.stack([*vectors.values()]), axis=0, dtype=np.float32))
        numbers = [number for number, _ in snapshot.vectors.search(middle, len(keys) + limit * _PASSAGES)]
        passages = store.passages.get(numbers)
        near = {article.id: article for n in numbers if n in passages for _, article in [passages[n]]}
        copies = store.stories.copies([article_id, *near])
    known = {article_id, *copies.get(article_id, ())}
    found = []
    for other in near.values():
        if other.id not in known:
            found.append(other)
            known |= {other.id, *copies.get(other.id, ())}
    return found[:limit]
