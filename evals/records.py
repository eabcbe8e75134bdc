"""Questions whose answers are known, and the articles that they are asked of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from index import Article
from rag import Turn


class Fact(NamedTuple):
    """Words of an article that a question rests on; `article` is its id."""

    article: str
    text: str


class DayRange(NamedTuple):
    """The days that a question limits itself to, both included; None where it doesn't."""

    after: date | None
    before: date | None


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its labels; none of them must be there.

    `answers` are words of which a right answer holds one; `relevant` are ids of articles that answer it, and
    `grades` how relevant each is, where that is known. `choices` are the answers to choose from; `nuggets` what
    a whole answer holds; `evidence` the facts that it rests on. With `as_of` it is asked as of that day, and `range` is
    the time that it limits itself to, where that is labelled. `history` is the conversation before it, and
    `written_out` the question as somebody would put it who has not read that. `earlier` are words of what was so before
    it changed to `answers`; `disputed` says whether articles contradict each other in the answer.
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    relevant: tuple[str, ...] = ()
    grades: Mapping[str, int] = field(default_factory=dict)
    unanswerable: bool = False
    choices: tuple[str, ...] = ()
    nuggets: tuple[str, ...] = ()
    evidence: tuple[Fact, ...] = ()
    as_of: date | None = None
    history: tuple[Turn, ...] = ()
    written_out: str = ""
    earlier: tuple[str, ...] = ()
    disputed: bool | None = None
    range: DayRange | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """A named set of questions; `articles` reads the articles anew each time, one after the other.

    `size` counts the articles, once they were checked; `path` is None for a built-in set. The files are those that
    it was read from; `notes` say in words what was left out on the way.
    """

    name: str
    articles: Callable[[], Iterator[Article]]
    questions: tuple[Question, ...]
    corpus_files: tuple[Path, ...] = ()
    query_files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    size: int = 0
    path: str | None = None
