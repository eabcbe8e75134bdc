"""The measures of every question, and of the whole set."""

from __future__ import annotations

from collections.abc import Sequence

from evals.measures.context import ScoringContext
from evals.measures.measure import Unscored
from evals.measures.registry import find_formula, is_observation, list_measures, list_scored_by_row
from evals.rows import AnswerRow, ScoreRow
from evals.statistics import Interval, estimate


def score_rows(rows: Sequence[AnswerRow], context: ScoringContext) -> list[ScoreRow]:
    """Score every row, by every measure of one row; `context` has the articles that were asked."""
    return [_score_row(row, context) for row in rows]


def _score_row(row: AnswerRow, context: ScoringContext) -> ScoreRow:
    found = {scored.name: scored.of_row(row, context) for scored in list_scored_by_row() if scored.of_row}
    return ScoreRow(
        row.id,
        row.variant,
        {name: None if isinstance(score, Unscored) else score for name, score in found.items()},
        {name: score.reason for name, score in found.items() if isinstance(score, Unscored)},
    )


def summarise(scores: Sequence[ScoreRow]) -> dict[str, Interval]:
    """Each measure over all rows, in the order in which they are shown; `scores` is not empty."""
    of_rows = [name for name in scores[0].scores if not is_observation(name)]
    of_set = [measure.name for measure in list_measures() if measure.of_set]
    return {name: estimate(scores, find_formula(name)) for name in (*of_rows, *of_set)}
