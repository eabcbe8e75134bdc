"""Copying a library from a folder or a database to another, whatever they are kept in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import NamedTuple

from index.assemble import Backend, find_place, open_backend
from index.care.check import check_library
from index.care.repair import ARTICLES_AT_ONCE, list_versions, put_passages
from index.errors import DatelineError, OtherWeights
from index.library import Library
from index.models.embedder import Embedder
from index.near_duplicates import group_copies
from index.records import Article
from index.settings import IndexSettings
from index.storage.address import Place
from index.storage.full_disk import name_full_disk
from index.storage.store import Store
from index.trust.claims import check_embedder

_MARK = "copied_from"  # in the manifest of a copy, until it is whole


class CopyReport(NamedTuple):
    """How many articles were copied, how many an earlier try had copied, and what `check` found in the copy."""

    copied: int
    already: int
    faults: tuple[str, ...]


def copy_library(
    source: Place, target: Place, settings: IndexSettings, progress: Callable[[int, int], None] | None = None
) -> CopyReport:
    """Copy all articles, their versions, passages and vectors, and what is followed, to a library that is new.

    Each batch is one transaction. Broken off, the same call goes on from there; what changed in `source` since is
    copied as it is then. `progress` gets the articles done, and all there are. Raises DatelineError where `target` has
    articles of its own.
    """
    with ExitStack() as opened:
        source = find_place(source, create=False)
        read = _open(opened, source, settings)
        manifest = read.store.manifest()
        settings = _choose_settings(source, manifest, settings)
        target, embedder = _make_target(target, settings)
        if manifest["embedder_sha256"] != embedder.sha256:
            raise OtherWeights(source, embedder.name, manifest["embedder_sha256"], embedder.sha256)
        written = _open(opened, target, settings)
        _mark(written, source, target, settings)
        with name_full_disk(target, "What was copied before is kept."):
            ids = read.store.articles.ids()
            copied = already = 0
            for start in range(0, len(ids), ARTICLES_AT_ONCE):
                batch = ids[start : start + ARTICLES_AT_ONCE]
                new, there = _copy_batch(read.store, written, batch, embedder, settings.passage_words)
                copied, already = copied + new, already + there
                if progress is not None:
                    progress(start + len(batch), len(ids))
            _remove_others(written, ids)
            _copy_places(read.store, written.store)
            written.store.put_manifest({_MARK: ""})
    articles, faults = check_library(target, settings)
    if articles != len(ids):
        faults = [*faults, f"{len(ids) - articles} articles of {source} are damaged, and were not copied"]
    return CopyReport(copied, already, tuple(faults))


def _open(opened: ExitStack, place: Place, settings: IndexSettings) -> Backend:
    backend = open_backend(place, settings, create=False)
    opened.callback(backend.close)
    return backend


def _choose_settings(source: Place, manifest: dict[str, str], settings: IndexSettings) -> IndexSettings:
    """The settings, with what the library was made with."""
    check_embedder(source, manifest["embedder"], settings.embedder)
    return replace(
        settings,
        embedder=manifest["embedder"],
        embedder_runtime=manifest["embedder_runtime"],
        passage_words=int(manifest["passage_words"]),
    )


def _make_target(target: Place, settings: IndexSettings) -> tuple[Place, Embedder]:
    """The place of the copy, with an empty library or what an earlier try left there, and its embedder."""
    target = find_place(target, create=True)
    with Library.open(target, create=True, settings=settings) as library:
        return target, library.embedder


def _mark(written: Backend, source: Place, target: Place, settings: IndexSettings) -> None:
    """Note whose copy it is; raise DatelineError where it is none, and has articles, or passages of another length."""
    with written.lock.hold():
        manifest = written.store.manifest()
        if manifest.get(_MARK) == str(source):
            return
        if written.store.counts.totals().articles or manifest["passage_words"] != str(settings.passage_words):
            raise DatelineError(f"{target} is a library already. Name a place where none is.")
        written.store.put_manifest({_MARK: str(source)})


def _copy_batch(
    source: Store, written: Backend, ids: Sequence[str], embedder: Embedder, passage_words: int
) -> tuple[int, int]:
    """Copy articles with all that is theirs, in one transaction; return how many, and how many were there already."""
    found = source.articles.get_all(ids)
    with written.lock.hold(), written.store.write() as generation:
        target = written.store
        there = target.articles.get_all(ids)
        new = [found[id_] for id_ in ids if id_ in found and there.get(id_) != found[id_]]
        keys = {key for article in new for key in source.passages.keys(article.id)}
        for article in new:
            if article.id in there:
                target.passages.remove(article.id, generation)
                target.stories.leave(article.id)
                target.articles.remove(article.id)
            _put(source, target, article)
        known = source.vectors.get_by_key(keys)
        put_passages(target, new, lambda: embedder, passage_words, generation, known)
        group_copies(target)
    return len(new), len(found) - len(new)


def _put(source: Store, target: Store, article: Article) -> None:
    """Put an article as it was, version by version, and then as it is."""
    for version in list_versions(article, source.articles.versions(article.id)):
        target.articles.put(version)
    target.articles.put(article)


def _remove_others(written: Backend, ids: Sequence[str]) -> None:
    """Remove what an earlier try copied and the library has no more."""
    others = sorted(set(written.store.articles.ids()) - set(ids))
    if others:
        with written.lock.hold(), written.store.write() as generation:
            for article_id in others:
                written.store.stories.leave(article_id)
                written.store.passages.remove(article_id, generation)
                written.store.articles.remove(article_id)
            group_copies(written.store)


def _copy_places(source: Store, target: Store) -> None:
    for place in source.followed:
        target.followed.add(place)
    for page in source.pages:
        target.pages.put(page)
