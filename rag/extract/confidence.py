"""How likely it is that an offline answer is right."""

from __future__ import annotations

from pathlib import Path

from rag.weights import Signals, read_weights, weigh_signals

CONFIDENCE_FILE = Path(__file__).parent / "confidence.json"


def read_signals(*, passage_score: float, similarity: float, mismatch: bool, words: int) -> dict[str, float]:
    """Return what speaks for and against an answer, by name, as it is weighed.

    `passage_score` is the cross-encoder's logit of the best passage, `similarity` the cosine of the question and
    the nearest sentence. `mismatch` says that the best sentence lacks the kind of thing asked for. `words` is the
    number of the question's content words: the fewer, the lower is the cosine of what answers it.
    """
    return {
        "passage": passage_score,
        "similarity": similarity,
        "mismatch": float(mismatch),
        "short": 1 / max(words, 1),
    }


def estimate_confidence(signals: Signals) -> float:
    """Return the probability, from 0 to 1, that an answer with these signals is right."""
    return weigh_signals(signals, read_weights(CONFIDENCE_FILE))
