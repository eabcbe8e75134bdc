"""Questions that ask several things at once."""

from __future__ import annotations

import re
from typing import NamedTuple

from index import LONGEST_QUESTION, content_words

_VERB = "(?:did|do|does|is|are|was|were|has|have|had|will|would|can|could|should|may|might)"
_ASKS = (
    r"(?:who|whom|whose|what|which|how (?:many|much|long|old|often|far|big|large|high)"
    rf"|(?:when|where|why|how)(?= {_VERB}\b|\W*$))\b"
)
_BEFORE = r"(?:(?:in|on|at|by|for|to|from|with|since|until) )?"
_BOUND = re.compile(rf"(?<=\?)\s+|[,;]?\s+and\s+(?={_BEFORE}{_ASKS})", re.IGNORECASE)
_STARTS = re.compile(rf"{_BEFORE}{_ASKS}", re.IGNORECASE)
_QUESTION = re.compile(rf"{_BEFORE}{_ASKS}|{_VERB}\b", re.IGNORECASE)  # yes or no may be asked for
_ALONE = re.compile(r"(?:why|when|where|how)$", re.IGNORECASE)
_LEANS = re.compile(
    r"\b(it|its|they|them|their|he|him|his|she|her|hers|that|this|those|these|there|then|one|ones|same|else|so)\b"
    r"|^(why|when|where|who|how)\b[^\w]*$",
    re.IGNORECASE,
)
_FEW_WORDS = 4  # at most that many words of its own has a part that leans
_FEWEST_WORDS = 3
_MOST = 4


class Part(NamedTuple):
    """One thing that a question asks: in its own words, and with the first part where it leans on that."""

    asked: str
    whole: str


def split_question(question: str) -> list[Part]:
    """Return the things that a question asks, in order; the whole question where it asks one, with its mark.

    "How many soldiers were there, and when did they leave?" asks two things.
    """
    parts = [part.strip(" ,;?") for part in _BOUND.split(question.strip())]
    if not 1 < len(parts) <= _MOST or not all(map(_asks_by_itself, parts)) or _ALONE.match(parts[0]):
        whole = _put_mark(question)
        return [Part(whole, whole)]
    first, *others = [f"{part}?" for part in parts]
    return [Part(first, first), *(Part(other, _put_behind(first, other)) for other in others)]


def _put_mark(question: str) -> str:
    """The question with the mark that people leave out, and without which models read it as something else."""
    plain = question.strip()
    lacks = _QUESTION.match(plain) and plain[-1].isalnum() and len(plain) < LONGEST_QUESTION
    return f"{plain}?" if lacks else question


def _put_behind(first: str, part: str) -> str:
    """The part behind the first one, where it leans on that."""
    if not _LEANS.search(part) or len(content_words(part)) > _FEW_WORDS:
        return part
    room = LONGEST_QUESTION - len(part) - 1
    return f"{first[:room]} {part}" if room > 0 else part


def _asks_by_itself(part: str) -> bool:
    return bool(_STARTS.match(part)) and (len(part.split()) >= _FEWEST_WORDS or bool(_ALONE.match(part)))
