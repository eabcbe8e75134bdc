"""Logistic regressions whose weights a command fitted and wrote to a file, with their figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path

Signals = Mapping[str, float]  # by name


@dataclass(frozen=True, slots=True)
class Weights:
    """Intercept, a weight for each signal, and the least probability that counts as a yes."""

    intercept: float
    signals: Signals
    threshold: float


@cache
def read_weights(path: Path) -> Weights:
    """Read the weights that a command wrote; it may have written figures beside them."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    return Weights(stored["intercept"], stored["signals"], stored["threshold"])


def weigh_signals(signals: Signals, weights: Weights) -> float:
    """The probability, from 0 to 1; a signal without a weight says nothing."""
    z = weights.intercept + sum(weights.signals.get(name, 0.0) * value for name, value in signals.items())
    return 1 / (1 + exp(-max(-50.0, min(50.0, z))))
