"""Whether a follow-up finds what the same question finds when it is written out, and whether new topics are noticed."""

from __future__ import annotations

from evals.measures.context import ScoringContext
from evals.measures.measure import Measure, Score, Unscored
from evals.rows import AnswerRow

_FIRST = 3  # passages among which the right one must be
_NO_FOLLOW_UP = "no written-out question is labelled"


def score_found(row: AnswerRow, context: ScoringContext) -> Score:
    """1 where the article that the written-out question finds first comes first, and its passage among the first 3."""
    if not row.written_out:
        return Unscored(_NO_FOLLOW_UP)
    if row.written_out == row.question:
        return Unscored("it changes the topic")
    wanted = context.find_first(row.written_out, 1)
    if not wanted:
        return Unscored("the written-out question finds nothing")
    found = [tuple(passage) for passage in row.passages[:_FIRST]]
    return float(wanted[0] in found and found[0][0] == wanted[0][0])


def score_noticed(row: AnswerRow, context: ScoringContext) -> Score:
    """1 where a question that changes the topic is searched for as it was asked."""
    if not row.written_out or row.written_out != row.question:
        return Unscored("it is no change of topic")
    return float(row.answer is not None and row.answer.standalone_question == row.question)


def score_leaning(row: AnswerRow, context: ScoringContext) -> Score:
    """1 where a follow-up is not taken for a new topic."""
    if not row.written_out or row.written_out == row.question:
        return Unscored("it is no follow-up" if row.written_out else _NO_FOLLOW_UP)
    return float(row.answer is not None and row.answer.standalone_question != row.question)


FAMILY = (
    Measure(
        name="follow_up_found",
        words="follow-ups that find what is found written out",
        source="Dateline: first article the same, its passage in the first 3",
        of_row=score_found,
        headline=True,
    ),
    Measure(
        name="topic_change_noticed",
        words="changes of topic noticed",
        source="Dateline: nothing is carried over",
        of_row=score_noticed,
        headline=True,
    ),
    Measure(
        name="follow_up_noticed",
        words="follow-ups not taken for a new topic",
        source="Dateline: something is carried over",
        of_row=score_leaning,
    ),
)
