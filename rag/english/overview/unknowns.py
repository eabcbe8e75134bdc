"""Sentences that say that something isn't known, decided or said yet."""

from __future__ import annotations

import re

_UNKNOWN = re.compile(
    r"\b(?:(?:is|are|was|were|remains?|remained) (?:still |yet |also |as yet )?"
    r"(?:unclear|unknown|uncertain|undecided|open)\b"
    r"|(?:is|was|are|were)(?: still| yet)?(?: not|n['’]t)(?: yet| immediately)? (?:known|clear|certain|decided|named)\b"
    r"|(?:has|have|had)(?: not|n['’]t)(?: yet)? (?:been )?(?:announced|confirmed|decided|determined|disclosed"
    r"|established|explained|found|identified|named|said|set)\b"
    r"|(?:has|have|had) yet to\b|remains? to be seen\b|(?:nobody|no one|no-one) knows\b"
    r"|(?:do|does|did)(?: not|n['’]t) know\b|(?:would|did|could)(?: not|n['’]t) (?:say|comment)\b"
    r"|declined to (?:say|comment)\b|(?:nothing|no decision|no date) (?:is|has been|was) (?:known|decided|set|taken)\b"
    r"|it (?:is|was) too early to say\b|no (?:word|explanation) (?:on|for|about)\b)",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"\?\W*$")
_SHORTEST, _LONGEST = 4, 60  # words


def says_unknown(sentence: str) -> bool:
    """True for a sentence that says that something isn't known, decided or said."""
    known_length = _SHORTEST <= len(sentence.split()) <= _LONGEST
    return known_length and not _QUESTION.search(sentence) and _UNKNOWN.search(sentence) is not None
