"""How right speakers are: who is found for the words that somebody says, and whether they are just those words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evals.statistics import Formula, Interval, estimate, share_of
from evals.topics.speaker_set import KnownQuotation, SpeakerSet
from index import Article
from rag import Speech, find_speech, is_same_speaker

_SAME = 0.5  # of what two spans cover together, what they have in common where they are the same words


# Over all quotations; the intervals are over articles.
SPEAKER_MEASURES: Mapping[str, Formula] = {
    "speaker_right": share_of("right", "known"),
    "speaker_right_direct": share_of("right_direct", "known_direct"),
    "speaker_right_reported": share_of("right_reported", "known_reported"),
    "found": share_of("found", "known"),
    "words_exact": share_of("exact", "found"),
    "precision": share_of("known_found", "given"),
}


@dataclass(frozen=True, slots=True)
class SpeakerScore:
    """Counts of an article, and in words what was wrong.

    Of its `known` quotations some were `found`, of which some have just the `exact` words, but for the punctuation
    around them, and some the `right` speaker, and whether they are direct. Of the pieces `given`, `known_found` are
    words that somebody says.
    """

    id: str
    scores: Mapping[str, float]
    wrong: tuple[str, ...]
    variant: str = "found"


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    speech: Speech


def score_speakers(chosen: SpeakerSet) -> Iterator[SpeakerScore]:
    """Find what is said in each article, and score it."""
    return (score_article(article, known) for article, known in chosen.articles)


def summarise_speakers(scores: Sequence[SpeakerScore]) -> dict[str, Interval]:
    """Each measure over all articles."""
    return {name: estimate(scores, formula) for name, formula in SPEAKER_MEASURES.items()}


def score_article(article: Article, known: Sequence[KnownQuotation]) -> SpeakerScore:
    """Score one article by the quotations that are known."""
    given = [_Piece(p.start, p.end, speech) for speech in find_speech(article) for p in speech.pieces]
    matched = [(q, max(given, key=lambda piece: _overlap(q, piece), default=None)) for q in known]
    found = [(q, piece) for q, piece in matched if piece and _overlap(q, piece) >= _SAME]
    right = [q for q, piece in found if _is_right(q, piece.speech)]
    scores = {
        "known": len(known),
        "known_direct": sum(q.direct for q in known),
        "known_reported": sum(not q.direct for q in known),
        "found": len(found),
        "exact": sum(_strip(article.text, q) == _strip(article.text, piece) for q, piece in found),
        "right": len(right),
        "right_direct": sum(q.direct for q in right),
        "right_reported": sum(not q.direct for q in right),
        "given": len(given),
        "known_found": sum(any(_overlap(q, piece) > 0 for q in known) for piece in given),
    }
    wrong = [f"{q.speaker}: {article.text[q.start : q.end]}" for q in known if q not in right]
    wrong += [
        f"not expected: {article.text[piece.start : piece.end]}"
        for piece in given
        if not any(_overlap(q, piece) for q in known)
    ]
    return SpeakerScore(article.id, {name: float(count) for name, count in scores.items()}, tuple(wrong))


def _strip(text: str, span: KnownQuotation | _Piece) -> str:
    """The words without the punctuation around them: whether the comma belongs to a quotation is a convention."""
    return re.sub(r"^[\W_]+|[\W_]+$", "", text[span.start : span.end])


def _overlap(known: KnownQuotation, piece: _Piece) -> float:
    """The share that both have of what they cover together."""
    shared = min(known.end, piece.end) - max(known.start, piece.start)
    return max(0, shared) / (max(known.end, piece.end) - min(known.start, piece.start))


def _is_right(known: KnownQuotation, speech: Speech) -> bool:
    """True for the same speaker, nobody else beside, and the same kind of speech."""
    several = " and " in speech.speaker and " and " not in known.speaker
    return is_same_speaker(known.speaker, speech.speaker) and not several and known.direct == speech.direct
