"""How likely it is that the first sentence of an offline answer is right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import mean

from index import passage_heading
from rag.english.gate import find_missing_premises
from rag.extract.candidates import Candidate
from rag.question.record import QuestionPart
from rag.weights import Signals, read_weights, weigh_signals

CONFIDENCE_FILE = Path(__file__).parent / "confidence.json"
_MOST = 3.0  # of what is counted


def read_signals(
    part: QuestionPart, candidates: Sequence[Candidate], windows: Sequence[float], *, knows: bool = True
) -> dict[str, float]:
    """Return what speaks for and against the best of `candidates`, which are not empty, by name, as it is weighed.

    `knows` is false where the reader doesn't know the language: what it doesn't find there may be there all the same.
    `reader` and `passage` are logits, of the reader and of the cross-encoder. `windows` is the mean of the reader's
    logits in `windows` around the sentence. `mismatch` says that the sentence lacks the kind of thing asked for,
    `contrary` that the passage tells of the other sex, or of another place in a row.
    """
    best = candidates[0]
    article = best.hit.article
    missing = find_missing_premises(article, part.whole, (passage_heading(article), best.hit.passage.text))
    readings = [best.log_odds, *windows] if knows else [max(x, 0.0) for x in (best.log_odds, *windows)]
    return {
        "reader": readings[0],
        "windows": mean(readings[1:]),
        "passage": best.logit,
        "mismatch": float(not best.matches),
        "contrary": min(len(missing.contrary), _MOST),
    }


def estimate_confidence(signals: Signals) -> float:
    """Return the probability, from 0 to 1, that an answer with these signals is right."""
    return weigh_signals(signals, read_weights(CONFIDENCE_FILE))
