"""What a question takes as given: the names, days, numbers, places in a row and sexes that a passage must have too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.english.compare.claims import lacking_days, lacking_figures, lacking_names

_SEXES = (
    re.compile(
        r"\b(?:(?:women|woman)(?:[’']s)?|female|girls?|actress|queen|she|her|mother|daughter|wife|sister)\b", re.I
    ),
    re.compile(r"\b(?:(?:men|man)(?:[’']s)?|male|boys?|actor|king|he|his|him|father|son|husband|brother)\b", re.I),
)
_ORDINALS = (
    ("first", "1st", "inaugural"),
    ("second", "2nd"),
    ("third", "3rd"),
    ("fourth", "4th"),
    ("fifth", "5th"),
    ("last", "final"),
    ("largest", "biggest"),
    ("smallest",),
    ("highest", "tallest"),
    ("lowest",),
    ("oldest",),
    ("youngest",),
)
# "In the final" and "last week" put nothing in a row.
_NO_ORDINAL = re.compile(
    r"\bfinal(?=\W*$|[,;:.?!]| (?:of|in|on|at|by|for|against|between|with|and|or|was|were|is|did|has|had|last|this)\b)"
    r"|\blast(?= (?:night|week|weekend|month|year|spring|summer|autumn|fall|winter)\b)",
    re.IGNORECASE,
)
_DENIAL = re.compile(r"\b(?:not|never|no longer)\b", re.IGNORECASE)
_WORD = re.compile(r"[\w’']+")
# What somebody decides or brings about, and what turns it round: a question for the reason takes it as given.
_WHY = re.compile(r"\bwhy (?:did|does|do|will|would)\b(?!n[’']t)(.*)", re.IGNORECASE | re.DOTALL)
_TURNED = tuple(
    (re.compile(rf"\b(?:{deed})\b", re.IGNORECASE), re.compile(rf"\b(?:{opposite})\b", re.IGNORECASE))
    for one, other in (
        (
            r"keeps?|kept|retain\w*|renew\w*|extend\w*",
            r"revok\w+|cancel\w*|scrap\w*|terminat\w+|annul\w*|abandon\w*",
        ),
        (r"approv\w+|accept\w*|ratif\w+|endors\w+", r"reject\w*|refus\w+|veto\w*|declin\w+|turn(?:s|ed)? down"),
        (r"allow\w*|permit\w*|legali[sz]\w+", r"bans?|banned|prohibit\w*|outlaw\w*|forb[ai]d\w*"),
        (r"join\w*|stay\w*|remain\w*", r"leav\w+|left|quit\w*|withdr[ae]w\w*|pull(?:s|ed|ing)? out"),
        (r"rais(?:e|es|ed|ing)|increas\w+", r"cut\w*|lower\w*|reduc\w+"),
        (r"w[io]ns?|winning", r"los(?:e|es|ing|t)|defeated"),
        (r"(?:re)?open\w*", r"clos(?:e|es|ed|ing|ure)|shut\w*"),
        (r"convict\w*", r"acquit\w*"),
        (r"support\w*|back(?:s|ed|ing)?", r"oppos(?:e|es|ed|ing)|condemn\w*"),
    )
    for deed, opposite in ((one, other), (other, one))
)


@dataclass(frozen=True, slots=True)
class Premises:
    """What a question names and the texts don't: `contrary` where they tell of the other sex or of another in a row,
    `turned` where a question asks for the reason of a deed, and they tell of its opposite.
    """

    names: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    contrary: tuple[str, ...] = ()
    turned: tuple[str, ...] = ()

    def list_all(self) -> tuple[str, ...]:
        """All of it, as the question has it."""
        return tuple(dict.fromkeys((*self.days, *self.figures, *self.contrary, *self.turned, *self.names)))


def find_missing(question: str, texts: Sequence[str]) -> Premises:
    """What `question` names and none of `texts` does."""
    return Premises(
        names=tuple(lacking_names(question, texts)),
        days=tuple(lacking_days(question, texts)),
        figures=tuple(lacking_figures(question, texts)),
        contrary=tuple(_find_contrary(question, " ".join(texts))),
        turned=tuple(_find_turned(question, " ".join(texts))),
    )


def _find_contrary(question: str, text: str) -> list[str]:
    found = []
    for mine, other in (_SEXES, _SEXES[::-1]):
        asked = mine.search(question)
        if asked and not other.search(question) and other.search(text) and not mine.search(text):
            found.append(asked.group())
    words, asked_words = set(_words(text)), set(_words(question))
    for group in _ORDINALS:
        asked_here = asked_words & set(group)
        others = {word for other in _ORDINALS if other is not group for word in other}
        if asked_here and not words & set(group) and words & others:
            found.append(min(asked_here))
    return found


def _find_turned(question: str, text: str) -> list[str]:
    """What a question wants the reason of, where the text tells of its opposite alone: "why did Niger keep …"."""
    asked = _WHY.search(question)
    if asked is None or _DENIAL.search(asked[1]):
        return []
    for deed, opposite in _TURNED:
        named = deed.search(asked[1])
        if named and not opposite.search(asked[1]) and opposite.search(text) and not deed.search(text):
            return [named.group()]
    return []


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(_NO_ORDINAL.sub(" ", text))]
