"""Whether a question's words of time were understood, and the answer rests on articles of that time."""

from __future__ import annotations

from datetime import date

from evals.measures.measure import Measure, Score, Unscored
from evals.records import DayRange
from evals.rows import AnswerRow, KeptCitation

_UNLABELLED = Unscored("no range of days is labelled")


def score_range(row: AnswerRow) -> Score:
    """1 where the answer's filters have exactly the first and the last day that are labelled.

    A last day later than as-of, or none, is the same as as-of: no later article counts then ("this week").
    """
    if row.range is None:
        return _UNLABELLED
    if row.answer is None:
        return 0.0
    wanted = _end_by(row.range, row.as_of)
    return float((row.answer.filters.after, row.answer.filters.before) == wanted)


def score_outside(row: AnswerRow) -> Score:
    """1 where an answer cites an article that is not of the labelled days, or has no date though they are limited."""
    if row.range is None:
        return _UNLABELLED
    if not row.citations:
        return Unscored("it cites nothing")
    days = _end_by(row.range, row.as_of)
    return float(any(_is_outside(citation, days) for citation in row.citations))


def _end_by(days: DayRange, as_of: date | None) -> DayRange:
    ends = [day for day in (days.before, as_of) if day]
    return DayRange(days.after, min(ends, default=None))


def _is_outside(citation: KeptCitation, days: DayRange) -> bool:
    if citation.article.published is None:
        return days != DayRange(None, None)
    day = citation.article.published.date()
    return (days.after is not None and day < days.after) or (days.before is not None and day > days.before)


FAMILY = (
    Measure(
        name="range_right",
        words="times understood, first and last day",
        source="Dateline: the days that limited the answer are the labelled ones",
        of_row=lambda row, _: score_range(row),
        headline=True,
    ),
    Measure(
        name="outside_range",
        words="answers from outside the time asked of",
        source="Dateline: answers that cite an article of other days than the labelled ones",
        of_row=lambda row, _: score_outside(row),
        higher_is_better=False,
        headline=True,
    ),
)
