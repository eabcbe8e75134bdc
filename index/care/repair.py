"""Making again what a library derives from its articles: passages, their vectors, stories, the database's indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType

import numpy as np

from index.identify import recall_version
from index.messages import say
from index.models.embedder import Embedder, Vectors
from index.near_duplicates import group_copies
from index.records import Article, Passage, Version
from index.storage.encoding import make_key
from index.storage.store import Store
from index.text.detect_language import settle_language
from index.text.passages import embedded_text, split_passages
from index.text.safe import make_safe

ARTICLES_AT_ONCE = 100  # articles whose passages are held at once


def bring_up_to_date(store: Store, embedder: Callable[[], Embedder], passage_words: int) -> None:
    """Repair what is derived, and give articles of older formats the language that their text is in."""
    repair_derived(store, embedder, passage_words)
    detect_languages(store, embedder, passage_words)


def detect_languages(store: Store, embedder: Callable[[], Embedder], passage_words: int) -> None:
    """Detect the languages of the articles that have none, and cut anew those whose language has other rules.

    A language without evidence, as articles of before format 6 have it, counts from now on. Each batch is one
    transaction. An article whose language can't be detected stays as it is.
    """
    without = [article.id for article in store.articles.within() if article.language_evidence is None]
    for start in range(0, len(without), ARTICLES_AT_ONCE):
        before = store.articles.get_all(without[start : start + ARTICLES_AT_ONCE])
        settled = [article for article in map(settle_language, before.values()) if article.language_evidence]
        if not settled:
            continue
        with store.write() as generation:
            for article in settled:
                store.articles.put(article)
                if article.rules != before[article.id].rules:
                    store.passages.remove(article.id, generation)
                    put_passages(store, [article], embedder, passage_words, generation)


def repair_derived(store: Store, embedder: Callable[[], Embedder], passage_words: int) -> None:
    """Where anything is damaged, make all of that again, in one transaction.

    Articles that are damaged have no passages from then on: a search can't find them. Vectors that are whole stay.
    """
    if not list(store.find_damage()):
        return
    for what in store.damaged():
        say(make_safe(f"{what} is damaged and left out"))
    dimension = int(store.manifest()["dimension"])
    with store.write() as generation:
        store.repair()
        store.passages.clear(generation)
        store.vectors.remove_broken(dimension)
        for batch in batched(store.articles.within(), ARTICLES_AT_ONCE):
            put_passages(store, batch, embedder, passage_words, generation)
        store.vectors.remove_unused()
        store.stories.clear()
        group_copies(store)


def put_passages(
    store: Store,
    articles: Iterable[Article],
    embedder: Callable[[], Embedder],
    passage_words: int,
    generation: int,
    known: Mapping[bytes, Vectors] = MappingProxyType({}),
) -> None:
    """Give articles, which have none, their passages, within a write; texts without a vector get one.

    That is one of `known`, by its key, else the embedder's.
    """
    cut = [(article, split_passages(article, passage_words)) for article in articles]
    texts = {make_key(text): text for article, passages in cut for text in _embedded(article, passages)}
    missing = store.vectors.missing(texts)
    if found := sorted(missing & known.keys()):
        store.vectors.put(found, np.stack([known[key] for key in found]))
    if new := sorted(missing - known.keys(), key=lambda key: len(texts[key])):
        store.vectors.put(new, embedder().embed_passages([texts[key] for key in new]))
    for article, passages in cut:
        store.passages.put(passages, [make_key(text) for text in _embedded(article, passages)], generation)


def list_versions(article: Article, versions: Iterable[Version]) -> list[Article]:
    """The article as it was, the oldest first: put one after the other, each becomes a version."""
    return [recall_version(article, version) for version in sorted(versions, key=lambda version: version.number)]


def batched(articles: Iterable[Article], size: int) -> Iterator[list[Article]]:
    """The articles, so many at once."""
    waiting = iter(articles)
    while batch := list(islice(waiting, size)):
        yield batch


def _embedded(article: Article, passages: Iterable[Passage]) -> list[str]:
    return [embedded_text(article, p.text) for p in passages]
