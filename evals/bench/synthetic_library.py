"""A library of any size, made in minutes: real passages, and more that are made from them, the same for the same seed.

It goes past `add`, which would embed and compare every article. Passages that are made have a real vector moved by half
of the difference of two others, so that they lie in clusters as real ones do, and a real text with other words.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from index import Article, Library, Passage, Vectors, embedded_text, make_article

Words = np.ndarray[Any, Any]

_MOST_REAL = 12_000  # passages
_MOVED = 0.5  # of the difference of two vectors, which is added to a third
_CHANGED = 3  # one word in so many is another one
_ARTICLES_AT_ONCE = 2_000  # in one write
_BANDS = 20  # that near-duplicates are looked for by, for each article
_FIRST_DAY, _DAYS = datetime(2015, 1, 1, tzinfo=UTC), 3_650
# Sources and languages, and one article in how many has them.
RARE_SOURCE, RAREST_LANGUAGE = ("The Hundredth", 100), ("fr", 1_000)


class Real(NamedTuple):
    """An article with the passages that it is cut into, and the rows of their vectors."""

    article: Article
    spans: Sequence[tuple[int, int]]
    rows: range


class Pattern(NamedTuple):
    """What libraries are made from: real articles, and the vectors of all their passages (n, dim)."""

    real: Sequence[Real]
    vectors: Vectors


def fill_library(library: Library, pattern: Pattern, passages: int, seed: int = 0) -> None:
    """Put about so many passages into an empty library: those of the pattern first, then made ones."""
    real, vectors = pattern
    chance = random.Random(seed)  # noqa: S311 (no secret)
    words = np.array([word for one in real for word in one.article.text.split()], dtype=object)
    store, count, number = library._store, 0, 0
    while count < passages:
        with store.write() as generation:
            for _ in range(_ARTICLES_AT_ONCE):
                base = real[number % len(real)]
                rng = np.random.default_rng([seed, number])
                article, cut = _make(base, number, words, rng, chance, whole=number < len(real))
                made = vectors[base.rows]
                if number >= len(real):
                    one, other = vectors[rng.integers(len(vectors), size=(2, len(made)))]
                    made = made + _MOVED * (one - other)
                # Keys in their order: the database grows at its end, which is faster to make and no faster to read.
                keys = [(count + n).to_bytes(16, "big") for n in range(len(cut))]
                store.articles.put(article)
                store.vectors.put(keys, made / np.linalg.norm(made, axis=1, keepdims=True))
                store.passages.put(cut, keys, generation)
                store.stories.begin(article.id, range(number * _BANDS, (number + 1) * _BANDS))
                count, number = count + len(cut), number + 1
                if count >= passages:
                    break


def make_pattern(folder: Path, rows: Iterable[Mapping[str, Any]]) -> Pattern:
    """Cut and embed real articles (id, title, text), as many as there may be, as a new library in `folder` does."""
    with Library.open(folder, create=True) as library:
        return _embed(library, rows)


def _embed(library: Library, rows: Iterable[Mapping[str, Any]]) -> Pattern:
    real: list[Real] = []
    texts: list[str] = []
    for row in rows:
        article = make_article(**{name: row[name] for name in ("id", "title", "text")})
        cut = library.passages(article)
        if len(texts) + len(cut) > _MOST_REAL:
            break
        real.append(Real(article, [(p.start, p.end) for p in cut], range(len(texts), len(texts) + len(cut))))
        texts += [embedded_text(article, p.text) for p in cut]
    return Pattern(real, library.embedder.embed_passages(texts))


def _make(
    base: Real,
    number: int,
    words: np.ndarray[Any, Any],
    rng: np.random.Generator,
    chance: random.Random,
    *,
    whole: bool,
) -> tuple[Article, list[Passage]]:
    """An article like the base, with a third of its words changed unless it is to be whole, and its passages."""
    parts = [base.article.text[start:end] for start, end in base.spans]
    if not whole:
        parts = [_change(part, words, rng) for part in parts]
    name, text = f"made-{number}", "\n".join(parts)
    cut, start = [], 0
    for ordinal, part in enumerate(parts):
        cut.append(Passage(f"{name}:{ordinal}", name, ordinal, start, start + len(part), part))
        start += len(part) + 1
    day = _FIRST_DAY + timedelta(days=chance.randrange(_DAYS))
    source = RARE_SOURCE[0] if not chance.randrange(RARE_SOURCE[1]) else f"Source {chance.randrange(40)}"
    language = RAREST_LANGUAGE[0] if not chance.randrange(RAREST_LANGUAGE[1]) else "en"
    return Article(
        id=name,
        title=base.article.title,
        text=text,
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
        url=f"https://example.org/{number}",
        source=source,
        published=day,
        published_precision="day",
        language=language,
    ), cut


def _change(text: str, words: Words, rng: np.random.Generator) -> str:
    kept = np.array(text.split(), dtype=object)
    others = words[rng.integers(len(words), size=len(kept))]
    return " ".join(np.where(rng.integers(_CHANGED, size=len(kept)) == 0, others, kept))


def read_vectors(library: Library) -> Iterator[tuple[list[int], Vectors]]:
    """Numbers and vectors of all passages, as they are kept, some at a time."""
    with library._store.read():
        yield from library._store.vectors.since(0, 20_000)
