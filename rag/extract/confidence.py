"""How likely it is that the first sentence of an offline answer is right."""

from __future__ import annotations

from math import inf
from pathlib import Path

from index import passage_heading
from rag.english.gate import find_missing_premises
from rag.extract.candidates import Candidate
from rag.question.record import QuestionPart
from rag.weights import Signals, read_weights, weigh_signals

CONFIDENCE_FILE = Path(__file__).parent / "confidence.json"
_MOST = 3.0  # of what is counted
_TURNED = 2  # how often a deed that is turned round counts: what never happened has no reason


def read_signals(part: QuestionPart, best: Candidate, window: float, *, knows: bool = True) -> dict[str, float]:
    """Return what speaks for and against the best candidate, by name, as it is weighed.

    `knows` is false where the reader doesn't know the language: what it doesn't find there may be there all the same.
    `reader` and `passage` are logits, of the reader and of the cross-encoder; `window` is the reader's of the sentence
    between its neighbours. `mismatch` says that the sentence lacks the kind of thing asked for, `contrary` that the
    passage tells of the other sex, of another place in a row, or of the opposite of the deed whose reason is asked for.
    """
    article = best.hit.article
    missing = find_missing_premises(article, part.whole, (passage_heading(article), best.hit.passage.text))
    least = -inf if knows else 0.0
    return {
        "reader": max(best.log_odds, least),
        "window": max(window, least),
        "passage": best.logit,
        "mismatch": float(not best.matches),
        "contrary": min(len(missing.contrary) + _TURNED * len(missing.turned), _MOST),
    }


def estimate_confidence(signals: Signals) -> float:
    """Return the probability, from 0 to 1, that an answer with these signals is right."""
    return weigh_signals(signals, read_weights(CONFIDENCE_FILE))
