"""How a sentence tells what it tells: as news of a change, as what others allege, as what was expected, as what was
thought before; and whether a question asks how things stand, or what happened.
"""

from __future__ import annotations

import re

_CHANGE = re.compile(
    r"\b(?:now|no longer|instead|rather than|revis\w+|correct(?:ed|ion|s)|updat\w+|chang\w+|revers\w+|scrap(?:s"
    r"|ped)?|cancel\w*"
    r"|postpon\w+|delay\w*|push\w* back|brought forward|mov(?:es?|ed|ing) (?:from|to|back|forward)|ros[en]"
    r"|risen|rises?|rising|climb\w*"
    r"|gr[eo]wn?|increas\w+|jump\w*|fell|fallen|falls|drop(?:s|ped|ping)|rais(?:ed|es)|lowered|(?:up|down) from"
    r"|previous(?:ly)?|earlier"
    r"|originally|initial(?:ly)?|at first|first (?:planned|thought|said|announced)|had (?:planned|been|said"
    r"|promised|hoped)"
    r"|lift(?:s|ed)|restor\w+|replac\w+|succe(?:ssor|eds|eded|ed)|tak(?:es?|en|ing) over|took over|renam\w+|extend\w*"
    r"|overturn\w*|u-turn|backtrack\w*"
    r"|abandon\w*|after all|new (?:figure|date|toll|count|plan|price|name|estimate|chief|head|coach|mayor)|latest"
    r"|brings? the|bringing the|takes the|taking the|latest count|stands? at|stood at|has since|since then|once)\b",
    re.IGNORECASE,
)
_TEASER = re.compile(r"\W*(?:More|Read(?: more)?|Related|See also|Watch|Also|Photos?|Video|Opinion|Live|20\d\d)\s?:")
_TO_COME = re.compile(r"\b(?:will|must|shall)\b|\b(?:is|are) (?:\w+ ){1,6}(?:due|to|expected|planned|set)\b")
_CAUSE = re.compile(r"\W*what (?:caused|triggered|sparked|(?:is|was) the cause)\b", re.IGNORECASE)
_REVISION = re.compile(
    r"\b(?:appeal\w*|retrial|overturn\w*|quash\w*|acquit\w*|exonerat\w+|revers\w+|recount\w*|revis\w+"
    r"|correct(?:ed|ion|s)"
    r"|final (?:report|toll|count|figure)|inquir\w+|inquest|stripped|disqualif\w+|restated|re-?examin\w+)\b",
    re.IGNORECASE,
)
_MOVE = re.compile(
    r"\b(?:instead|rather than|and not|not (?:in|at|to|by)|moves?|moved|moving|replac\w+|succe(?:ssor|eds|eded"
    r"|ed)|takes? over"
    r"|took over|follow(?:s|ed|ing)|renam\w+|originally|initially|previously|first (?:planned|chosen|named)"
    r"|had (?:planned|chosen)"
    r"|no longer|dismiss\w+|sacked|resign\w+|stepp?(?:s|ed|ing)? down|defeat\w*|beat|sold|sells|switch\w*"
    r"|chang\w+|earlier"
    r"|predecessor|former|outgoing|was to have|relocat\w+|withdr\w+|pulled out|dropp?(?:s|ed))\b",
    re.IGNORECASE,
)
_ALLEGED = re.compile(
    r"\b(?:alleg\w+|purport\w+|rumou?r\w*|unconfirmed|unverified|unofficial|reportedly|social media"
    r"|(?<!no )claim(?:s|ed|ing)? (?:that|to|the|at|more|up)"
    r"|he claims|she claims|they claim\w*|claim\w* (?:by|of|from)|according to (?:reports|media|local media"
    r"|a rival|rivals|activists|critics|rebels"
    r"|opponents|the opposition|witnesses|campaigners|protesters|organi[sz]ers)|media reports"
    r"|reports (?:suggest|circulat)\w*"
    r"|(?:rebels?|militants?|opposition|opponents|critics|campaigners|activists|witness(?:es)?|rivals?"
    r"|bloggers?|protesters"
    r"|insurgents|lobby(?:ists)?|posts? online)\b[^.;]{0,40}\b(?:said|says?|put|insist\w*"
    r"|claim\w*|maintain\w*|argu\w+|believ\w+)"
    r"|critics|conspiracy|falsely|disputed by|accus(?:es|ing)|(?:has|have|had|who) accused|insist(?:s|ed)?)\b",
    re.IGNORECASE,
)
_FORECAST = re.compile(
    r"\b(?:expect\w*|forecast\w*|predict\w*|could|might|may (?:be|reach)|hop(?:es?|ed|ing)|aim(?:s|ed)? to"
    r"|projected|likely|would|target(?:ed)?|capacity|fear(?:s|ed)?)\b",
    re.IGNORECASE,
)
_BEFORE_NOW = re.compile(
    r"\b(?:originally|initial(?:ly)?|previous(?:ly)?|earlier|at first|formerly|first (?:said|thought|put"
    r"|planned|announced)"
    r"|instead of|rather than|up from|down from|compared (?:with|to)|had (?:been|said|planned|put|promised"
    r"|hoped)|was due"
    r"|were due|once|used to|against|replac(?:es|ed|ing)|succeed(?:s|ed|ing)?|succession to"
    r"|predecessor|former|outgoing|after"
    r"|a year (?:ago|before|earlier)|the year before|last year[’']s|until now|until then)"
    r"\W+(?:\w+\W+){0,3}$",
    re.IGNORECASE,
)
_BEFORE_BEHIND = re.compile(
    r"^[\s(]*(?:\w+ ){0,3}(?:a year (?:ago|before|earlier)|last year|the year before|previously|before the"
    r"|earlier|as (?:first|previously|originally)"
    r"|in previous|at first)\b",
    re.IGNORECASE,
)
_HAS_LEFT = re.compile(
    r"^,?\W(?:(?:has|have|had|was|been) ){0,2}(?:resign(?:s|ed)|quit|left|sacked|dismissed|fired|ousted|removed"
    r"|stripped|stepp?(?:s|ed) down)\b"
)
_NEAR_TIME = re.compile(
    r"\b(today|yesterday|this week|last week|this weekend|last weekend|earlier this week|this month|last month"
    r"|next month|recently|this year[’']s)\b",
    re.IGNORECASE,
)
_NEAR_TIMES = (
    {"today": 2, "yesterday": 2, "this weekend": 4, "last weekend": 4}
    | dict.fromkeys(("this week", "last week", "earlier this week"), 8)
    | dict.fromkeys(("this month", "last month", "next month", "recently"), 31)
    | {"this year’s": 200, "this year's": 200}
)
_AUX = re.compile(
    r"\b(?P<past>did|was|were|had)\b|\b(?P<now>is|are|will|does|do|has|have|can|should|would|must|could)\b",
    re.IGNORECASE,
)
_PASTS = frozenset(
    "began brought came chose drew fell felt flew fought found gave got went grew held kept knew led left lost made met"
    " paid put quit ran read rose said saw sent set sold sought spoke spent stood swore taught thought told took won"
    " wrote became built caught struck hit beat bought burned sank broke".split()
)
_WORD = re.compile(r"[a-z]+")
# What may stand between "not" and what is denied.
_LITTLE = r"(?:(?:an?|the|by|in|on|at|as|for|from|with|about|some|around|nearly|until) )*"
_LITTLE_BEFORE = re.compile(rf"^{_LITTLE}", re.IGNORECASE)
_NOT = r"\b(?:not|rather than|instead of|and never|nor) "
_MOST_WORDS = 6


def tells_of_change(text: str) -> bool:
    """True where words say that something is no longer what it was, or was said to be."""
    return _CHANGE.search(text) is not None or _REVISION.search(text) is not None


def tells_of_revision(text: str) -> bool:
    """True where words say that something long past was looked at again: an appeal, a recount, a final report."""
    return _REVISION.search(text) is not None


def tells_of_move(sentence: str) -> bool:
    """True where a sentence sets something in the place of another thing, and so may name both."""
    return _MOVE.search(sentence) is not None


def is_alleged(sentence: str) -> bool:
    """True where a sentence reports what others say, and its outlet doesn't."""
    return _ALLEGED.search(sentence) is not None


def is_teaser(sentence: str) -> bool:
    """True for the line by which a page leads to another article: "More: …", "Read: …"."""
    return _TEASER.match(sentence) is not None


def is_forecast(sentence: str) -> bool:
    """True where a sentence tells what may come; what will, or is to, is as good as said."""
    return _FORECAST.search(sentence) is not None


def is_former(sentence: str, start: int, end: int, question: str = "") -> bool:
    """True where characters `start` to `end` of a sentence are what it says was so, or was said, before.

    Not where the question asks of then, as of "last year".
    """
    before, behind = sentence[max(0, start - 60) : start], sentence[end : end + 40]
    if re.search(r"\bto\W+(?:\w+\W+)?$", before):  # "from 12 to 19"
        return False
    if asks_of_state(question) and _HAS_LEFT.match(behind):
        return True
    found = _BEFORE_NOW.search(before) or _BEFORE_BEHIND.match(behind)
    if found and found.group().startswith("had ") and not asks_of_state(question):
        return False
    return found is not None and " ".join(found.group().split()[-2:]).lower() not in question.lower()


def asks_of_time(question: str) -> bool:
    """True where a question asks when something was, or in which year."""
    return re.match(r"\W*(?:when|(?:in|since) (?:what|which) (?:year|month))\b", question, re.IGNORECASE) is not None


def asks_of_state(question: str) -> bool:
    """True where a question asks how something is or will be, false where it asks what happened."""
    if re.search(r"\bto be\b|\bwould\b", question):
        return True
    found = _AUX.search(question)
    if found:
        return found["now"] is not None
    words = _WORD.findall(question.lower())[1:]
    return not any(word in _PASTS or (word.endswith("ed") and word not in ("need", "speed")) for word in words)


def asks_for_cause(question: str) -> bool:
    """True for "what caused …", which a few words answer."""
    return (
        re.match(
            r"\W*what (?:caused|triggered|sparked|(?:is"
            r"|was) the cause)\b",
            question,
            re.IGNORECASE,
        )
        is not None
    )


def asks_of_days(question: str) -> int:
    """Within how many days what a question asks of must have happened: "this week" or "today"; 0 where it says none."""
    found = _NEAR_TIME.search(question)
    return _NEAR_TIMES[found[1].lower()] if found else 0


def asks_of_future(question: str) -> bool:
    """True where a question asks what will be."""
    return _TO_COME.search(question) is not None


def denies_answer(text: str, answer: str) -> bool:
    """True where `text` has the words of an answer, or the last of them, straight behind "not" or "rather than"."""
    words = _LITTLE_BEFORE.sub("", answer.strip(' .,;:“”"')).split()
    if not words or len(words) > _MOST_WORDS:
        return False
    cores = {" ".join(words), words[-1]} if len(words[-1]) > 3 else {" ".join(words)}
    said = "|".join(re.escape(core) for core in cores)
    return re.search(rf"{_NOT}{_LITTLE}(?:{said})\b(?! (?:only|just|yet)\b)", text, re.IGNORECASE) is not None
