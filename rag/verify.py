"""Whether the texts that a sentence cites say what it says: the protocol, and the verifier that needs no LLM."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from math import exp
from pathlib import Path
from typing import Protocol

from index.embedder import Embedder
from index.reranker import Reranker
from index.sentences import split_sentences
from rag.claims import Comparison, compare_claim

WEIGHTS_FILE = Path(__file__).parent / "verifier.json"
_ELSEWHERE = "what it cites does not say this"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim is `supported`, how strongly from 0 to 1, and in words what speaks against it."""

    support: float
    supported: bool
    reasons: tuple[str, ...] = ()


class Verifier(Protocol):
    """Compares a claim with the texts that it cites."""

    @property
    def name(self) -> str: ...

    def verify(self, claim: str, texts: Sequence[str]) -> Verdict:
        """Say whether `texts` support `claim`, a sentence without its markers. No text supports nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression: intercept, a weight for each signal, and the least support of a supported claim."""

    intercept: float
    signals: Mapping[str, float]
    threshold: float


@cache
def read_weights(path: Path = WEIGHTS_FILE) -> Weights:
    """Read the weights that `dateline eval calibrate` wrote."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    return Weights(stored["intercept"], stored["signals"], stored["threshold"])


class OfflineVerifier:
    """Compares figures, dates, names, quoted words, denials, hedges and speakers; both models must agree."""

    name = "offline"

    def __init__(self, embedder: Embedder, reranker: Reranker, weights: Weights | None = None) -> None:
        self._embedder = embedder
        self._reranker = reranker
        self._weights = weights or read_weights()

    def verify(self, claim: str, texts: Sequence[str]) -> Verdict:
        given = [text for text in texts if text.strip()]
        if not given or not claim.strip():
            return Verdict(0.0, False, ("it cites nothing that could be compared",))
        comparison = compare_claim(claim, given)
        signals = {**count_signals(comparison), **self._ask_models(claim, given)}
        support = weigh_signals(signals, self._weights)
        supported = support >= self._weights.threshold
        reasons = comparison.reasons if not supported else ()
        return Verdict(round(support, 4), supported, reasons or (() if supported else (_ELSEWHERE,)))

    def _ask_models(self, claim: str, texts: Sequence[str]) -> dict[str, float]:
        """The cross-encoder's best logit over the texts, and the best cosine over their sentences."""
        sentences = [text[s.start : s.end] for text in texts for s in split_sentences(text)] or list(texts)
        rows = self._embedder.embed_passages([claim, *sentences])
        return {
            "cross_encoder": float(max(self._reranker.score(claim, texts))),
            "cosine": float(max(rows[1:] @ rows[0])),
        }


def count_signals(comparison: Comparison) -> dict[str, float]:
    """The comparison as numbers, by name; counts end at 2."""
    values = {f.name: getattr(comparison, f.name) for f in fields(comparison) if f.name != "reasons"}
    return {name: min(float(value), 2.0) for name, value in values.items()}


def weigh_signals(signals: Mapping[str, float], weights: Weights) -> float:
    """The probability, from 0 to 1, that a claim with these signals is supported."""
    z = weights.intercept + sum(weights.signals.get(name, 0.0) * value for name, value in signals.items())
    return 1 / (1 + exp(-max(-50.0, min(50.0, z))))
