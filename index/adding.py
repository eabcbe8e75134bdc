"""Adding articles: what each is to the library, in batches of one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from index.errors import ArticleDamaged, DatelineError
from index.identify import make_article_from_mapping
from index.models.embedder import Embedder
from index.near_duplicates import group_copies
from index.records import AddReport, Article, Failure, Passage
from index.search.derived import DerivedIndexes
from index.storage.encoding import make_key
from index.storage.store import Store
from index.text.passages import embedded_text, split_passages

_BATCH_PASSAGES = 256  # passages in one transaction, about: a few seconds of embedding


class Adding:
    """One `add` under way: what came so far, and the batch that is not committed yet."""

    def __init__(
        self, store: Store, derived: DerivedIndexes, embedder: Callable[[], Embedder], passage_words: int
    ) -> None:
        self._store = store
        self._derived = derived
        self._embedder = embedder
        self._passage_words = passage_words
        self._batch: dict[str, tuple[Article, list[Passage]]] = {}
        self._seen: dict[str, str] = {}  # content of the batch
        self._ids: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": []}
        self._failed: list[Failure] = []
        self._passages = 0

    def take(self, given: Article | Failure | Mapping[str, Any]) -> None:
        """Take one input; what is wrong with it is in the report."""
        if isinstance(given, Failure):
            self._failed.append(given)
            return
        if isinstance(given, Article):
            self._take_article(given)
            return
        try:
            article = make_article_from_mapping(given)
        except DatelineError as error:
            name = str(given.get("id") or given.get("url") or given.get("title") or "an article without a name")
            self._failed.append(Failure(name[:200], str(error)))
            return
        self._take_article(article)

    def _take_article(self, article: Article) -> None:
        if article.id in self._batch:
            self.flush()
        old, damaged = self._find_old(article.id)
        same = old is not None and _is_same(article, old)
        kept = article.id if same else self._find_elsewhere(article) if old is None and not damaged else None
        if kept is not None:
            self._ids["unchanged"].append(kept)
            return
        self._ids["updated" if old is not None or damaged else "added"].append(article.id)
        passages = split_passages(article, self._passage_words)
        self._batch[article.id] = (article, passages)
        self._seen[article.content_hash] = article.id
        if sum(len(p) for _, p in self._batch.values()) >= _BATCH_PASSAGES:
            self.flush()

    def _find_old(self, article_id: str) -> tuple[Article | None, bool]:
        """The article that is there under this id, and whether one is there that is damaged."""
        try:
            return self._store.articles.get(article_id), False
        except ArticleDamaged:
            return None, True

    def _find_elsewhere(self, article: Article) -> str | None:
        """The id under which the content of a file without identity is there: the same cutting, kept twice."""
        if article.url or article.id != _id_from_place(article):
            return None
        found = self._seen.get(article.content_hash)
        return found or next(iter(self._store.articles.ids_with_content(article.content_hash)), None)

    def flush(self) -> None:
        """Embed the batch and commit it."""
        if not self._batch:
            return
        texts: dict[bytes, str] = {}
        keys: dict[str, list[bytes]] = {}
        for article, passages in self._batch.values():
            embedded = [embedded_text(article, p.text) for p in passages]
            keys[article.id] = [make_key(text) for text in embedded]
            texts.update(zip(keys[article.id], embedded, strict=True))
        missing = sorted(self._store.vectors.missing(texts), key=lambda key: len(texts[key]))
        vectors = self._embedder().embed_passages([texts[key] for key in missing])
        with self._store.write() as generation:
            self._store.vectors.put(missing, vectors)
            for article, passages in self._batch.values():
                self._store.passages.remove(article.id, generation, keep=texts)
                self._store.stories.leave(article.id)
                self._store.articles.put(article)
                self._store.passages.put(passages, keys[article.id], generation)
                self._passages += len(passages)
            group_copies(self._store)
        self._batch.clear()
        self._seen.clear()
        self._derived.catch_up()

    def report(self) -> AddReport:
        """What became of the inputs."""
        return AddReport(
            added=tuple(self._ids["added"]),
            updated=tuple(self._ids["updated"]),
            unchanged=tuple(self._ids["unchanged"]),
            failed=tuple(self._failed),
            passages=self._passages,
        )


def _is_same(article: Article, old: Article) -> bool:
    """True where nothing is new, wherever it was read; a feed's words never take the place of what a page had."""
    if article.feed and old.feed != article.feed:
        return True
    return replace(article, origin=old.origin) == old and article.feed == old.feed


def _id_from_place(article: Article) -> str:
    return hashlib.sha256(str(article.origin).encode()).hexdigest()[:16]
