"""The time that a question limits itself to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from index import Span


@dataclass(frozen=True, slots=True)
class QuestionRange:
    """The days that a question limits itself to, both included, None where it doesn't.

    `relative` says that they were counted from the day of asking. `firm` says that the question asks of that time
    ("what happened this week?", "what was said last week?") and does not only mention it ("a bill passed this week").
    `unread` are words of it for days that no calendar has; `disjoint` says that the times which it names exclude each
    other. `words` are the characters that say nothing else, so that the rest asks the same of articles of that time.
    """

    after: date | None = None
    before: date | None = None
    relative: bool = False
    firm: bool = False
    unread: tuple[str, ...] = ()
    disjoint: bool = False
    words: tuple[Span, ...] = ()


NO_RANGE = QuestionRange()
