"""Where a time stands in a question: the word before it, its clause, and whether it is a time at all."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from index import content_words, split_sentences
from rag.english.dates.period_readers import Period

Way = Literal["within", "from", "after", "before", "until"]
WAYS: dict[str, Way] = {
    **dict.fromkeys(
        ("in", "during", "over", "throughout", "within", "on", "across", "at", "around", "towards", "toward"), "within"
    ),
    **dict.fromkeys(("in the course of", "over the course of"), "within"),
    **dict.fromkeys(("since", "on or after"), "from"),
    **dict.fromkeys(("after", "following"), "after"),
    **dict.fromkeys(("before", "prior to", "ahead of", "earlier than"), "before"),
    **dict.fromkeys(
        ("until", "till", "up to", "up until", "as of", "no later than", "on or before", "up to and including"), "until"
    ),
}
ANY_WAY = "|".join(sorted(WAYS, key=len, reverse=True))
BOUNDS = "|".join(word for word, way in WAYS.items() if way != "within")
VERBS = (
    r"was|were|had|has|have|did|said|told|came|went|left|took|began|became|met|won|lost|made|fell|rose|got|[a-z]{3,}ed"
)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Before a time
_DIRECT = _compile(rf"\b({ANY_WAY})(?: the)? $")
BOUND = _compile(r"\b(?:between|from) (?:the )?$")
_COMPOUND = _compile(
    r"\b(?:every|each|any|some|one|an?|most|black|ash|good|super|easter|cyber|bloody|palm|sheffield) $"
)
_BEGINS = _compile(rf"\W*(?:{BOUNDS})\s(?:the|an?|his|her|their|its|[\w'’]+['’]s)\s\w")
# Behind a time
NAME = re.compile(r"\s[A-Z][a-z]")
NAMED = re.compile(r"(?<=[\w,] )[A-Z]\w+ $|^[A-Z]\w\w+ $")
_SAYS = re.compile(rf"\s(?:says|is|will|resigned|{VERBS})\b")
_MARCHES = re.compile(r"\s(?:on|across|to|through|against)\s(?:the\s)?[A-Z]")
_COUNTED = _compile(r" (?:people|troops|soldiers|dollars|percent|men|women|miles|euros|km|pounds|jobs|homes|deaths)\b")
# What a question asks
OPEN = _compile(
    r"\bwhat(?:['’]s)?(?: [\w'’]+){0,4}? (?:happen\w*|occurr?\w*|going on|tak\w+ place|took place|new|news|chang\w+"
    r"|reported|published|written|developments?|events)\b"
    r"|\b(?:any|every|some)thing new\b|\bany (?:word|updates?)\b"
    r"|\b(?:any|anything|everything|something|latest|the|me) (?:news|headlines?|happen\w*|coverage|developments?)\b"
    r"|^\W*(?:news|headlines?|coverage)\b"
)
VERB = re.compile(rf"\b(?:is|are|{VERBS})\b")
ASKS = _compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how)\b|^\W*(?:did|does|do|is|are|was|were|has|have|had|can|could"
    r"|will|would|should|list|tell|give|name|show|describe|summari[sz]e|explain)\b"
)
_CLAUSE_END = re.compile(r"[,;:]\s")
_MONTHS = frozenset("january february march april may june july august september october november december".split())
_NAMES_TOO = frozenset("april may june august march".split())
_LONGEST_LEAD = 3  # words before a time that begins a question: "In the spring of 2024, who …"


class Place(NamedTuple):
    """Where a time stands: its own words, all before and behind it, and its sentence and clause up to it.

    `way` is how the word in front of it limits; `aside` says that its sentence, or clause, only tells what the
    question is about.
    """

    named: str
    before: str
    behind: str
    sentence: str
    clause: str
    way: Way | None
    aside: bool


def find_place(question: str, period: Period) -> Place:
    before, behind = question[: period.start], question[period.end :]
    named = question[period.start : period.end]
    start, end = next(
        ((at, to) for at, to in split_sentences(question) if at <= period.start < to),
        (0, len(question)),
    )
    clause = _CLAUSE_END.split(question[start : period.start])[-1]
    direct = _DIRECT.search(before)
    way = WAYS[direct[1].lower()] if direct else None
    if BOUND.search(before) and re.search(r"\b(?:to|until|and)\b|[–-]", named):
        way = "within"
    sentence = question[start:end]
    says_more = len(content_words(sentence.replace(named, " "))) > 1  # than "anything in the past week"
    aside = (says_more and _tells(question, sentence)) or _comes_before_question(sentence, period.start - start, clause)
    return Place(named, before, behind, sentence, clause, way, aside)


def _tells(question: str, sentence: str) -> bool:
    """True for a sentence that tells something, beside one that asks."""
    if sentence.rstrip().endswith("?") or ASKS.match(sentence.lstrip()) or OPEN.search(sentence):
        return False
    return "?" in question or (VERB.search(sentence) is not None and not ASKS.search(sentence))


def _comes_before_question(sentence: str, place: int, clause: str) -> bool:
    """True for a clause that tells something before its sentence asks: "Following the attack last week, who …"."""
    asks = ASKS.search(sentence)
    leads = _DIRECT.fullmatch(clause) or (len(clause.split()) <= _LONGEST_LEAD and not _BEGINS.match(clause))
    return asks is not None and asks.start() > place and not leads


def is_no_time(period: Period, place: Place) -> bool:
    """True for words that only look like a time: "May said", "the march on Rome", "2000 soldiers", "every Monday"."""
    named = place.named.lower()
    if period.unit == "year":
        return _COUNTED.match(place.behind) is not None
    if named in _MONTHS:
        return _is_no_month(place)
    if named in ("yesterday", "today") or (named.endswith("day") and not re.search(r"[\d\s]", named)):
        is_name = place.named[0].isupper() and bool(NAME.match(place.behind) or NAMED.search(place.before))
        is_one = bool(_COMPOUND.search(place.before)) or re.match(r"s|\sof\b", place.behind) is not None
        return is_name or is_one
    return False


def _is_no_month(place: Place) -> bool:
    """True for a person or a march; a month without its year counts after a word like "in" alone."""
    named = place.named.lower()
    if not re.search(rf"\b(?:{ANY_WAY}|between|from|and|to|of)(?: the)? $", place.before, re.IGNORECASE):
        return True
    if place.named == "may" and not re.search(r"\b(?:in|since|during|until|till) $", place.before, re.IGNORECASE):
        return True
    if NAME.match(place.behind) or (named == "march" and _MARCHES.match(place.behind)):
        return True
    said_by = named in _NAMES_TOO and not place.before.lower().endswith("in ")
    return said_by and _SAYS.match(place.behind) is not None
