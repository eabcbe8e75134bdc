"""The protocol of answerers, and what one is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from index import Hit
from rag.disagreements.record import Disagreement
from rag.question.record import ParsedQuestion
from rag.records import AnswerWords, Citation, Sentence, Turn
from rag.settings import OFFLINE


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer as far as an answerer has come. A refusal says so and has no sentences.

    `hits` are the passages read; `answer` the words that answer, where it names them; `signals` what the confidence was
    estimated from. Of a refusal `missing` says what no passage has, and `nearest` which one came nearest. `model` is
    who made it, and `warnings` what a reader should know of how it was made. `disagreements` are those of the articles.
    """

    hits: tuple[Hit, ...]
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    unresolved: tuple[str, ...] = ()
    answer: AnswerWords | None = None
    refused: bool = False
    missing: str = ""
    nearest: str = ""
    confidence: float | None = None
    signals: Mapping[str, float] = field(default_factory=dict)
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost_usd: float | None = None
    model: str = OFFLINE
    warnings: tuple[str, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()


class Answerer(Protocol):
    """Makes an answer of passages, or refuses where they don't hold one."""

    @property
    def name(self) -> str: ...

    def answer(self, question: ParsedQuestion, hits: Sequence[Hit], history: Sequence[Turn]) -> Iterator[Draft]:
        """Give the answer as it grows; the last one is whole. `hits` is not empty.

        Raises DatelineError where no answer can be had; what was given before stands.
        """
        ...
