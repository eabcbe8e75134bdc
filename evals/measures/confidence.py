"""Whether the confidence tells right answers from wrong ones.

- Risk and coverage: El-Yaniv and Wiener, On the Foundations of Noise-free Selective Classification, JMLR 11, 2010.
- AUROC as the probability that a right answer has the higher confidence, ties counting half (Hanley and McNeil 1982).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evals.measures.answers import score_first_sentence
from evals.measures.measure import Measure, Observation, Score, Unscored
from evals.rows import AnswerRow
from evals.statistics import Array, Formula, Scores, divide, read_columns


def tell_confidence(row: AnswerRow) -> Score:
    """The answer's confidence, from 0 to 1."""
    if row.answer is None:
        return Unscored("the question failed")
    confidence = row.answer.confidence
    return Unscored("the model gives no confidence") if confidence is None else float(confidence)


def tell_right(row: AnswerRow) -> Score:
    """1 where the first sentence holds the expected words; 0 where it doesn't, or no answer could be right.

    An answerable question that was refused is left out: nothing shows what the answer would have been.
    """
    if row.answer is None:
        return Unscored("the question failed")
    if row.should_refuse:
        return 0.0
    return Unscored("it was refused: nothing shows the answer") if row.refused else score_first_sentence(row)


CONFIDENCE = Observation("confidence", lambda row, _: tell_confidence(row))
RIGHT = Observation("right", lambda row, _: tell_right(row))
_INPUTS = (CONFIDENCE.name, RIGHT.name)


def trace_risk(rows: Sequence[Scores]) -> list[tuple[float, float]]:
    """The risk-coverage curve: (share of questions, share of wrong answers among them), the most confident first.

    A point for each distinct confidence: equal ones can only be answered or left together.
    """
    kept, columns = read_columns(rows, _INPUTS)
    if not kept:
        return []
    confidence, right = columns
    starts, order = _group_ties(confidence)
    ends = np.append(starts[1:], len(kept))
    errors = np.cumsum(1 - right[order])
    return [(float(end / len(kept)), float(errors[end - 1] / end)) for end in ends]


def _compute_auroc(weights: Array, confidence: Array, right: Array) -> Array:
    starts, order = _group_ties(confidence)
    good = np.add.reduceat((weights * right)[:, order], starts, axis=1)
    bad = np.add.reduceat((weights * (1 - right))[:, order], starts, axis=1)
    below = bad.sum(axis=1, keepdims=True) - np.cumsum(bad, axis=1)  # groups go from high to low confidence
    return divide((good * (below + bad / 2)).sum(axis=1), good.sum(axis=1) * bad.sum(axis=1))


def _compute_aurc(weights: Array, confidence: Array, right: Array) -> Array:
    """Mean over coverages 1/n … n/n of the risk among the most confident; ties in any order, on average."""
    starts, order = _group_ties(confidence)
    size = np.add.reduceat(weights[:, order], starts, axis=1)
    errors = np.add.reduceat((weights * (1 - right))[:, order], starts, axis=1)
    size_before, errors_before = np.cumsum(size, axis=1) - size, np.cumsum(errors, axis=1) - errors
    total = size.sum(axis=1)
    # Within a group the errors grow evenly: sum over k of (E + e k / m) / (N + k), by harmonic numbers.
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, int(total.max(initial=0)) + 1))])
    steps = harmonic[(size_before + size).astype(int)] - harmonic[size_before.astype(int)]
    rate = np.where(size > 0, errors / np.maximum(size, 1), 0.0)
    return divide((rate * (size - size_before * steps) + errors_before * steps).sum(axis=1), total)


def _group_ties(confidence: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where each group of equal confidences starts, and the order in which they stand, the highest first."""
    order = np.argsort(-confidence, kind="stable")
    changes = np.flatnonzero(np.diff(confidence[order])) + 1
    return np.concatenate([[0], changes]).astype(np.intp), order


CONFIDENCE_AUROC = Measure(
    name="confidence_auroc",
    words="confidence, AUROC",
    source="Hanley and McNeil 1982",
    of_set=Formula(_INPUTS, _compute_auroc),
)
AURC = Measure(
    name="aurc",
    words="area under risk and coverage",
    source="El-Yaniv and Wiener 2010",
    of_set=Formula(_INPUTS, _compute_aurc),
    higher_is_better=False,
)
FAMILY = (CONFIDENCE, RIGHT, CONFIDENCE_AUROC, AURC)
