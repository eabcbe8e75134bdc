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
_WORD = re.compile(r"[\w’']+")


@dataclass(frozen=True, slots=True)
class Premises:
    """What a question names and the texts don't; `contrary` where they tell of the other sex, or another in a row."""

    names: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    contrary: tuple[str, ...] = ()

    def list_all(self) -> tuple[str, ...]:
        """All of it, as the question has it."""
        return tuple(dict.fromkeys((*self.days, *self.figures, *self.contrary, *self.names)))


def find_missing(question: str, texts: Sequence[str]) -> Premises:
    """What `question` names and none of `texts` does."""
    return Premises(
        names=tuple(lacking_names(question, texts)),
        days=tuple(lacking_days(question, texts)),
        figures=tuple(lacking_figures(question, texts)),
        contrary=tuple(_find_contrary(question, " ".join(texts))),
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


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
