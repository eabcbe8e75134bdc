"""Whether the texts that a sentence cites say what it says: the protocol, and the verifier that needs no LLM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Protocol

from index import Article
from index.embedder import Embedder
from index.passages import passage_heading
from index.reranker import Reranker
from rag.claims import Comparison, compare_claim, split_texts
from rag.weights import Weights, read_weights, weigh_signals

WEIGHTS_FILE = Path(__file__).parent / "verifier.json"
ELSEWHERE = "what it cites does not say this"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim is `supported`, how strongly from 0 to 1, what speaks against it, and what asking cost."""

    support: float
    supported: bool
    reasons: tuple[str, ...] = ()
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0


class Verifier(Protocol):
    """Compares a claim with the texts that it cites."""

    @property
    def name(self) -> str: ...

    def verify(self, claim: str, texts: Sequence[str]) -> Verdict:
        """Say whether `texts` support `claim`, a sentence without its markers. No text supports nothing."""
        ...


def cite_text(article: Article, text: str) -> str:
    """A passage's text under its article's heading, as verifiers read what is cited."""
    return f"{passage_heading(article)}\n{text}"


class OfflineVerifier:
    """Compares figures, dates, names, quoted words, denials, hedges and speakers; both models must agree."""

    name = "offline"

    def __init__(self, embedder: Embedder, reranker: Reranker, weights: Weights | None = None) -> None:
        self._embedder = embedder
        self._reranker = reranker
        self._weights = weights or read_weights(WEIGHTS_FILE)

    def verify(self, claim: str, texts: Sequence[str]) -> Verdict:
        given = [text for text in texts if text.strip()]
        if not given or not claim.strip():
            return Verdict(0.0, False, ("it cites nothing that could be compared",))
        comparison, signals = self._read(claim, given)
        support = weigh_signals(signals, self._weights)
        if support >= self._weights.threshold:
            return Verdict(round(support, 4), True)
        return Verdict(round(support, 4), False, comparison.reasons or (ELSEWHERE,))

    def read_signals(self, claim: str, texts: Sequence[str]) -> dict[str, float]:
        """Return what speaks for and against a claim, by name, as it is weighed."""
        return self._read(claim, texts)[1]

    def _read(self, claim: str, texts: Sequence[str]) -> tuple[Comparison, dict[str, float]]:
        sentences = split_texts(texts)
        rows = self._embedder.embed_passages([claim, *sentences])
        closeness = [float(c) for c in rows[1:] @ rows[0]]
        comparison = compare_claim(claim, sentences, closeness)
        logit = float(max(self._reranker.score(claim, texts)))
        return comparison, {**count_signals(comparison), "cosine": max(closeness), "cross_encoder": logit}


def count_signals(comparison: Comparison) -> dict[str, float]:
    """The comparison as numbers, by name; counts end at 2."""
    values = {f.name: getattr(comparison, f.name) for f in fields(comparison) if f.name != "reasons"}
    return {name: min(float(value), 2.0) for name, value in values.items()}
