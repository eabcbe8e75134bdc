"""Fitting the weights of signals to right and wrong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evals.statistics import Array

Range = tuple[float | None, float | None]


def fit_logistic(
    signals: Array, right: Array, weight: Array, ridge: float, ranges: Sequence[Range] | None = None
) -> tuple[float, Array]:
    """Return intercept and slopes, shape (m,), of a ridge-penalized logistic regression.

    Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 4.4. `signals` has a row for each case,
    shape (n, m); `right` is 1 or -1, `weight` how much a case counts. The penalty is on slopes of signals with a
    spread of 1; `ranges` are the least and most that a slope may be.
    """
    from scipy.optimize import minimize

    mean, spread = signals.mean(axis=0), np.maximum(signals.std(axis=0), 1e-6)
    z = np.hstack([np.ones((len(signals), 1)), (signals - mean) / spread])

    def lose(beta: Array) -> tuple[float, Array]:
        margin = right * (z @ beta)
        slopes = np.append(0.0, beta[1:])
        loss = weight @ np.logaddexp(0.0, -margin) + ridge / 2 * slopes @ slopes
        return float(loss), ridge * slopes - z.T @ (weight * right / (1 + np.exp(np.minimum(margin, 50.0))))

    given = ranges or [(None, None)] * signals.shape[1]
    bounds = [
        tuple(None if end is None else end * gap for end in ends) for ends, gap in zip(given, spread, strict=True)
    ]
    beta = minimize(lose, np.zeros(z.shape[1]), jac=True, method="L-BFGS-B", bounds=[(None, None), *bounds]).x
    slopes = beta[1:] / spread
    return float(beta[0] - slopes @ mean), slopes
