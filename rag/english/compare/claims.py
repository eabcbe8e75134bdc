"""What a claim says that the texts it cites don't: numbers, dates, names, quoted words, denials, hedges, speakers."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from math import inf
from unicodedata import digit

from index import content_words
from rag.english.compare.certainty import overstates, says_done, understates
from rag.english.compare.quantities import read_bounds
from rag.english.compare.speakers import compare_speakers
from rag.english.compare.stance import Stance, read_stance
from rag.english.compare.wording import is_altered
from rag.english.dates.days import Day, blank_days, find_days, knows_day, show_day
from rag.english.figures import Figure, find_figures, same_figure
from rag.english.names import find_names, is_opener, is_title, missing_words

_QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]{3,})[\"“”»]")
_DIGITS = re.compile(r"\d{1,3}(?:[.,'’\s]\d{3})+(?!\d)|\d+(?:[.,]\d+)?")
_SHARED = 0.4  # how much a sentence's shared words count beside its cosine
_WITHIN = 0.1  # how much farther than the nearest sentence another one may be that counts too


@dataclass(frozen=True, slots=True)
class ClaimComparison:
    """What a claim and the texts have in common and what they don't, each as a number from 0 up.

    The first four count what the texts lack, and `distant_…` what only sentences further off have; `bounds` counts
    numbers that are said to be the least on one side and the most on the other. The flips are 0 or 1; `overlap` is a
    share from 0 to 1, and so are `turned` and `replaced`: how sure it is that the very sentence is denied or undenied,
    or has another name. `near` are the places of the sentences nearest to the claim.
    """

    figures: float = 0.0
    days: float = 0.0
    names: float = 0.0
    quoted: float = 0.0
    denied: float = 0.0
    newly_denied: float = 0.0
    undenied: float = 0.0
    hedged: float = 0.0
    unhedged: float = 0.0
    speaker: float = 0.0
    unattributed: float = 0.0
    unspoken: float = 0.0
    done: float = 0.0
    bounds: float = 0.0
    distant_persons: float = 0.0
    distant_days: float = 0.0
    distant_figures: float = 0.0
    turned: float = 0.0
    replaced: float = 0.0
    altered: float = 0.0
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
    beside = [sentences[n] for n in near]
    theirs = [read_stance(text) for text in beside]
    denied, newly_denied, undenied = _compare_denials(mine, theirs)
    hedged = understates(claim, beside)
    unhedged = overstates(claim, beside, mine.behind_denials)
    opposed = _has_opposite(mine, theirs)
    speaker, unspoken, unattributed = compare_speakers(claim, sentences, frozenset(near))
    done = 0.0 if mine.denied else says_done(claim, beside)
    altered = is_altered(claim, [sentences[n] for n in sorted(near, key=lambda n: -shares[n])])
    bounds = _list_other_bounds(claim, beside)
    distant = [name for name in lacking_names(claim, beside) if name not in names]
    distant_days = [day for day in _distant_days(claim, beside) if day not in days]
    distant_figures = [figure for figure in _distant_figures(claim, beside) if figure not in figures]
    reasons += [f"what it cites does not say this of {what}" for what in (*distant, *distant_days, *distant_figures)]
    reasons += [f"what it cites has another bound for {figure}" for figure in bounds]
    share = max((shares[n] for n in near), default=0.0)
    for flag, reason in (
        (denied or newly_denied, "it denies something that the source does not deny"),
        (undenied or opposed, "the source denies it, or says the opposite"),
        (hedged, "it leaves open what the source says outright"),
        (unhedged or done, "it states as certain what the source leaves open"),
        (altered, "one word of what the source says is another one"),
        (speaker, "somebody else says that in the source"),
        (unspoken, "nobody says that in the source"),
    ):
        if flag:
            reasons.append(reason)
    return ClaimComparison(
        figures=len(figures),
        days=len(days),
        names=len(names),
        quoted=len(quoted),
        denied=denied,
        newly_denied=newly_denied,
        undenied=max(undenied, opposed),
        hedged=hedged,
        unhedged=unhedged,
        speaker=speaker,
        unattributed=unattributed,
        unspoken=unspoken,
        done=done,
        bounds=len(bounds),
        distant_persons=len(_list_persons(distant, sentences)) if _name_others(claim, beside, sentences) else 0,
        distant_days=len(distant_days),
        distant_figures=len(distant_figures),
        turned=max(denied, undenied, opposed) * share**2,
        replaced=float(bool(distant)) * share**2,
        altered=altered,
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


def _list_persons(names: Sequence[str], sentences: Sequence[str]) -> list[str]:
    """Those of the names that a text writes behind a first name or a title."""
    return [name for name in names if any(_is_person(name, text) for text in sentences)]


def _is_person(name: str, text: str) -> bool:
    before = re.findall(rf"\b([A-Z][\w’'-]*)\.? {re.escape(name.split()[-1])}\b", text)
    return any(is_title(word) or not is_opener(word) for word in before)


def _name_others(claim: str, near: Sequence[str], sentences: Sequence[str]) -> bool:
    """True where the sentences near to a claim name a person whom the claim doesn't."""
    others = [name for text in near for name in find_names(text) if missing_words(name, [claim])]
    return bool(_list_persons(others, sentences))


def _distant_days(claim: str, near: Sequence[str]) -> list[str]:
    """The days of `claim` that the sentences near to it don't have, though they have others of that kind."""
    given = [day for text in near for day in find_days(text)]
    kinds = {_kind_of_day(day) for day in given}
    return [show_day(day) for day in find_days(claim) if _kind_of_day(day) in kinds and not knows_day(day, given)]


def _distant_figures(claim: str, near: Sequence[str]) -> list[str]:
    """The numbers of `claim` in whose place the sentences near to it have another one, beside the same word."""
    given = [figure for text in near for figure in find_figures(blank_days(text))]
    mine = find_figures(blank_days(claim))
    others = [figure for figure in given if not any(same_figure(own, figure) for own in mine)]
    return [
        figure.written
        for figure in mine
        if not any(same_figure(figure, other) for other in given)
        and any(figure.unit == other.unit and figure.beside & other.beside for other in others)
    ]


def _kind_of_day(day: Day) -> str:
    return "weekday" if day.weekday is not None else "day" if day.day else "month" if day.month else "year"


def _list_other_bounds(claim: str, near: Sequence[str]) -> list[str]:
    """The numbers of `claim` that are the least in it and the most in every sentence near to it that has them."""
    given = [figure for text in near for figure in find_figures(blank_days(text))]
    found = []
    for figure in find_figures(blank_days(claim)):
        same = [other for other in given if same_figure(figure, other)]
        if same and all({_read_bound(figure), _read_bound(other)} == {"least", "most"} for other in same):
            found.append(figure.written)
    return found


def _read_bound(figure: Figure) -> str:
    low, high = read_bounds(figure)
    return "least" if high == inf else "most" if low < figure.value >= high else ""


def _has_words(words: str, texts: Sequence[str]) -> bool:
    bare = _bare(words)
    return not bare or any(bare in _bare(text) for text in texts)


def _bare(text: str) -> str:
    """Letters and digits only, in small letters, with single spaces."""
    words = re.findall(r"[^\W_]+", re.sub(r"[’']", "", text).lower())
    return f" {' '.join(words)} "


def _compare_denials(mine: Stance, theirs: Sequence[Stance]) -> tuple[float, float, float]:
    """Whether the claim denies a word that the sentences have and don't deny, whether it denies something in words that
    they don't have, and whether each of them denies a word of the claim, which denies nothing.
    """
    if not theirs:
        return 0.0, 0.0, 0.0
    cued = set(mine.denied) - {""}
    plain = {word for s in theirs for word in s.words - set(s.denied) - s.behind_denials}
    none_deny = not any(s.denied for s in theirs)
    kept = any(cued & set(s.denied) for s in theirs)
    lost = not mine.denied and all(set(s.denied) & mine.words for s in theirs)
    return (
        float(bool(cued & plain) and not kept),
        float(none_deny and bool(mine.denied) and not cued & plain),
        float(lost),
    )


def _has_opposite(mine: Stance, theirs: Sequence[Stance]) -> float:
    """1 where the claim has a word and the sources only its "un-" form, or the other way round."""
    words = {word for s in theirs for word in s.words}
    for word in mine.words - words:
        bare = word.removeprefix("un").removeprefix("in").removeprefix("dis")
        if (len(bare) > 3 and bare != word and bare in words) or {f"un{word}", f"in{word}", f"dis{word}"} & words:
            return 1.0
    return 0.0
