"""Questions with one thing changed, so that what answered the old one doesn't answer the new one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from evals.fit.alter import change_date, change_name, change_number

_SEXES = (
    ("men's", "women's"),
    ("men", "women"),
    ("man", "woman"),
    ("male", "female"),
    ("actor", "actress"),
    ("king", "queen"),
    ("prince", "princess"),
    ("father", "mother"),
    ("son", "daughter"),
    ("husband", "wife"),
    ("brother", "sister"),
    ("boy", "girl"),
)
_OTHERS = (
    ("first", "last"),
    ("first", "second"),
    ("second", "third"),
    ("largest", "smallest"),
    ("biggest", "smallest"),
    ("highest", "lowest"),
    ("most", "least"),
    ("best", "worst"),
    ("oldest", "youngest"),
    ("more", "fewer"),
    ("before", "after"),
    ("won", "lost"),
    ("win", "lose"),
    ("winner", "runner-up"),
    ("increase", "decrease"),
    ("rise", "fall"),
    ("born", "buried"),
    ("began", "ended"),
    ("begin", "end"),
    ("start", "end"),
    ("join", "leave"),
    ("joined", "left"),
    ("buy", "sell"),
    ("bought", "sold"),
    ("north", "south"),
    ("northern", "southern"),
    ("east", "west"),
    ("eastern", "western"),
    ("death", "birth"),
    ("died", "married"),
    ("import", "export"),
    ("allowed", "banned"),
    ("banned", "allowed"),
    ("support", "oppose"),
    ("gold", "silver"),
    ("cause", "prevent"),
)
_SWAPS: dict[str, list[str]] = {}
for _one, _other in _SEXES + _OTHERS:
    _SWAPS.setdefault(_one, []).append(_other)
    _SWAPS.setdefault(_other, []).append(_one)
_WORD = re.compile(r"[A-Za-z]+(?:'s)?")


def alter_question(question: str, random: Random, others: Sequence[str]) -> str | None:
    """The question with another year, day, number, name, sex, place or direction; None where it has none of these.

    Names come from `others`, questions or sentences about other things, the last of them farthest away.
    """
    ways = [_change_word, change_date, change_number, change_name]
    random.shuffle(ways)
    for change in ways:
        changed = change(question, random, others)
        if changed and changed != question:
            return changed
    return None


def _change_word(question: str, random: Random, others: Sequence[str]) -> str | None:
    spots = [spot for spot in _WORD.finditer(question) if spot.group().lower() in _SWAPS]
    if not spots:
        return None
    spot = random.choice(spots)
    old = spot.group()
    new = random.choice(_SWAPS[old.lower()])
    return question[: spot.start()] + (new.capitalize() if old[0].isupper() else new) + question[spot.end() :]
