"""The stores there are, and what their contract is tried on."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from index.assemble import open_store
from index.identify import hash_content, make_storable
from index.models.embedder import Vectors, to_unit
from index.records import Article, Filters, Passage
from index.storage.address import read_address
from index.storage.encoding import make_key
from index.storage.store import Store
from tests.index.hostile import hostile_texts
from tests.index.storage.memory_store import MemoryStore
from tests.postgres import make_url

DIM = 384


@dataclass(frozen=True)
class Implementation:
    """`make` gives an empty store, `open` one that was copied to a file, where that can be done."""

    make: Callable[[], Store]
    open: Callable[[Path], Store] | None


def _in_sqlite(folder: Path) -> Implementation:
    numbers, empty = itertools.count(), folder / "empty.db"
    open_store(empty).close()  # making one waits for the disk several times, and copying it does not
    return Implementation(lambda: open_store(Path(shutil.copy(empty, folder / f"{next(numbers)}.db"))), open_store)


def _in_postgres(_: Path) -> Implementation:
    make_url()  # skips here where there is no server
    return Implementation(lambda: open_store(read_address(make_url())), None)


# Each takes a folder for its files.
IMPLEMENTATIONS: Mapping[str, Callable[[Path], Implementation]] = {
    "sqlite": _in_sqlite,
    "postgres": _in_postgres,
    "memory": lambda _: Implementation(MemoryStore, MemoryStore.open),
}

texts = hostile_texts.map(make_storable).filter(bool)
zones = st.integers(-12, 12).map(lambda hours: timezone(timedelta(hours=hours)))
moments = st.datetimes(datetime(1900, 1, 2), datetime(2100, 1, 1), timezones=zones).map(
    lambda moment: moment.replace(microsecond=0)
)
sources = st.none() | st.sampled_from(["The Post", "THE POST", "Écho", "écho", "Daily"])
collections = st.lists(st.sampled_from(["sahel", "elections-2024", "économie"]), max_size=2, unique=True).map(
    lambda names: tuple(sorted(names))
)
languages = st.none() | st.sampled_from(["fr", "pt", "pt-BR", "PT_br", "French", "ptx"])


@st.composite
def make_articles(draw: st.DrawFn, name: str | None = None) -> Article:
    title, text = draw(texts), draw(texts)
    published = draw(st.none() | moments)
    return Article(
        id=name or draw(st.text("abc\u00e9%_", min_size=1, max_size=3)),
        title=title,
        text=text,
        content_hash=hash_content(title, text),
        url=draw(st.none() | st.just("https://example.org/a?b=c")),
        origin=draw(st.none() | texts),
        source=draw(sources),
        authors=tuple(draw(st.lists(texts, max_size=2))),
        published=published,
        published_precision=draw(st.sampled_from(["instant", "day", "month", "year"])) if published else None,
        modified=draw(st.none() | moments),
        language=draw(languages),
        date_evidence=draw(st.none() | texts),
        language_evidence=draw(st.none() | texts),
        word_places=draw(texts | st.just("")),
        collections=draw(collections),
        removed=draw(texts | st.just("")),
    )


piles = st.lists(make_articles(), max_size=5, unique_by=lambda a: a.id)


def make_article(name: str, text: str = "The river rose.", **more: Any) -> Article:
    return Article(id=name, title=name, text=text, content_hash=hash_content(name, text), **more)


def cut(article: Article) -> list[Passage]:
    """Two passages of an article; one where it is a single character."""
    middle, end = len(article.text) // 2, len(article.text)
    bounds = [(start, stop) for start, stop in ((0, middle), (middle, end)) if start < stop]
    return [Passage(f"{article.id}:{n}", article.id, n, *b, article.text[slice(*b)]) for n, b in enumerate(bounds)]


def make_vectors(keys: Sequence[bytes]) -> Vectors:
    """A direction of its own for each key."""
    rows = [np.random.default_rng(list(key)).standard_normal(DIM).astype(np.float32) for key in keys]
    return to_unit(np.stack(rows)) if rows else np.zeros((0, DIM), np.float32)


def put(store: Store, articles: Iterable[Article]) -> int:
    """Add or update articles with passages and vectors, in one write; return its generation."""
    with store.write() as generation:
        for article in articles:
            passages = cut(article)
            keys = [make_key(p.text) for p in passages]
            missing = sorted(store.vectors.missing(keys))
            store.vectors.put(missing, make_vectors(missing))
            store.passages.remove(article.id, generation, keep=keys)
            store.stories.leave(article.id)
            store.articles.put(article)
            store.passages.put(passages, keys, generation)
    return generation


def remove(store: Store, article_id: str) -> int:
    with store.write() as generation:
        store.stories.leave(article_id)
        store.passages.remove(article_id, generation)
        store.articles.remove(article_id)
    return generation


def describe(store: Store) -> dict[str, Any]:
    """All that a store shows of itself."""
    articles = list(store.articles.within())
    numbers = store.passages.numbers()
    return {
        "manifest": store.manifest(),
        "articles": articles,
        "removed": [a.removed for a in articles],
        "versions": [store.articles.versions(a.id) for a in articles],
        "passages": [(n, *store.passages.get([n])[n]) for n in numbers],
        "gone": store.passages.removed_since(0),
        "vectors": [(numbers, rows.tobytes()) for numbers, rows in store.vectors.since(0, 100)],
        "copies": store.stories.copies([a.id for a in articles]),
        "ungrouped": store.stories.ungrouped(),
        "followed": list(store.followed),
        "totals": store.counts.totals(),
    }


days = st.none() | st.dates(date(1900, 1, 1), date(2100, 12, 31))
filters_made = st.builds(
    Filters,
    after=days,
    before=days,
    sources=st.lists(st.sampled_from(["the post", "ÉCHO", "Nobody"]), max_size=2).map(tuple),
    languages=st.lists(st.sampled_from(["pt", "pt-br", "Portuguese", "fr"]), max_size=2).map(tuple),
    collections=collections,
    exclude=st.lists(st.sampled_from(["a", "b", "none"]), max_size=2).map(tuple),
)
TAGS = {"French": "fr", "Portuguese": "pt", "PT_br": "pt-br", "pt-BR": "pt-br"}


def is_within(article: Article, filters: Filters, containing: str = "") -> bool:
    """What `Filters` says of itself, article by article."""
    day = article.published.astimezone(UTC).date() if article.published else None
    tag = TAGS.get(article.language or "", article.language or "")
    asked = [TAGS.get(name, name) for name in filters.languages]
    return (
        (not filters.by_date or day is not None)
        and (not filters.after or (day is not None and day >= filters.after))
        and (not filters.before or (day is not None and day <= filters.before))
        and (not filters.sources or (article.source or "").lower() in [name.lower() for name in filters.sources])
        and (not filters.languages or any(tag == one or tag.startswith(f"{one}-") for one in asked))
        and article.id not in filters.exclude
        and (not filters.collections or not set(filters.collections).isdisjoint(article.collections))
        and containing.casefold() in f"{article.title}\n{article.text}".casefold()
    )
