"""Adding articles: what each is to the library, in batches of one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Set
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from index.audit.audit_log import AuditLog
from index.errors import ArticleDamaged, DatelineError
from index.identify import make_article_from_mapping
from index.models.embedder import Embedder, Vectors
from index.near_duplicates import group_copies
from index.records import MOST_PASSAGES, AddReport, Article, Failure, Passage
from index.search.indexes import SearchIndexes
from index.storage.encoding import make_key
from index.storage.store import Store
from index.text.detect_language import settle_language
from index.text.outlets import load_outlets
from index.text.passages import embedded_text, split_passages

_BATCH_PASSAGES = 256  # passages in one transaction, about: a few seconds of embedding
_TOGETHER = 32  # texts that are embedded before it is said how far it has come: a moment's work
_BATCH_CHARACTERS = 10_000_000  # the same of text, which may have few words


class _Cut(NamedTuple):
    """An article of the batch, its passages, and what their vectors are known by."""

    article: Article
    passages: list[Passage]
    keys: list[bytes]


class Adding:
    """One `add` under way: what came so far, and the batch that is not committed yet.

    Reading, cutting and embedding are done before the writer's lock (`lock`) is taken, so that a slow file keeps
    nobody else waiting; what is true of the library is looked at again once it is held. `progress` is called with the
    number of inputs that are done, as it grows: those of a batch by how much of it is embedded. What was committed is
    logged in `audit`.
    """

    def __init__(
        self,
        store: Store,
        indexes: SearchIndexes,
        embedder: Callable[[], Embedder],
        passage_words: int,
        lock: Callable[[], AbstractContextManager[None]],
        progress: Callable[[int], None],
        audit: AuditLog,
        collections: tuple[str, ...] = (),
    ) -> None:
        load_outlets()  # what is wrong with the user's own table is one error, and not one of each article
        self._store = store
        self._indexes = indexes
        self._embedder = embedder
        self._passage_words = passage_words
        self._lock = lock
        self._collections = collections
        self._batch: list[_Cut] = []
        self._texts: dict[bytes, str] = {}  # what the batch's passages are embedded as, by their keys
        self._ids: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": [], "partly": []}
        self._unread: list[Failure] = []
        self._passages = 0
        self._progress = progress
        self._audit = audit
        self._taken = self._done = 0

    def take(self, given: Article | Failure | Mapping[str, Any]) -> None:
        """Take one input; what is wrong with it is in the report."""
        self._taken += 1
        self._take(given)
        self._say_done(0.0)

    def _take(self, given: Article | Failure | Mapping[str, Any]) -> None:
        article = read_given(given)
        if isinstance(article, Failure):
            self._unread.append(article)
            return
        article = settle_language(article, _find_old(self._store, article.id)[0])
        article = join_collections(article, self._collections)
        waiting = any(cut.article.id == article.id for cut in self._batch)
        if not waiting and (kept := _find_done(self._store, article)):
            self._ids["unchanged"].append(kept)
            return
        passages = split_passages(article, self._passage_words)
        embedded = [embedded_text(article, p.text) for p in passages]
        keys = [make_key(text) for text in embedded]
        self._texts.update(zip(keys, embedded, strict=True))
        self._batch.append(_Cut(article, passages, keys))
        size = sum(len(cut.article.text) + len(cut.article.removed) for cut in self._batch)
        if sum(len(cut.passages) for cut in self._batch) >= _BATCH_PASSAGES or size >= _BATCH_CHARACTERS:
            self.flush()

    def flush(self) -> None:
        """Embed the batch and commit it."""
        if not self._batch:
            return
        vectors = self._embed(self._store.vectors.missing(self._texts))
        added, updated = len(self._ids["added"]), len(self._ids["updated"])
        with self._lock():
            with self._store.write(lambda: self._put_vectors(vectors)) as generation:
                # Another writer may have taken some away since.
                self._put_vectors(self._embed(self._store.vectors.missing(self._texts)))
                for cut in self._batch:
                    self._write(cut, generation)
                self._store.vectors.remove_unused(self._texts)
                group_copies(self._store)
            self._audit.note_articles("add", self._ids["added"][added:])
            self._audit.note_articles("update", self._ids["updated"][updated:])
            self._indexes.catch_up()
        self._batch.clear()
        self._texts.clear()
        self._say_done(1.0)

    def _put_vectors(self, vectors: Mapping[bytes, Vectors]) -> None:
        """Put them in the order of their keys, so that no two writers of the same ones wait for each other."""
        self._indexes.check_embedder()
        if vectors:
            keys = sorted(vectors)
            self._store.vectors.put(keys, np.stack([vectors[key] for key in keys]))

    def _embed(self, keys: Set[bytes]) -> dict[bytes, Vectors]:
        """The vectors of those texts of the batch; the short ones are embedded first."""
        if not keys:  # no model need be loaded
            return {}
        ordered = sorted(keys, key=lambda key: (len(self._texts[key]), key))
        vectors: dict[bytes, Vectors] = {}
        for start in range(0, len(ordered), _TOGETHER):
            part = ordered[start : start + _TOGETHER]
            vectors |= zip(part, self._embedder().embed_passages([self._texts[key] for key in part]), strict=True)
            self._say_done(len(vectors) / len(ordered))
        return vectors

    def _say_done(self, embedded: float) -> None:
        """Say how many inputs are done, with this share of the batch embedded, where more are than before."""
        waiting = len(self._batch)
        if (done := self._taken - waiting + int(embedded * waiting)) > self._done:
            self._done = done
            self._progress(done)

    def _write(self, cut: _Cut, generation: int) -> None:
        article = cut.article
        if kept := _find_settled(self._store, article):
            self._keep(kept, article)
            return
        old, damaged = _find_old(self._store, article.id)
        self._ids["updated" if old is not None or damaged else "added"].append(article.id)
        if len(cut.passages) == MOST_PASSAGES and cut.passages[-1].end < len(article.text):
            self._ids["partly"].append(article.id)
        if old is not None or damaged:
            self._store.passages.remove(article.id, generation, keep=self._texts)
            self._store.stories.leave(article.id)
        self._store.articles.put(join_collections(article, old.collections) if old else article)
        self._store.passages.put(cut.passages, cut.keys, generation)
        self._passages += len(cut.passages)

    def _keep(self, kept: str, article: Article) -> None:
        """Leave the article that is there as it is, but for the collections that this one is for."""
        if not _is_to_join(self._store, kept, article):
            self._ids["unchanged"].append(kept)
            return
        self._ids["updated"].append(kept)
        there = self._store.articles.get_all([kept])[kept]
        self._store.articles.put(join_collections(there, article.collections))

    def report(self) -> AddReport:
        """What became of the inputs."""
        unread = AddReport.of_unread(self._unread)
        return AddReport(
            added=tuple(self._ids["added"]),
            updated=tuple(self._ids["updated"]),
            unchanged=tuple(self._ids["unchanged"]),
            failed=unread.failed,
            partly=tuple(self._ids["partly"]),
            passages=self._passages,
            left_out=unread.left_out,
        )


def read_given(given: Article | Failure | Mapping[str, Any]) -> Article | Failure:
    """The article that an input is, or why it is none."""
    if isinstance(given, Article | Failure):
        return given
    try:
        return make_article_from_mapping(given)
    except DatelineError as error:
        name = str(given.get("id") or given.get("url") or given.get("title") or "an article without a name")
        return Failure(name[:200], str(error))


def find_kept(store: Store, article: Article) -> str | None:
    """The id under which the library has an article as it is, or the same cutting from another file, in the article's
    collections; or None.
    """
    return _find_done(store, settle_language(article, _find_old(store, article.id)[0]))


def _find_done(store: Store, article: Article) -> str | None:
    """The same of an article whose language is settled."""
    kept = _find_settled(store, article)
    return None if kept and _is_to_join(store, kept, article) else kept


def _find_settled(store: Store, article: Article) -> str | None:
    """The same, whatever collections it is in."""
    old, damaged = _find_old(store, article.id)
    if old is not None:
        return article.id if _is_same(article, old) else None
    if damaged or article.url or article.id != _id_from_place(article):
        return None
    return next(iter(store.articles.ids_with_content(article.content_hash)), None)


def _is_to_join(store: Store, kept: str, article: Article) -> bool:
    """True where the article that is there is not in all the collections that this one is for."""
    if not article.collections:
        return False
    there = store.articles.get_all([kept]).get(kept)
    return there is not None and bool(set(article.collections) - set(there.collections))


def _find_old(store: Store, article_id: str) -> tuple[Article | None, bool]:
    """The article that is there under this id, and whether one is there that is damaged."""
    try:
        return store.articles.get(article_id), False
    except ArticleDamaged:
        return None, True


def _is_same(article: Article, old: Article) -> bool:
    """True where nothing is new, wherever it was read; a feed's words never take the place of what a page had."""
    if article.feed and old.feed != article.feed:
        return True
    as_before = replace(
        article,
        origin=old.origin,
        language_evidence=old.language_evidence,
        source_evidence=old.source_evidence,
        authors_evidence=old.authors_evidence,
        collections=old.collections,
    )
    return as_before == old and article.rules == old.rules and article.feed == old.feed


def join_collections(article: Article, names: Iterable[str]) -> Article:
    """The article, in these collections too."""
    return replace(article, collections=tuple(sorted({*article.collections, *names})))


def _id_from_place(article: Article) -> str:
    return hashlib.sha256(str(article.origin).encode()).hexdigest()[:16]
