"""What kind of thing a question asks for, and whether a sentence holds such a thing."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["number", "money", "time", "duration", "person", "place", "reason", "other"]

_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?"
    "|billions?|dozens?|half|third|quarter|no|none|both|several"
)
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan\\.|Feb\\.|Aug\\.|Sept\\.|Oct\\.|Nov\\.|Dec\\."
)
_NUMBER = re.compile(rf"\d|\b({_NUMBER_WORDS})\b", re.IGNORECASE)
_MONEY = re.compile(r"[$€£¥]\s?\d|\b(dollars?|euros?|pounds?|yen|francs?|percent|per cent)\b|\d\s?%", re.IGNORECASE)
# What has digits and is no count: years, days of a month, clock times.
_DATE = re.compile(
    rf"\b\d{{1,2}} ({_MONTHS})|\b({_MONTHS}) \d{{1,2}}\b|\b(19|20)\d\d\b|\b\d{{1,2}}:\d\d\b|\bone of\b|\bno longer\b"
)
_TIME = re.compile(
    rf"\b({_MONTHS})\b|\b(19|20)\d\d\b|\b\d{{1,2}}(:\d\d)? ?[ap]\.?m\b"
    r"|\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(today|yesterday|tomorrow|tonight)\b"
    r"|\b(last|this|next|earlier this|later this) (week|month|year|spring|summer|fall|autumn|winter|weekend)\b"
    rf"|\b(\d+|{_NUMBER_WORDS}|a|an) (hour|day|week|month|year|decade)s? (ago|earlier|later|before|after)\b"
)
_DURATION = re.compile(
    rf"\b(\d[\d,.]{{0,20}}|{_NUMBER_WORDS}|a|an|several|few)[ -](\w{{1,40}}[ -])?"
    r"(second|minute|hour|day|week|month|year|decade)",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-Z][\w’'-]*\.?(?: (?:[A-Z][\w’'-]*\.?|al|bin|de|der|la|van|von))*")
_WORD = re.compile(r"[^\W_][\w’'-]*")
_NOT_PERSONS = re.compile(
    r"\b(Air|Base|House|Senate|Committee|Council|States|Department|Ministry|Union|Force|Forces|Services|Army|Corps"
    r"|Bank|University|Alliance|Court|Party|Agency|Islamic|African|American|European|French|Russian|Nations)\b"
)
_NOT_NAMES = frozenset(
    "The A An In On At He She It They We I But And Its His Her Their This That These Those After Before When While"
    " January February March April May June July August September October November December Monday Tuesday"
    " Wednesday Thursday Friday Saturday Sunday".split()
)
_CAUSE = re.compile(
    r"\b(because|due to|owing to|thanks to|led to|leading to|caus\w+|prompt\w+|trigger\w+"
    r"|result(ed|ing)? (in|from|of)|reasons?|so that|in order to|in response|respond\w+|in protest|stemm\w+"
    r"|over (concerns?|fears?|its|his|her|their)|concerns? (about|over|that)|fears? (of|that)|cit(ed|ing)|argu\w+"
    r"|complain\w+|blam\w+|accus\w+|object\w+|criticiz\w+|denied|unfair|requires?|oblig(es?|ed|ing)|forced|forcing|justif\w+|why)\b",
    re.IGNORECASE,
)
# A question word asks where it opens the question or a clause; elsewhere it joins ("the soldiers who stayed").
_OPENS = r"(?:^\W*(?:[\w’']+\W+){0,2}|[,:;.!–—] ?(?:and |but |or )?)"
_IDENTITY = re.compile(
    r"^who(?:[’']s| is| was| are) (?!the\b|an?\b|in\b|to\b|now\b)\w[\w.’'-]*(?: [\w.’'-]+){0,2}\W*$", re.IGNORECASE
)
_ASKS_FOR_STORY = re.compile(
    r"\bhow (?:do|does|did|is|are|was|were|has|have|had|can|could|will|would)\b"
    r"|\bwhat (?:happen\w*|(?:is|was) happening)\b",
    re.IGNORECASE,
)
_ROLES = "person|official|general|president|minister|officer|diplomat|ambassador|lawmaker|senator|leader|commander"
_RULES: tuple[tuple[str, Kind], ...] = (
    (r"\bhow (long|old)\b|\bhow many (years|months|weeks|days|hours)\b", "duration"),
    (r"\bhow much (money|did|does|do|is|was|were|are|has|have|will|would|aid|rent)\b", "money"),
    (r"\b(what|which) (price|sum|amount)\b|\bwhat did .* cost\b|\bat what cost\b", "money"),
    (r"\bhow (many|much|far|big|large|tall|high|often)\b|\bwhat (percentage|number|share|proportion)\b", "number"),
    (rf"{_OPENS}when\b|\b(what|which) ([\w-]+ ){{0,2}}(day|date|month|year|time)\b|\b(exact|calendar) date\b", "time"),
    (rf"{_OPENS}whom?\b|\bnames? of (the|his|her|its|their)\b", "person"),
    (rf"\b(which|what) ([\w-]+ )?({_ROLES})\b", "person"),
    (rf"{_OPENS}where\b|\b(what|which) (country|city|town|place|region|state)\b", "place"),
    (
        r"\bwhy\b|\breasons\b|\b(the|an?|any|what|which|main|official|real|only) reason\b|\breason (for|why|behind)\b"
        r"|\bwhat (made|led|caused|prompted)\b|\bhow come\b|\bwhat went wrong\b",
        "reason",
    ),
    (r"\bprice( tag)?\b", "money"),  # of what is asked in other ways: "when does the price cap end?" asks for a time
)  # fmt: skip


def expected_kind(question: str) -> Kind:
    """Return what the question asks for, by its question word; `other` where it asks for no such thing."""
    if _IDENTITY.search(question.strip()):
        return "other"
    return next((kind for pattern, kind in _RULES if re.search(pattern, question, re.IGNORECASE)), "other")


def wants_sentences(question: str) -> bool:
    """True where sentences answer, and no words in one: "why", "how did", "what happened"."""
    return expected_kind(question) == "reason" or _ASKS_FOR_STORY.search(question) is not None


def holds_kind(sentence: str, kind: Kind, question: str = "") -> bool:
    """True where `sentence` holds something of that kind, other than what the question itself names."""
    if kind in ("person", "place"):
        return _holds_name(sentence, question, 2 if kind == "person" else 1)
    if kind == "number":
        return _NUMBER.search(_DATE.sub(" ", sentence)) is not None
    pattern = {"money": _MONEY, "time": _TIME, "duration": _DURATION, "reason": _CAUSE}.get(kind)
    return pattern is None or pattern.search(sentence) is not None


def _holds_name(sentence: str, question: str, words: int) -> bool:
    """True where a run of at least `words` capitalized words is new; a title before a name counts as one."""
    known = {w.lower() for w in _WORD.findall(question)}
    for run in _NAME.finditer(sentence):
        parts = [w for w in _WORD.findall(run.group()) if w.lower() not in known and w not in _NOT_NAMES]
        if run.start() == 0 and len(parts) == 1:  # the capital of the sentence, not of a name
            continue
        if len(parts) >= words and not (words > 1 and _NOT_PERSONS.search(run.group())):
            return True
    return False
