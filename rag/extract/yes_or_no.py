"""Whether the sentence that was found says yes or no to a question that one of them answers; mostly it is unclear.

A wrong yes is the worst that can happen, so that the reader and the rules have to agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index import Reader, embedded_text, passage_heading
from rag.english.gate import Bearing, find_missing_premises, read_claim, weigh_sentence
from rag.extract.candidates import Candidate, YesNo
from rag.question.record import QuestionPart

_LEAST = 0.0  # log-odds that the passage says what is asked about, or denies it
_APART = 1.0  # how far below that the denial has to be, for a yes
_SHARED = 0.5  # of the words of what is asked about stand in the sentence
_SHARED_DENIED = 0.6  # the same for a no


class Evidence(NamedTuple):
    """The reader's log-odds that a passage says what is asked about, and that it says its denial; and its sentence."""

    said: float
    unsaid: float
    sentence: Bearing


def read_evidence(reader: Reader, part: QuestionPart, candidates: Sequence[Candidate]) -> Evidence | None:
    """What the best of `candidates`, which are not empty, says to a question that yes or no answers.

    None for other questions, where the passage lacks what the question names, where the sentence leaves it open, and
    for how things stand now where a newer article answers too.
    """
    claim = read_claim(part.whole)
    best = candidates[0]
    article, passage = best.hit.article, best.hit.passage
    if claim is None or (claim.now and any(_is_newer(other, best) for other in candidates[1:])):
        return None
    sentence = weigh_sentence(claim, article, best.text)
    missing = find_missing_premises(article, part.whole, (passage_heading(article), passage.text))
    if sentence is None or missing.list_all():
        return None
    text = embedded_text(article, passage.text)
    said, unsaid = (reader.read(words, [text])[0].log_odds for words in (claim.said, claim.denied))
    return Evidence(said, unsaid, sentence)


def decide(evidence: Evidence | None) -> YesNo:
    """Yes or no where reader and rules agree, else nothing.

    A sentence without a denial in it says yes where the reader finds that its passage says what is asked about, and not
    the contrary. One that denies it says no where the reader finds the passage on it, either way.
    """
    if evidence is None:
        return ""
    said, unsaid, (denies, shared) = evidence
    if denies:
        return "No" if max(said, unsaid) >= _LEAST and shared >= _SHARED_DENIED else ""
    return "Yes" if said >= max(_LEAST, unsaid + _APART) and shared >= _SHARED else ""


def _is_newer(other: Candidate, best: Candidate) -> bool:
    """True where another article answers too, and is newer."""
    mine, theirs = best.hit.article.published, other.hit.article.published
    return other.log_odds > 0 and theirs is not None and (mine is None or mine < theirs)
