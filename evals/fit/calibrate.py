"""Fitting the offline answerer's confidence to runs, and measuring how well it is calibrated."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from evals.fit.logistic import Range, fit_logistic
from evals.measures.confidence import CONFIDENCE, CONFIDENCE_AUROC, RIGHT
from evals.measures.refusals import REFUSAL_F1, REFUSED, SHOULD_REFUSE
from evals.rows import ScoreRow
from evals.runs.run_folder import RunFolder
from evals.statistics import Array, estimate
from index import UsageError
from rag import Signals, Weights, weigh_signals

BINS = 10
_RIDGE = 1.0
_AGAINST = ("mismatch", "contrary")  # signals that may not speak for an answer
_STEPS = 100  # thresholds that are tried
_REFUSED = 0.1  # of the answerable questions, at most


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """An answer that was shown: what spoke for it, whether it was right, whether a refusal would have been."""

    id: str
    signals: Signals
    right: bool
    unanswerable: bool
    tuning: bool


@dataclass(frozen=True, slots=True)
class ConfidenceFigures:
    """Of `n` answers: the share that was right, AUROC and calibration error of the confidence; F1 of refusing below the
    threshold, and the share of the answerable questions that are answered rightly then.

    The calibration error is the mean distance of confidence and share of right answers in ten bins of the scale,
    each counting as many times as it has answers (Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017).
    """

    n: int
    right: float
    auroc: float | None
    calibration_error: float
    refusal_f1: float
    answered_right: float


def list_shown(run: RunFolder) -> list[ShownAnswer]:
    """The answers of a run that kept none back; an article is in one half only.

    Raises UsageError for a run that refused questions for want of confidence, or has no signals.
    """
    if any(row.refused and row.answer and row.answer.signals for row in run.answers):
        raise UsageError(
            f"{run.path} refused questions, and nothing shows what it would have answered. Make the run with "
            "DATELINE_MIN_CONFIDENCE=0."
        )
    found = []
    for row, score in zip(run.answers, run.scores, strict=True):
        right = score.scores.get(RIGHT.name)
        if row.answer and not row.refused and right is not None:  # no passage, no answer
            place = sha256((row.relevant[0] if row.relevant else row.id).encode()).digest()[0]
            found.append(ShownAnswer(row.id, row.answer.signals, right >= 0.5, row.should_refuse, place % 2 == 0))
    if not found or not all(shown.signals for shown in found):
        raise UsageError(f"{run.path} has answers without signals: only the offline answerer gives any.")
    return found


def fit_confidence(runs: Sequence[Sequence[ShownAnswer]]) -> Weights:
    """Fit the weights of the signals to whether answers were right, on the tuning half, each run weighing the same.

    The threshold, a single number, is chosen on both halves: the highest with which, in the mean over runs, at most a
    tenth of the answerable questions is refused.
    """
    halves = [[s for s in run if s.tuning] for run in runs]
    tuning = [s for half in halves for s in half]
    names = sorted({name for s in tuning for name in s.signals})
    x = np.array([[s.signals.get(name, 0.0) for name in names] for s in tuning])
    y = np.array([1.0 if s.right else -1.0 for s in tuning])
    w = np.concatenate([np.full(len(half), len(tuning) / len(halves) / max(len(half), 1)) for half in halves])
    ranges: list[Range] = [(None, 0.0) if name in _AGAINST else (None, None) for name in names]
    intercept, slopes = fit_logistic(x, y, w, _RIDGE, ranges)
    signals = {name: round(float(v), 4) for name, v in zip(names, slopes, strict=True)}
    steps = [Weights(round(intercept, 4), signals, n / _STEPS) for n in range(1, _STEPS)]
    refused = [float(np.mean([_measure_refused(run, weights) for run in runs if run])) for weights in steps]
    return max(
        (w for w, share in zip(steps, refused, strict=True) if share <= _REFUSED),
        key=lambda w: w.threshold,
        default=steps[0],
    )


def measure_confidence(shown: Sequence[ShownAnswer], weights: Weights) -> ConfidenceFigures:
    """How well these weights tell right answers from wrong ones; `shown` is not empty."""
    sure = np.array([weigh_signals(s.signals, weights) for s in shown])
    right = np.array([float(s.right) for s in shown])
    auroc = estimate(_to_rows(shown, weights), CONFIDENCE_AUROC.formula, draws=0).mean
    return ConfidenceFigures(
        len(shown),
        round(float(right.mean()), 3),
        None if auroc is None else round(auroc, 3),
        round(measure_calibration(sure, right), 3),
        round(_measure_refusals(shown, weights), 3),
        round(_measure_answers(shown, weights), 3),
    )


def measure_calibration(sure: Array, right: Array) -> float:
    """The expected calibration error of probabilities `sure`, shape (n,), for outcomes `right`, 0 or 1."""
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(float((sure - right)[bins == n].sum())) for n in range(BINS)]
    return sum(gaps) / len(sure)


def write_confidence(path: Path, weights: Weights, figures: Mapping[str, ConfidenceFigures]) -> None:
    """Write the weights with their figures, by run, on the half that they were not fitted to."""
    held = {name: asdict(figure) for name, figure in figures.items()}
    path.write_text(json.dumps({**asdict(weights), "held_back": held}, indent=2) + "\n", encoding="utf-8")


def _measure_refusals(shown: Sequence[ShownAnswer], weights: Weights) -> float:
    """F1 of refusing; 0 where nothing was to be refused, or nothing was."""
    return estimate(_to_rows(shown, weights), REFUSAL_F1.formula, draws=0).mean or 0.0


def _measure_answers(shown: Sequence[ShownAnswer], weights: Weights) -> float:
    """The share of answerable questions that are answered, and rightly."""
    answerable = [s for s in shown if not s.unanswerable]
    right = [s for s in answerable if s.right and weigh_signals(s.signals, weights) >= weights.threshold]
    return len(right) / max(len(answerable), 1)


def _measure_refused(shown: Sequence[ShownAnswer], weights: Weights) -> float:
    """The share of answerable questions that are refused."""
    answerable = [s for s in shown if not s.unanswerable]
    refused = [s for s in answerable if weigh_signals(s.signals, weights) < weights.threshold]
    return len(refused) / max(len(answerable), 1)


def _to_rows(shown: Sequence[ShownAnswer], weights: Weights) -> list[ScoreRow]:
    sure = [weigh_signals(s.signals, weights) for s in shown]
    return [
        ScoreRow(
            s.id,
            "without_evidence" if s.unanswerable else "asked",
            {
                CONFIDENCE.name: confidence,
                RIGHT.name: float(s.right),
                REFUSED.name: float(confidence < weights.threshold),
                SHOULD_REFUSE.name: float(s.unanswerable),
            },
            {},
        )
        for s, confidence in zip(shown, sure, strict=True)
    ]
