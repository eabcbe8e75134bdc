"""What a claim says that the texts it cites don't: numbers, dates, names, quoted words, denials, hedges, speakers."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from unicodedata import digit

from index import content_words
from rag.english.compare.stance import Stance, read_stance
from rag.english.days import blank_days, find_days, knows_day, show_day
from rag.english.figures import find_figures, same_figure
from rag.english.names import find_names, missing_words

_QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]{3,})[\"“”»]")
_DIGITS = re.compile(r"\d{1,3}(?:[.,'’\s]\d{3})+(?!\d)|\d+(?:[.,]\d+)?")
_SHARED = 0.4  # how much a sentence's shared words count beside its cosine
_WITHIN = 0.1  # how much farther than the nearest sentence another one may be that counts too


@dataclass(frozen=True, slots=True)
class ClaimComparison:
    """What a claim and the texts have in common and what they don't, each as a number from 0 up.

    The first four count what the texts lack, and `distant_names` those that only sentences further off have; the flips
    are 0 or 1; `overlap` is a share from 0 to 1. `near` are the places of the sentences nearest to the claim.
    """

    figures: float = 0.0
    days: float = 0.0
    names: float = 0.0
    quoted: float = 0.0
    denied: float = 0.0
    undenied: float = 0.0
    hedged: float = 0.0
    unhedged: float = 0.0
    speaker: float = 0.0
    unattributed: float = 0.0
    distant_names: float = 0.0
    overlap: float = 0.0
    near: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()


def compare_claim(claim: str, sentences: Sequence[str], closeness: Sequence[float]) -> ClaimComparison:
    """Compare a claim, a sentence of an answer without its markers, with the sentences of what it cites.

    `closeness` says of each sentence how near its meaning is to the claim's, as a cosine.
    """
    reasons: list[str] = []
    figures = lacking_figures(claim, sentences)
    days = lacking_days(claim, sentences)
    names = lacking_names(claim, sentences)
    quoted = _lacking_quotes(claim, sentences)
    for kind, lacking in (("number", figures), ("date", days), ("name", names), ("quoted words", quoted)):
        reasons += [f"the {kind} {_in_quotes(what)} not in what it cites" for what in lacking]
    mine = read_stance(claim)
    shares, near = _find_near(mine.words, sentences, closeness)
    theirs = [read_stance(sentences[n], sentences[:n]) for n in near]
    denied, undenied = _compare_cues(mine, mine.denied, theirs, [s.denied for s in theirs])
    hedged, unhedged = _compare_cues(mine, mine.hedged, theirs, [s.hedged for s in theirs])
    opposed = _has_opposite(mine, theirs)
    speaker, unattributed = _compare_speakers(mine, theirs)
    distant = [name for name in lacking_names(claim, [sentences[n] for n in near]) if name not in names]
    reasons += [f"what it cites does not say this of {name}" for name in distant]
    for flag, reason in (
        (denied, "it denies something that the source does not deny"),
        (undenied or opposed, "the source denies it, or says the opposite"),
        (hedged, "it leaves open what the source says outright"),
        (unhedged, "it states as certain what the source leaves open"),
        (speaker, "somebody else says that in the source"),
    ):
        if flag:
            reasons.append(reason)
    return ClaimComparison(
        figures=len(figures),
        days=len(days),
        names=len(names),
        quoted=len(quoted),
        denied=denied,
        undenied=max(undenied, opposed),
        hedged=hedged,
        unhedged=unhedged,
        speaker=speaker,
        unattributed=unattributed,
        distant_names=len(distant),
        overlap=max(shares, default=0.0),
        near=near,
        reasons=tuple(reasons),
    )


def compare_signs(claim: str, sentences: Sequence[str], closeness: Sequence[float]) -> ClaimComparison:
    """As `compare_claim`, by what needs no English: digits, words in quotation marks, and shared words."""
    given = {number for sentence in sentences for number in _read_numbers(sentence).values()}
    figures = [written for written, number in _read_numbers(claim).items() if number not in given]
    quoted = _lacking_quotes(claim, sentences)
    shares, near = _find_near(frozenset(content_words(claim)), sentences, closeness)
    reasons = [
        f"the {kind} {_in_quotes(what)} not in what it cites"
        for kind, lacking in (("number", figures), ("quoted words", quoted))
        for what in lacking
    ]
    return ClaimComparison(
        figures=len(figures),
        quoted=len(quoted),
        overlap=max(shares, default=0.0),
        near=near,
        reasons=tuple(reasons),
    )


def _find_near(
    words: Set[str], sentences: Sequence[str], closeness: Sequence[float]
) -> tuple[list[float], tuple[int, ...]]:
    """The share of `words` that each sentence has, and the places of the sentences nearest to the claim."""
    shares = [len(words & set(content_words(s))) / len(words) if words else 0.0 for s in sentences]
    nearness = [cosine + _SHARED * share for cosine, share in zip(closeness, shares, strict=True)]
    return shares, tuple(n for n, value in enumerate(nearness) if value >= max(nearness) - _WITHIN)


def _read_numbers(text: str) -> dict[str, str]:
    """The numbers in digits, as they stand there: their digits alone, since languages group them in different ways."""
    return {
        match[0]: "".join(str(digit(sign)) for sign in match[0] if sign.isdecimal()) for match in _DIGITS.finditer(text)
    }


def _lacking_quotes(claim: str, texts: Sequence[str]) -> list[str]:
    return [words for words in _QUOTED.findall(claim) if not _has_words(words, texts)]


def _in_quotes(what: str) -> str:
    return f"“{what}” is" if len(what.split()) < 12 else f"“{' '.join(what.split()[:11])} …” is"


def lacking_figures(claim: str, texts: Sequence[str]) -> list[str]:
    """The numbers of `claim` that no text has; years are days."""
    given = [figure for text in texts for figure in find_figures(blank_days(text))]
    years = {day.year for text in texts for day in find_days(text)}
    return [
        figure.written
        for figure in find_figures(blank_days(claim))
        if not any(same_figure(figure, other) for other in given) and figure.value not in years
    ]


def lacking_days(claim: str, texts: Sequence[str]) -> list[str]:
    """The days, months, years and weekdays of `claim` that no text has."""
    given = [day for text in texts for day in find_days(text)]
    return [show_day(day) for day in find_days(claim) if not knows_day(day, given)]


def lacking_names(claim: str, texts: Sequence[str]) -> list[str]:
    """The names in `claim` that no text has."""
    return [name for name in find_names(blank_days(claim)) if missing_words(name, texts)]


def _has_words(words: str, texts: Sequence[str]) -> bool:
    bare = _bare(words)
    return not bare or any(bare in _bare(text) for text in texts)


def _bare(text: str) -> str:
    """Letters and digits only, in small letters, with single spaces."""
    words = re.findall(r"[^\W_]+", re.sub(r"[’']", "", text).lower())
    return f" {' '.join(words)} "


def _compare_cues(
    mine: Stance, cued: Sequence[str], theirs: Sequence[Stance], their_cued: Sequence[Sequence[str]]
) -> tuple[float, float]:
    """Whether the claim has a cue that no source sentence has, and whether each has one that the claim lacks."""
    if not theirs:
        return 0.0, 0.0
    added = bool(cued) and not any(their_cued)
    lost = not cued and all(set(other) & mine.words for other in their_cued)
    moved = bool(cued) and any(their_cued) and not any(set(cued) & set(other) for other in their_cued)
    moved = moved and any(set(cued) & (s.words - set(other)) for s, other in zip(theirs, their_cued, strict=True))
    return float(added or moved), float(lost)


def _has_opposite(mine: Stance, theirs: Sequence[Stance]) -> float:
    """1 where the claim has a word and the sources only its "un-" form, or the other way round."""
    words = {word for s in theirs for word in s.words}
    for word in mine.words - words:
        bare = word.removeprefix("un").removeprefix("in").removeprefix("dis")
        if (len(bare) > 3 and bare != word and bare in words) or {f"un{word}", f"in{word}", f"dis{word}"} & words:
            return 1.0
    return 0.0


def _compare_speakers(mine: Stance, theirs: Sequence[Stance]) -> tuple[float, float]:
    speakers = {name for s in theirs for name in s.speakers}
    other = bool(mine.speakers) and not mine.speakers & speakers
    dropped = bool(theirs) and not mine.says and all(s.says for s in theirs)
    return float(other), float(dropped)
