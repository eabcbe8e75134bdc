"""Whether it refuses what the articles don't answer, and nothing else."""

from __future__ import annotations

from evals.measures.measure import Measure, Observation, Score, Unscored
from evals.rows import AnswerRow
from evals.statistics import Array, Formula, divide, precision_of, recall_of


def tell_refused(row: AnswerRow) -> Score:
    """1 where it was refused; a question that failed was not."""
    return float(row.refused)


def tell_should_refuse(row: AnswerRow) -> Score:
    """1 where the articles asked don't hold an answer."""
    if not (row.should_refuse or row.answers or row.relevant or row.nuggets):
        return Unscored("nothing says whether the articles answer it")
    return float(row.should_refuse)


def _compute_f1(weights: Array, refused: Array, should: Array) -> Array:
    return divide(2 * weights @ (refused * should), weights @ (refused + should))


REFUSED = Observation("refused", lambda row, _: tell_refused(row))
SHOULD_REFUSE = Observation("should_refuse", lambda row, _: tell_should_refuse(row))
_INPUTS = (REFUSED.name, SHOULD_REFUSE.name)
_SOURCE = "SQuAD 2.0 (Rajpurkar et al. 2018), of unanswerable questions"

REFUSAL_PRECISION = Measure(
    name="refusal_precision",
    words="refusals that were right",
    source=_SOURCE,
    of_set=precision_of(*_INPUTS),
)
REFUSAL_RECALL = Measure(
    name="refusal_recall",
    words="unanswerable ones refused",
    source=_SOURCE,
    of_set=recall_of(*_INPUTS),
)
REFUSAL_F1 = Measure(
    name="refusal_f1",
    words="refusals, F1",
    source=_SOURCE,
    of_set=Formula(_INPUTS, _compute_f1),
    headline=True,
    in_sweeps=True,
)
FAMILY = (REFUSED, SHOULD_REFUSE, REFUSAL_PRECISION, REFUSAL_RECALL, REFUSAL_F1)
