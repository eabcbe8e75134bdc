"""A question without the time that it limits itself to: articles of last week don't say "last week"."""

from __future__ import annotations

import re
from datetime import date

from index import content_words
from rag.english.dates.question_range import read_range

FEWEST = 3  # words of its own that it needs without its time
_REST = re.compile(
    # "Anything since April?" limits the question before it
    r"(?<=[?.!])\s*(?:is there )?(?:any|some|every)?(?:thing|news)?(?: new)?(?: only| please)?[?.!]*$"
    # "As reported last winter" and "going by reports from June" say nothing else than the time
    r"|,? (?:as (?:reported|told|said|written|published)|(?:going by|according to|from) (?:the )?(?:reports|papers)"
    r"|from what(?:['’]s| has| was)(?: been)? (?:said|reported|written|published))(?=[?.!]*$)",
    re.IGNORECASE,
)


def leave_out_time(question: str, today: date, fewest: int = FEWEST) -> str:
    """The question as articles of its time are asked it; as it is where fewer than `fewest` words would be left."""
    rest, at = "", 0
    for start, end in read_range(question, today).words:
        rest, at = f"{rest}{question[at:start].rstrip(' ,')} ", end
    rest = re.sub(r"\s+([?.!,])", r"\1", rest + question[at:].lstrip(" ,")).strip() if at else question
    rest = _REST.sub("", rest).lstrip(" ,:;-–") if at else rest
    return rest[:1].upper() + rest[1:] if len(content_words(rest)) >= fewest else question
