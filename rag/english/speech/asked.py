"""Whose words a question asks for, and about what: "what did Tiani say about the deal?"."""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.english.names import fold, is_title

_ABOUT = r"(?:about|on|of|regarding|concerning|over)"
_SAY = (
    r"(?:say|said|says|saying|tell|told|claims?|claimed|announced?|comment|commented|argued?|write|wrote|warn|warned)"
)
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"^what (?:did|does|do|has|have|had) (?P<who>.+?) {_SAY}(?: .*?)??(?: {_ABOUT} (?P<what>.+?))?$",
        r"^what (?:was|were|is|are) (?P<who>.+?)(?:['’]s?) (?:words|statements?|comments?|reaction|response)"
        rf"(?: {_ABOUT} (?P<what>.+?))?$",
        rf"^(?:who|which \w+) (?:has |have )?{_SAY}(?: what)?(?: {_ABOUT})? (?:that )?(?P<what>.+?)$",
        rf"^(?:quotes?|words|statements?|comments?|remarks?) (?:by|from|of) (?P<who>.+?)(?: {_ABOUT} (?P<what>.+?))?$",
        r"^(?:quotes?|statements?|comments?|remarks?|who said what) (?:about|on|regarding) (?P<what>.+?)$",
        rf"^(?P<who>[^,]{{2,60}}?) (?:{_SAY} )?(?:about|on|regarding|concerning) (?P<what>.+?)$",
    )
)


class SpeechQuestion(NamedTuple):
    """Who is asked for, and about what; either may be empty. `sure` says that the words themselves tell which."""

    speaker: str
    topic: str
    sure: bool


def read_speech_question(about: str) -> SpeechQuestion:
    """Read a person, a topic, or both: "Tiani", "the deal", "Tiani about the deal", "who said that it is dead?"."""
    plain = about.strip().rstrip("?!. ")
    for n, shape in enumerate(_SHAPES):
        if match := shape.match(plain):
            parts = match.groupdict()
            who, what = (parts.get(name) or "" for name in ("who", "what"))
            return SpeechQuestion(who.strip(), what.strip(), sure=n < len(_SHAPES) - 1)
    return SpeechQuestion(plain, plain, sure=False)


_LITTLE = frozenset("the a an his her their its of for and".split())


def is_same_speaker(name: str, speaker: str) -> bool:
    """True where every word of `name` is one of the speaker's, titles and articles left out: "Gen. Tiani", "Tiani"."""
    asked, known = (_words(text) for text in (name, speaker))
    wanted = [w for w in asked if not is_title(w)] or asked
    return bool(wanted) and set(wanted) <= set(known)


def _words(text: str) -> list[str]:
    found = re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", fold(text))
    return [w.removesuffix("'s").removesuffix("’s") for w in found if w not in _LITTLE]
