"""The measures of follow-ups."""

from __future__ import annotations

from typing import cast

import pytest

from evals.measures.context import ScoringContext
from evals.measures.conversations.follow_ups import score_found, score_leaning, score_noticed
from evals.measures.measure import Unscored
from evals.measures.spans import Span
from evals.rows import AnswerRow, KeptAnswer, RankedPassage

FIRST, SECOND, OTHER = ("a", 0, 90), ("a", 90, 120), ("b", 0, 80)


class Context:
    """Finds FIRST for whatever is asked."""

    def find_first(self, question: str, limit: int) -> list[Span]:
        return [FIRST][:limit]


CONTEXT = cast(ScoringContext, Context())


def make_row(written_out: str, standalone: str, *passages: Span) -> AnswerRow:
    answer = KeptAnswer("And why?", standalone)
    return AnswerRow(
        "1", "And why?", written_out=written_out, passages=tuple(RankedPassage(*p) for p in passages), answer=answer
    )


@pytest.mark.parametrize(
    ("passages", "score"),
    [((FIRST, OTHER), 1.0), ((SECOND, OTHER, FIRST), 1.0), ((OTHER, FIRST), 0.0), ((SECOND, OTHER), 0.0), ((), 0.0)],
)
def test_a_follow_up_finds_the_article_first_and_its_passage_soon(passages: tuple[Span, ...], score: float) -> None:
    row = make_row("Why did Niger leave?", "Why did it leave?", *passages)
    assert score_found(row, CONTEXT) == score


@pytest.mark.parametrize(("standalone", "kept"), [("And why?", 1.0), ("Why did Niger leave?", 0.0)])
def test_a_change_of_topic_carries_nothing_over(standalone: str, kept: float) -> None:
    assert score_noticed(make_row("And why?", standalone), CONTEXT) == kept
    assert isinstance(score_found(make_row("And why?", standalone, FIRST), CONTEXT), Unscored)
    assert score_leaning(make_row("Why did Niger leave?", standalone), CONTEXT) == 1.0 - kept


def test_a_question_without_a_conversation_has_none_of_these_scores() -> None:
    for score in (score_found, score_noticed, score_leaning):
        assert isinstance(score(make_row("", "And why?", FIRST), CONTEXT), Unscored)
