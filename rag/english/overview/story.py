"""The topic of a question that asks for whatever happened, and for no one thing: "what has happened at the dam?"."""

from __future__ import annotations

import re

from index import content_words

_OF = r"(?:in|at|to|with|of|about|on|around|for|from|over)"
_STORY = re.compile(
    r"^\W*(?:(?:and|so|please|tell me|give me|show me|list|is there|are there|was there|were there)\W+)*(?:"
    r"what(?:['’]s| (?:is|has|have|had|was|were|did|else|all))*(?: been)?"
    r" (?:happen\w*|occur\w*|going on|gone on|went on|chang\w+|new|come out|become|t\w+ place|reported|written)"
    rf" {_OF} (?P<of>.+?)"
    r"|(?:(?:any|anything|everything|something|the|all|latest|recent) )*"
    rf"(?:new|news|updates?|developments?|happenings?|headlines|coverage|happened|happening) {_OF} (?P<on>.+?)"
    r"|how (?:has|have|had) (?P<gone>.+?) (?:gone|developed|unfolded|progressed|evolved|been going|gone on)"
    r"|what (?:did|has|have|had) (?P<done>.+?) (?:do|done|been doing|been up to)"
    r")\W*$",
    re.IGNORECASE,
)
_NO_TOPIC = re.compile(r"^(?:it|this|that|these|those|they|them|he|him|she|her|we|us|you|there|here)\b", re.IGNORECASE)


def read_story(question: str) -> str:
    """The topic of a question, said without its time, that asks what happened; empty for any other."""
    found = _STORY.match(question)
    topic = next(filter(None, found.groups()), "").strip() if found else ""
    return topic if content_words(topic) and not _NO_TOPIC.match(topic) else ""
