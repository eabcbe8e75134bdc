"""How likely it is that the articles answer the question, and that the best sentence does."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from rag.expect import Kind


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer. Scores are the cross-encoder's logits, weighted as the answerer does."""

    question: str
    sentence: str
    passage: str
    article: str
    sentence_score: float
    passage_score: float
    kind: Kind
    holds_kind: bool


def estimate_confidence(evidence: Evidence) -> float:
    """Return a probability from 0 to 1."""
    return 1 / (1 + exp(-evidence.sentence_score / 3))
