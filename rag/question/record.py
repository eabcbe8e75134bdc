"""What a question means, in one record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from index import Filters
from rag.english.gate import Kind
from rag.question.filters import end_by, join_filters


class QuestionPart(NamedTuple):
    """One thing that a question asks: in its own words, and with the first part where it leans on that.

    `kind` is the kind of thing that answers it, and `days` the calendar days that `whole` names. `wants_sentences` says
    that sentences answer it, and no words in one: "why", "how did", "what happened".
    """

    asked: str
    whole: str
    kind: Kind
    days: frozenset[date]
    wants_sentences: bool = False


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """What a question means. Everybody who searches, answers or shows uses this; nobody works it out again.

    `asked` is the question as it was put, and `standalone` with what it leans on of the conversation; `parts` are the
    things that it asks. `chosen` are the filters that the caller set, and `named` those that its own words name and
    that count. `newest` says that it asks how things stand now, `english` that the rules of English could read it.
    """

    asked: str
    standalone: str
    parts: tuple[QuestionPart, ...]
    chosen: Filters
    named: Filters
    as_of: date | None
    newest: bool
    english: bool

    @property
    def filters(self) -> Filters:
        """The filters that hold: those chosen, those named, and nothing later than `as_of`."""
        return end_by(join_filters(self.chosen, self.named), self.as_of)

    @property
    def filters_without_named(self) -> Filters:
        """The filters that would hold if the question named none."""
        return end_by(self.chosen, self.as_of)
