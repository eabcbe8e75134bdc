"""Whether the texts that a sentence cites say what it says: the protocol, and the verifier that needs no LLM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Protocol

from index import Article, Embedder, Passage, Reader, Reranker, Vectors, passage_heading, split_sentences
from rag.english.gate import ClaimComparison, compare_claim, deny_claim, swap_names, write_out_references
from rag.weights import Weights, read_weights, weigh_signals

VERIFIER_FILE = Path(__file__).parent / "verifier.json"
ELSEWHERE = "what it cites does not say this"
OPPOSITE = "its opposite is nearer to what the source says"
SWAPPED = "the source seems to say this of somebody or something else"
_MOST_COUNTED = 2.0
_MOST_SURE = 10.0  # log-odds
_TELLING = 0.2  # from which gain on it is given as a reason
_STEP = 0.1  # of a cosine: one unit of the signals `opposite` and `swapped`


@dataclass(frozen=True, slots=True)
class Verification:
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

    def verify(self, claim: str, texts: Sequence[str]) -> Verification:
        """Say whether `texts` support `claim`, a sentence without its markers. No text supports nothing."""
        ...


def split_texts(texts: Sequence[str]) -> list[str]:
    """The sentences of all texts, in order."""
    return [text[s.start : s.end] for text in texts for s in split_sentences(text)]


def cite_text(article: Article, passage: Passage) -> str:
    """A passage's text under its article's heading, relative days and speakers written out, as verifiers read it."""
    return f"{passage_heading(article)}\n{write_out_references(article, passage.start, passage.end)}"


class OfflineVerifier:
    """Compares figures, dates, names, quoted words, denials, hedges and speakers; the models must agree."""

    name = "offline"

    def __init__(self, embedder: Embedder, reranker: Reranker, reader: Reader, weights: Weights | None = None) -> None:
        self._embedder = embedder
        self._reranker = reranker
        self._reader = reader
        self._weights = weights or read_weights(VERIFIER_FILE)

    def verify(self, claim: str, texts: Sequence[str]) -> Verification:
        given = [text for text in texts if text.strip()]
        if not given or not claim.strip():
            return Verification(0.0, False, ("it cites nothing that could be compared",))
        comparison, signals = self._read(claim, given)
        support = weigh_signals(signals, self._weights)
        if support >= self._weights.threshold:
            return Verification(round(support, 4), True)
        return Verification(round(support, 4), False, comparison.reasons or (ELSEWHERE,))

    def read_signals(self, claim: str, texts: Sequence[str]) -> dict[str, float]:
        """Return what speaks for and against a claim, by name, as it is weighed."""
        return self._read(claim, texts)[1]

    def _read(self, claim: str, texts: Sequence[str]) -> tuple[ClaimComparison, dict[str, float]]:
        sentences = split_texts(texts)
        rows = self._embedder.embed_passages([claim, *sentences])
        closeness = [float(c) for c in rows[1:] @ rows[0]]
        comparison = compare_claim(claim, sentences, closeness)
        near = rows[1:][list(comparison.near)]
        opposite = self._measure_gain(deny_claim(claim), rows[0], near)
        swapped = self._measure_gain(swap_names(claim, [sentences[n] for n in comparison.near]), rows[0], near)
        reasons = [why for gain, why in ((opposite, OPPOSITE), (swapped, SWAPPED)) if gain >= _TELLING]
        comparison = replace(comparison, reasons=(*comparison.reasons, *reasons))
        logit = float(max(self._reranker.score(claim, texts)))
        counted = count_signals(comparison)
        # The reader has learnt from claims too: a text that says something else doesn't answer them.
        says = max(reading.log_odds for reading in self._reader.read(claim, texts))
        signals = {
            "cosine": max(closeness),
            "cross_encoder": logit,
            "reader": min(max(says, -_MOST_SURE), _MOST_SURE),
            "opposite": opposite,
            "swapped": swapped,
        }
        return comparison, {**counted, **signals}

    def _measure_gain(self, others: Sequence[str], claim: Vectors, near: Vectors) -> float:
        """How much nearer the nearest sentences are to one of `others` than to the claim, in steps of a cosine.

        Embeddings of a sentence and of its denial are near each other, but the source's is nearer to that which it
        says; so the difference tells what the nearness alone does not.
        """
        if not others or not len(near):
            return 0.0
        gain = float((self._embedder.embed_passages(others) @ near.T).max() - (near @ claim).max())
        return min(max(gain / _STEP, 0.0), _MOST_COUNTED)


def count_signals(comparison: ClaimComparison) -> dict[str, float]:
    """The comparison as numbers, by name; counts end at 2."""
    values = {f.name: getattr(comparison, f.name) for f in fields(comparison) if f.name not in ("near", "reasons")}
    return {name: min(float(value), _MOST_COUNTED) for name, value in values.items()}
