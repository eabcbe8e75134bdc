"""What a question means, in one record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from index import Correction, Filters, quoted_phrases
from rag.english.gate import NO_RANGE, Kind, QuestionRange, Wanted
from rag.question.filters import end_by, join_filters


class QuestionPart(NamedTuple):
    """One thing that a question asks: in its own words, and with the first part where it leans on that.

    Of `whole` the times are left out that filters hold already. `kind` is the kind of thing that answers it, and `days`
    the calendar days that it names. `wants_sentences` says that sentences answer it, and no words in one: "why", "how
    did", "what happened".
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
    things that this asks. `chosen` are the filters that the caller set, and `named` those that its words name and
    that count. `newest` says that it asks how things stand now, `english` that the rules of English could read it.
    `wanted` is the kind of answer: of an overview, such as a timeline, `topic` is what it is to be about,
    empty for everything; `news_days` are the days of which is asked what happened, whatever it was.
    `time` is the time that it names, counted from `asked_on`: as-of, or today. `passed_over` says that this time
    doesn't count, since the question only mentions it and all articles are older. `corrections` are the words of
    `standalone` that no article has, and what they are read as: in `parts` and `topic` these stand in their place.
    `exact` says that passages must have the phrases in double quotes, which come first otherwise.
    """

    asked: str
    standalone: str
    parts: tuple[QuestionPart, ...]
    chosen: Filters
    named: Filters
    as_of: date | None
    newest: bool
    english: bool
    wanted: Wanted = "answer"
    topic: str = ""
    news_days: tuple[date, date] | None = None
    asked_on: date | None = None
    time: QuestionRange = NO_RANGE
    passed_over: bool = False
    corrections: tuple[Correction, ...] = ()
    exact: bool = False

    @property
    def demanded(self) -> tuple[str, ...]:
        """The phrases that a passage must have to be found."""
        return tuple(quoted_phrases(self.standalone)) if self.exact else ()

    @property
    def counted_from(self) -> date | None:
        """The day from which words like "last week" were counted; None where it names none that count."""
        return self.asked_on if self.time.relative and (self.named.by_date or self.passed_over) else None

    @property
    def filters(self) -> Filters:
        """The filters that hold: those chosen, those named, and nothing later than `as_of`."""
        return end_by(join_filters(self.chosen, self.named), self.as_of)

    @property
    def filters_without_named(self) -> Filters:
        """The filters that would hold if the question named none."""
        return end_by(self.chosen, self.as_of)
