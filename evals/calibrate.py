"""Fitting the offline answerer's confidence to runs, and measuring how well it is calibrated."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from evals.folder import RunFolder, ScoreRow
from evals.statistics import Array, interval
from index import UsageError
from rag.weights import Signals, Weights, weigh_signals

BINS = 10
_RIDGE = 1.0
_STEPS = 100  # thresholds that are tried


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer that was shown: what spoke for it, whether it was right, whether a refusal would have been."""

    id: str
    signals: Signals
    right: bool
    unanswerable: bool
    tuning: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Of `n` answers: the share that was right, the AUROC of the confidence, its calibration error, F1 of refusing.

    The calibration error is the mean distance of confidence and share of right answers in ten bins of the scale,
    each counting as many times as it has answers (Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017).
    """

    n: int
    right: float
    auroc: float | None
    calibration_error: float
    refusal_f1: float


def list_shown(runs: Sequence[RunFolder]) -> list[Shown]:
    """The answers of runs that refused nothing, each run weighing the same; halves are told apart by article.

    Raises UsageError for a run that refused answerable questions, or has no signals.
    """
    found: list[Shown] = []
    for run in runs:
        rights = [score.scores.get("right") for score in run.scores]
        rows = [
            (row, row.answer["signals"], right)
            for row, right in zip(run.answers, rights, strict=True)
            if row.answer and right is not None
        ]
        if any(row.refused for row in run.answers):
            raise UsageError(
                f"{run.path} refused questions, and nothing shows what it would have answered. Make the run with "
                "DATELINE_MIN_CONFIDENCE=0."
            )
        if not rows or not all(signals for _, signals, _ in rows):
            raise UsageError(f"{run.path} has answers without signals: only the offline answerer gives any.")
        for row, signals, right in rows:
            place = sha256((row.relevant[0] if row.relevant else row.id).encode()).digest()[0]
            found.append(Shown(row.id, signals, right >= 0.5, row.should_refuse, place % 2 == 0, 1 / len(rows)))
    return found


def fit_confidence(shown: Sequence[Shown]) -> Weights:
    """Fit the weights of the signals to whether answers were right, on the tuning half.

    A ridge-penalized logistic regression (Hastie, Tibshirani and Friedman, The Elements of Statistical Learning,
    4.4). The threshold is the confidence below which refusing has the best F1 there.
    """
    from scipy.optimize import minimize

    tuning = [s for s in shown if s.tuning]
    names = sorted({name for s in tuning for name in s.signals})
    x = np.array([[s.signals.get(name, 0.0) for name in names] for s in tuning])
    y = np.array([1.0 if s.right else -1.0 for s in tuning])
    w = np.array([s.weight for s in tuning]) * len(tuning) / sum(s.weight for s in tuning)
    mean, spread = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-6)
    z = np.hstack([np.ones((len(x), 1)), (x - mean) / spread])

    def lose(beta: np.ndarray) -> tuple[float, np.ndarray]:
        margin = y * (z @ beta)
        slopes = np.append(0.0, beta[1:])
        loss = w @ np.logaddexp(0.0, -margin) + _RIDGE / 2 * slopes @ slopes
        return float(loss), _RIDGE * slopes - z.T @ (w * y / (1 + np.exp(np.minimum(margin, 50.0))))

    beta = minimize(lose, np.zeros(z.shape[1]), jac=True, method="L-BFGS-B").x
    slopes = beta[1:] / spread
    signals = {name: round(float(v), 4) for name, v in zip(names, slopes, strict=True)}
    fitted = Weights(round(float(beta[0] - slopes @ mean), 4), signals, 0.0)
    steps = [Weights(fitted.intercept, signals, n / _STEPS) for n in range(1, _STEPS)]
    return max(steps, key=lambda weights: _measure_refusals(tuning, weights))


def measure_confidence(shown: Sequence[Shown], weights: Weights) -> Figures:
    """How well these weights tell right answers from wrong ones; `shown` is not empty."""
    sure = np.array([weigh_signals(s.signals, weights) for s in shown])
    right = np.array([float(s.right) for s in shown])
    auroc = interval(_to_rows(shown, weights), "confidence_auroc", draws=0).mean
    return Figures(
        len(shown),
        round(float(right.mean()), 3),
        None if auroc is None else round(auroc, 3),
        round(measure_calibration(sure, right), 3),
        round(_measure_refusals(shown, weights), 3),
    )


def measure_calibration(sure: Array, right: Array) -> float:
    """The expected calibration error of probabilities `sure`, shape (n,), for outcomes `right`, 0 or 1."""
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(float((sure - right)[bins == n].sum())) for n in range(BINS)]
    return sum(gaps) / len(sure)


def write_confidence(path: Path, weights: Weights, figures: Mapping[str, Figures]) -> None:
    """Write the weights with their figures, by run, on the half that they were not fitted to."""
    held = {name: asdict(figure) for name, figure in figures.items()}
    path.write_text(json.dumps({**asdict(weights), "held_back": held}, indent=2) + "\n", encoding="utf-8")


def _measure_refusals(shown: Sequence[Shown], weights: Weights) -> float:
    """F1 of refusing; 0 where nothing was to be refused, or nothing was."""
    return interval(_to_rows(shown, weights), "refusal_f1", draws=0).mean or 0.0


def _to_rows(shown: Sequence[Shown], weights: Weights) -> list[ScoreRow]:
    sure = [weigh_signals(s.signals, weights) for s in shown]
    return [
        ScoreRow(
            s.id,
            "without_evidence" if s.unanswerable else "asked",
            {
                "confidence": confidence,
                "right": float(s.right),
                "refused": float(confidence < weights.threshold),
                "should_refuse": float(s.unanswerable),
            },
            {},
        )
        for s, confidence in zip(shown, sure, strict=True)
    ]
