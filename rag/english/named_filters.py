"""The dates, sources and languages that a question names, as filters.

Only what clearly limits when, or by whom, something was published: a month or a year after "in" or "during"; any date
after "since", "after", "before", "until", or two of them in "between … and …" and "from … to …"; an outlet's whole name
after "according to", "from", "in", "by" or "did", or before "report", "say" and "write"; a language before "articles"
and the like, or after them and "in". The day of an event ("on 17 March 2024") is left to the search: papers report it
later.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from index import Filters, name_language
from rag.english.days import Day, find_days

_MOMENT = (
    r"(?:\d{4}-\d\d-\d\d|(?:(?:\d{1,2}(?:st|nd|rd|th)? )?[a-z]{3,9}\.?(?: \d{1,2}(?:st|nd|rd|th)?)?,? )?(?:19|20)\d\d)"
)
_END = r"(?![\w%-]|[.,]\d| (?:people|troops|soldiers|dollars|percent))"
_BETWEEN = re.compile(rf"\b(?:between|from) ({_MOMENT}) (?:and|to|until|till) ({_MOMENT}){_END}", re.IGNORECASE)
_ONE = re.compile(rf"\b(in|during|since|after|before|until|till) ({_MOMENT}){_END}", re.IGNORECASE)
_BEFORE_A_SOURCE = r"(?:according to|from|in|by|did|does|has) (?:the )?"
_AFTER_A_SOURCE = r"(?:['’]s)? (?:reports?|reported|says?|said|writes?|wrote|coverage|articles?)"
_PRESS = r"(?:articles?|coverage|news|newspapers?|papers?|press|media|outlets?|reports?|reporting|sources?|stories)"
# What may be a language; the names of those are looked up for nothing else, since loading them takes a while.
_SOME_LANGUAGE = re.compile(
    rf"\b(?!(?:the|an?|all|any|other|new|latest|local|these|those|news|what|which)\b)\w+(?:[- ]language| {_PRESS})\b"
    rf"|\b{_PRESS} (?:is |are |written |published )?in \w",
    re.IGNORECASE,
)


def read_question_filters(question: str, sources: Sequence[str], languages: Sequence[str] = ()) -> Filters:
    """The filters that a question names; `sources` are the outlets that there are, `languages` the codes of those that
    articles are in. None is no error: it is empty.
    """
    after, before = _read_dates(question)
    if after and before and after > before:
        after = before = None
    return Filters(
        after,
        before,
        tuple(source for source in sources if _names_source(question, source)),
        languages=tuple(
            code
            for code in (languages if _SOME_LANGUAGE.search(question) else ())
            if _names_language(question, name_language(code))
        ),
    )


def _read_dates(question: str) -> tuple[date | None, date | None]:
    if two := _BETWEEN.search(question):
        first, second = _read(two[1]), _read(two[2])
        if first and second:
            return _first_day(first), _last_day(second)
    after = before = None
    for match in _ONE.finditer(question):
        word, day = match[1].lower(), _read(match[2])
        if day is None or (word in ("in", "during") and day.day):
            continue
        if word in ("in", "during", "since") and after is None:
            after = _first_day(day)
        if word == "after" and after is None:
            after = _last_day(day) + timedelta(days=1)
        if word in ("in", "during", "until", "till") and before is None:
            before = _last_day(day)
        if word == "before" and before is None:
            before = _first_day(day) - timedelta(days=1)
    return after, before


def _read(text: str) -> Day | None:
    """The date in `text`, which has no others; None where it has a word that is no month, or is no day at all."""
    found = find_days(re.sub("[A-Za-z]{3,}", lambda match: match[0].capitalize(), text))
    day = found[0] if len(found) == 1 else None
    if day is None or day.year is None or (re.search("[a-z]{3}", text, re.IGNORECASE) and day.month is None):
        return None
    return None if day.day and day.as_date() is None else day


def _first_day(day: Day) -> date:
    assert day.year is not None
    return date(day.year, day.month or 1, day.day or 1)


def _last_day(day: Day) -> date:
    assert day.year is not None
    month = day.month or 12
    return date(day.year, month, day.day or monthrange(day.year, month)[1])


def _names_source(question: str, source: str) -> bool:
    """With the capitals that the name has, so that "the sun" is not The Sun."""
    bare = source.removeprefix("The ").strip()
    if bare not in question:  # the quick way for the many that it doesn't name
        return False
    name = rf"(?<!\w){re.escape(bare)}(?!\w)"
    named = rf"(?i:\b{_BEFORE_A_SOURCE}){name}|{name}(?i:{_AFTER_A_SOURCE})\b"
    return len(source.strip()) > 1 and re.search(named, question) is not None


def _names_language(question: str, language: str) -> bool:
    """As "French articles" and "French-language", and "the coverage in French"; not "said in French"."""
    name = re.escape(language)
    after_it = rf"{name}(?:[- ]language| {_PRESS})\b"
    before_it = rf"{_PRESS} (?:is |are |written |published )?in {name}(?![\w-]|(?-i: [A-Z]))"  # not French Guiana
    named = rf"\b(?:{after_it}|{before_it})"
    return re.search(named, question, re.IGNORECASE) is not None
