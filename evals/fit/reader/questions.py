"""The sets that the reader learns from, in one shape."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol, TypeVar

from index import Article, make_article

WIKIPEDIA = ("squad2.jsonl", "qed.jsonl", "selqa.jsonl")
NEWS = "news"
_HELD_TITLES = 20  # of 256 values that a title's hash begins with
HELD_FROM = date(2023, 11, 15)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, where its answer may stand, and the words that answer.

    Each of `answers` is words as they stand in the articles `relevant`; `whole` where they are whole sentences. A
    question without any has no answer there. `held` ones are looked at once, when nothing is chosen any more.
    """

    id: str
    source: str
    question: str
    relevant: frozenset[str]
    answers: tuple[str, ...]
    whole: bool
    held: bool


class _Question(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def source(self) -> str: ...


T = TypeVar("T", bound=_Question)


def draw(asked: Sequence[T], most: Mapping[str, int], seed: int) -> list[T]:
    """Of each source as many as `most` says, or all; which of two comes first hangs on no other question."""
    return take(sorted(asked, key=lambda one: sha256(f"{seed}/{one.id}".encode()).digest()), most)


def take(ordered: Sequence[T], most: Mapping[str, int]) -> list[T]:
    """Of each source the first ones, as many as `most` says, or all."""
    seen: Counter[str] = Counter()
    taken = []
    for one in ordered:
        seen[one.source] += 1
        if seen[one.source] <= most.get(one.source, len(ordered)):
            taken.append(one)
    return taken


def read_wikipedia(folder: Path) -> tuple[list[Article], list[Asked]]:
    """Paragraphs of Wikipedia, each once, and the questions on them."""
    articles: dict[str, Article] = {}
    asked: list[Asked] = []
    for name in WIKIPEDIA:
        for row in _read_rows(folder / name):
            text = row.get("context") or " ".join(row["sentences"])
            article_id = sha256(text.encode()).hexdigest()[:16]
            articles.setdefault(article_id, make_article(text, id=article_id, title=row["title"]))
            answers = tuple(dict.fromkeys(a["text"] for a in row.get("answers", ())))
            whole = tuple(row["sentences"][n] for n in row.get("right", ()))
            held = sha256(row["title"].encode()).digest()[0] < _HELD_TITLES
            source = name.removesuffix(".jsonl")
            asked.append(
                Asked(
                    row["id"],
                    source,
                    row["question"],
                    frozenset({article_id}),
                    answers or whole,
                    bool(whole),
                    held,
                )
            )
    return list(articles.values()), asked


def read_news(folder: Path) -> tuple[list[Article], list[Asked]]:
    """News articles, and the questions of a news quiz with a right answer that stands in one of them."""
    articles = [
        make_article(row["text"], id=row["id"], title=row["title"], url=row["url"], published=row["date"])
        for row in _read_rows(folder / NEWS / "corpus.jsonl")
    ]
    known = {article.id for article in articles}
    asked = [
        Asked(
            row["id"],
            NEWS,
            row["question"],
            frozenset(row["relevant"]) & known,
            tuple(row["answers"]),
            whole=False,
            held=date.fromisoformat(row["date"]) >= HELD_FROM,
        )
        for row in _read_rows(folder / NEWS / "queries.jsonl")
        if row["relevant"]
    ]
    return articles, asked


def _read_rows(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)
