"""All days and months that a sentence of an article names, as calendar days, and which of them date what it reports.

A date dates the report where it stands in the main clause: "on 3 May" does; "since 3 May", "the 3 May vote", "who was
elected on 3 May" and "planned for 3 May" don't.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from index import Article, Span
from rag.english.dates.days import WEEKDAYS, Day, locate_days
from rag.english.dates.relative_days import is_to_come, published_day, resolve_days

_AGO = re.compile(
    r"\b(?P<n>an?|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,3}) (?P<unit>day|week|month)s? ago\b", re.I
)
_COUNTS = {word: n for n, word in enumerate("one two three four five six seven eight nine ten".split(), start=1)}
_WEEKEND = re.compile(r"\b(?:over|at|during) the weekend\b|\b(?:this|last) weekend\b", re.I)
_FILED = re.compile(r"^\s*(?:\([^)]{1,40}\)\s*)?(?:[—–]|-{1,2})\s")  # behind the day of a dateline: "(AP) —"
_FILED_WITHIN = 70  # characters of the article's beginning
_LEAD = re.compile(r"(?:^|\W)(?P<word>[A-Za-z]+)\W*$")
_PAST_LEADS = frozenset("since from after of to through between for dated than following".split())
_OPEN_LEADS = frozenset("until till by before ahead past beyond".split())  # not then, but some time before
_WEEKDAY_BEFORE = re.compile(rf"\b(?:{'|'.join(day.capitalize() for day in WEEKDAYS)}),?\s$")  # "Sunday, 19 May"
_HOURS_OF = re.compile(r"\b(?:hours|night|morning|afternoon|evening|eve|dawn) of\W*$")
_DETERMINERS = frozenset("the a an its his her their our this that last next".split())
_NOUN_BEHIND = re.compile(
    r"^(?:['’]s\b|['’] |-\w| (?!(?:and|or|in|at|to|on|for|by|with|after|when|as|but|that|from|near|over|while|before"
    r"|because|against|of|under|into|during|following|amid|outside|without)\b)[a-z]+)"
)
_SUBORDINATE = re.compile(
    r"(?:,\s+|\s)(?:who|which|whose|whom|where)\b[^,;:—]*$|\b(?:after|since|before|until|unless|if|whether)\b[^,;:—]*$",
    re.IGNORECASE,
)
_NEWS_DAYS = timedelta(7)  # how long before its article what is news can lie


class WrittenDay(NamedTuple):
    """Characters `start` to `end` (half-open) of an article's text, and the days, first to last, that they mean.

    `counted` says that they are counted from the article's own day, back into the past.
    """

    start: int
    end: int
    first: date
    last: date
    counted: bool = False


def list_event_days(article: Article, start: int, end: int, *, news: bool) -> list[WrittenDay]:
    """The days on which what the sentence `article.text[start:end]` reports happened, as its main clauses date it.

    Where they date nothing, and the sentence tells the article's `news`, one of a subordinate clause within the week
    before counts: news says when once. None is later than the article itself. A year alone is too little, and left out.
    """
    today = published_day(article).as_date()
    days = [day for day in list_written_days(article, start, end) if today is None or day.first <= today]
    days = [day for day in days if not _is_open(article.text, Span(start, end), day)]
    main = [day for day in days if _is_in_main_clause(article.text, Span(start, end), day)]
    if main or today is None or not news:
        return main
    return [day for day in days if today - day.first <= _NEWS_DAYS and day.last - day.first < timedelta(2)][:1]


def list_written_days(article: Article, start: int, end: int) -> list[WrittenDay]:
    """All days, weeks and months that `article.text[start:end]` names, in order; years alone are left out.

    A day without a year is the one nearest to the article's own day.
    """
    text = article.text
    published = published_day(article)
    found = [
        WrittenDay(start + span.start, start + span.end, *period)
        for span, day in locate_days(text[start:end])
        if not _is_filing(text, start + span.end) and (period := _find_period(day, published))
    ]
    found += [
        WrittenDay(*day, counted=True)
        for day in resolve_days(article, start, end)
        if day.last - day.first < timedelta(32)
    ]
    if today := published.as_date():
        found += _find_counted(text[start:end], start, today)
    kept: list[WrittenDay] = []
    for day in sorted(found, key=lambda day: (day.last - day.first, day.start)):
        if not any(day.start < other.end and other.start < day.end for other in kept):
            kept.append(day)
    return sorted(kept)


def _is_filing(text: str, end: int) -> bool:
    """True for the day of a dateline: "ACCRA, March 3 (AP) —"."""
    return end <= _FILED_WITHIN and _FILED.match(text[end : end + 50]) is not None


def _find_period(day: Day, published: Day) -> tuple[date, date] | None:
    """First and last day of what a text says of a date; None for a year or a weekday alone, and for no such day."""
    if day.month is None:
        return None
    if day.year is not None:
        return _span(day.year, day.month, day.day)
    if published.year is None or published.month is None:
        return None
    middle = date(published.year, published.month, published.day or 15)
    years = [published.year - 1, published.year, published.year + 1]
    periods = [period for year in years if 1 <= year <= 9999 and (period := _span(year, day.month, day.day))]
    return min(periods, key=lambda period: abs(period[0] - middle), default=None)


def _span(year: int, month: int, day: int | None) -> tuple[date, date] | None:
    try:
        first = date(year, month, day or 1)
    except ValueError:
        return None
    return first, first if day else first.replace(day=monthrange(year, month)[1])


def _find_counted(text: str, at: int, today: date) -> Iterator[WrittenDay]:
    """ "Three days ago" as a day, "two weeks ago" as a week, and the weekend before."""
    for match in _AGO.finditer(text):
        n = int(match["n"]) if match["n"].isdigit() else _COUNTS.get(match["n"].lower(), 1)
        if match["unit"].lower() == "day":
            day = today - timedelta(n)
            yield WrittenDay(at + match.start(), at + match.end(), day, day, counted=True)
        elif match["unit"].lower() == "week":
            monday = today - timedelta(7 * n + today.weekday())
            yield WrittenDay(at + match.start(), at + match.end(), monday, monday + timedelta(6), counted=True)
        else:
            months = 12 * today.year + today.month - 1 - n
            if period := _span(months // 12, months % 12 + 1, None):
                yield WrittenDay(at + match.start(), at + match.end(), *period, counted=True)
    for match in _WEEKEND.finditer(text):
        saturday = today - timedelta((today.weekday() - 5) % 7)
        yield WrittenDay(
            at + match.start(), at + match.end(), saturday, min(today, saturday + timedelta(1)), counted=True
        )


def _is_open(text: str, sentence: Span, day: WrittenDay) -> bool:
    """True where the sentence speaks of what was to come then, or says that something happened some time before."""
    before, after = text[sentence.start : day.start], text[day.end : sentence.end]
    return _read_lead(_WEEKDAY_BEFORE.sub("", before)) in _OPEN_LEADS or (not day.counted and is_to_come(before, after))


def _is_in_main_clause(text: str, sentence: Span, day: WrittenDay) -> bool:
    before, after = text[sentence.start : day.start], text[day.end : sentence.end]
    before = _WEEKDAY_BEFORE.sub("", before)
    lead = _read_lead(before)
    if lead in _PAST_LEADS and not _HOURS_OF.search(before):
        return False
    described = lead in _DETERMINERS or (text[day.start : day.end].lower().startswith("the ") and lead != "on")
    if (described or after[:2] in ("'s", "’s")) and _NOUN_BEHIND.match(after):
        return False
    return not _SUBORDINATE.search(before)


def _read_lead(before: str) -> str:
    """The word in front of a date, in small letters."""
    return match["word"].lower() if (match := _LEAD.search(before)) else ""
