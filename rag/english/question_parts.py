"""Questions that ask several things at once."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

from index import Filters, Hit, Library
from rag.english.standalone import make_standalone
from rag.records import Sentence, Turn

_VERB = "(?:did|do|does|is|are|was|were|has|have|had|will|would|can|could|should|may|might)"
_ASKS = (
    r"(?:who|whom|whose|what|which|how (?:many|much|long|old|often|far|big|large|high)"
    rf"|(?:when|where|why|how)(?= {_VERB}\b|\W*$))\b"
)
_BEFORE = r"(?:(?:in|on|at|by|for|to|from|with|since|until) )?"
_BOUND = re.compile(rf"(?<=\?)\s+|[,;]?\s+and\s+(?={_BEFORE}{_ASKS})", re.IGNORECASE)
_STARTS = re.compile(rf"{_BEFORE}{_ASKS}", re.IGNORECASE)
_ALONE = re.compile(r"(?:why|when|where|how)$", re.IGNORECASE)
_FEWEST_WORDS = 3
_MOST = 4


class Part(NamedTuple):
    """One thing that a question asks: in its own words, and with the first part where it leans on that."""

    asked: str
    whole: str


def split_question(question: str) -> list[Part]:
    """Return the things that a question asks, in order; the whole question where it asks one.

    "How many soldiers were there, and when did they leave?" asks two things.
    """
    parts = [part.strip(" ,;?") for part in _BOUND.split(question.strip())]
    if not 1 < len(parts) <= _MOST or not all(map(_asks_by_itself, parts)) or _ALONE.match(parts[0]):
        return [Part(question, question)]
    first, *others = [f"{part}?" for part in parts]
    return [Part(first, first), *(Part(other, make_standalone(other, [Turn(first, "")])) for other in others)]


def _asks_by_itself(part: str) -> bool:
    return bool(_STARTS.match(part)) and (len(part.split()) >= _FEWEST_WORDS or bool(_ALONE.match(part)))


def search_parts(library: Library, question: str, limit: int, filters: Filters) -> list[Hit]:
    """Return at most `limit` passages for a question: of several things asked, the best for each take turns."""
    parts = split_question(question)
    found: dict[str, Hit] = {}
    for turn in zip_longest(*(library.search(part.whole, limit=limit, filters=filters) for part in parts)):
        for hit in filter(None, turn):
            found.setdefault(hit.passage.id, hit)
    return [replace(hit, rank=rank) for rank, hit in enumerate(list(found.values())[:limit], start=1)]


def write_gap(part: str) -> Sentence:
    """The sentence by which an answer says that the articles don't answer `part` of its question."""
    return Sentence(f"The articles don't say: {part[0].lower()}{part[1:]}", gap=True)
