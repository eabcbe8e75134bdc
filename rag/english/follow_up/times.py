"""Phrases of time in a question: "in 2023", "since March", "between 2019 and 2021", "last week"."""

from __future__ import annotations

import re

_MONTH = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\\b\\.?"
)
_WEEKDAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_YEAR = r"(?:19|20)\d\d\b"
_NAMED = (
    rf"(?:(?:last|this|next|that|the (?:previous|following|next|same)) (?:night|week|month|year|spring|summer|autumn"
    rf"|fall|winter|weekend|decade|century|{_WEEKDAY}|{_MONTH})|yesterday|today|tomorrow|tonight)"
)
DATE = (
    r"(?:(?:early|mid|late|the (?:spring|summer|autumn|fall|winter|start|beginning|end|middle) of)[ -])?"
    rf"(?:(?:{_WEEKDAY},? )?\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? {_YEAR})?"
    rf"|{_MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?\b(?!\d))?(?:,? {_YEAR})?|\d{{4}}-\d\d-\d\d"
    rf"|{_YEAR}|the (?:19|20)?\d0s|{_NAMED}|{_WEEKDAY}(?: (?:morning|afternoon|evening|night))?)"
)
_BEFORE_DATE = r"(?:in|during|since|after|before|until|till|by|on|from|around|as of|up to)"
TIME = rf"(?:(?:between|from) {DATE} (?:and|to|until) {DATE}|{_BEFORE_DATE} {DATE}(?: onwards?)?|{_NAMED})"
_TIME = re.compile(rf"(?<!\w){TIME}(?![\w-])", re.IGNORECASE)
_WHOLE = re.compile(rf"{TIME}", re.IGNORECASE)
_BARE = re.compile(DATE, re.IGNORECASE)


def find_time(text: str) -> re.Match[str] | None:
    """The last phrase of time in `text`, which limits most of it."""
    found = list(_TIME.finditer(text))
    return found[-1] if found else None


def leave_out_times(text: str) -> str:
    """The text without its phrases of time, which would limit a question that has its words."""
    return " ".join(re.sub(r"\s+(?=[,.;])", "", _TIME.sub("", text)).split()).lstrip(", ")


def read_time(text: str) -> str:
    """`text` as a phrase of time, "2023" as "in 2023"; nothing where it is no time."""
    text = text.strip()
    if _WHOLE.fullmatch(text):
        return text
    if _BARE.fullmatch(text):
        word = "on" if re.search(rf"\d (?:of )?{_MONTH}|{_MONTH} \d{{1,2}}\b(?!\d)|{_WEEKDAY}", text) else "in"
        return f"{word} {text}"
    return ""


def put_time(question: str, phrase: str) -> str:
    """The question with this time in place of its own, or at its end."""
    mark = "?" if question.rstrip().endswith("?") else ""
    if old := find_time(question):
        return question[: old.start()] + phrase + question[old.end() :]
    asked, according, press = question.rstrip(" ?").partition(", according to ")
    return f"{asked} {phrase}{according}{press}{mark}"
