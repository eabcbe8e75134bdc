"""Words for a time as calendar days: "17 March 2024", "May 2023", "last week", "the past ten days", "early 2024".

A table of our own, as for articles (`relative_days`): dateparser gives one day for "last week", "May 2023" and "last
summer", where a range is meant, and reads "may", "sun" and "march" as dates. Weeks begin on Monday; seasons are those
of the northern half, in whole months; "early", "mid" and "late" are the thirds of a year, or of a month.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from rag.english.dates.days import WEEKDAYS
from rag.english.dates.period_readers import (
    NoSuchDay,
    Period,
    make_weekend,
    read_ago,
    read_around,
    read_before_last,
    read_calendar,
    read_day,
    read_day_range,
    read_decade,
    read_ends,
    read_iso,
    read_last_month,
    read_month,
    read_near,
    read_numbers,
    read_part,
    read_part_of_month,
    read_rolling,
    read_season,
    read_span,
    read_weekday,
    read_year,
    read_years,
)

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = f"(?P<month>{'|'.join(_MONTHS)}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\\b\\.?)"
_YEAR = r"(?P<year>(?:1[6-9]|20)\d\d)"
_NUMBER = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_DAY = rf"(?P<day>{_NUMBER})"
_ON_WEEKDAY = rf"(?:(?P<which>last |this )?(?:{'|'.join(WEEKDAYS)}),? )?"
_DATE = rf"(?:the )?{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?"
_DATE_MONTH_FIRST = rf"{_MONTH} (?:the )?{_DAY}(?!\d)(?:,? {_YEAR})?"
_AROUND = r"(?:the )?(?P<which>week|weekend)(?: beginning| starting| commencing)?(?: of| on)? "
_PART = (
    r"(?:the )?(?P<part>(?:early|mid|late)(?= in |[ -])|(?:middle|beginning|start|end|(?:first|second) half"
    r"|(?:first|second|third|fourth|last) (?:quarter|week))(?= of )|q[1-4](?= )|h[12](?= ))(?: of |[ -](?:in )?)"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_COUNT = (
    r"(?P<count>\d{1,3}|an?|(?:a )?couple of|(?:a )?few|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    rf"|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:{_TENS})(?:-\w+)?)"
)
_UNIT = r"(?P<unit>hour|day|night|week|fortnight|weekend|month|quarter|year|decade)"
_ENDS = rf"(?:the )?(?P<end>first|last|final) {_COUNT} {_UNIT}s? of "
_WITHIN = r"(?:(?<=\bin )|(?<=\bover )|(?<=\bduring ))"
_SPAN = (
    rf"{_WITHIN}(?:the )?(?:(?:{_COUNT} )?{_UNIT}(?(count)s?) (?:before|leading up to|(?P<later>after|following))"
    r"|week (?P<ending>(?:up )?to|ending|ended))(?: on)? "
)
_SEASON = r"(?P<season>spring|summer|autumn|fall|winter)"
_WEEKDAY = f"(?P<weekday>{'|'.join(WEEKDAYS)})"
_NOT_OF = r"(?! of\b)"  # "the last week of the campaign" is no week before today
_PART_OF_DAY = r"(?: (?:morning|afternoon|evening|night))?"


def find_periods(text: str, today: date) -> list[Period | NoSuchDay]:
    """The times that a text names, in order, counted from `today` where that is needed; none that are to come."""
    found: list[Period | NoSuchDay] = []
    taken: list[tuple[int, int]] = []
    for pattern, read in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            try:
                period = read(match, today)
            except (ValueError, OverflowError):
                found.append(NoSuchDay(*match.span()))
                continue
            if period:
                found.append(period._replace(start=match.start(), end=match.end()))
    return sorted(found, key=lambda one: one.start)


def read_days(words: str, today: date) -> tuple[date, date] | None:
    """The first and last day that words mean as a whole; None where they mean none, or none that there is."""
    text = " ".join(words.split())
    found = find_periods(text, today)
    if len(found) != 1 or found[0][:2] != (0, len(text)) or isinstance(found[0], NoSuchDay):
        return None
    return found[0].first, found[0].last


def _compile(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.,$€£/-])(?:{words})(?![\w%]|-\w|[.,]\d)", re.IGNORECASE)


# The first that fits has the words.
_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Period | None]], ...] = (
    (
        _compile(rf"(?:the (?:\w+ )?)?{_SEASON}(?: of)? (?:{_YEAR}(?:[–/-](?:\d\d)?\d\d)?|(?P<of>last|this) year)"),
        read_season,
    ),
    (_compile(r"(\d{4})-(\d\d)-(\d\d)"), read_iso),
    (_compile(r"(\d{4})-(0[1-9]|1[0-2])()(?!-?\d)"), read_iso),
    (_compile(r"((?:1[6-9]|20)\d\d) ?[–/-] ?((?:1[6-9]|20)?\d\d)"), read_years),
    (
        _compile(rf"{_DAY} ?(?:to|until|and|[–-]) ?(?:\w+day )?(?P<to>{_NUMBER}) {_MONTH}(?:,? {_YEAR})?"),
        read_day_range,
    ),
    (_compile(rf"{_MONTH} {_DAY} ?(?:to|until|and|[–-]) ?(?P<to>{_NUMBER})(?!\d)(?:,? {_YEAR})?"), read_day_range),
    (_compile(_SPAN + _DATE), read_span),
    (_compile(_SPAN + _DATE_MONTH_FIRST), read_span),
    (_compile(_AROUND + _DATE), read_around),
    (_compile(_AROUND + _DATE_MONTH_FIRST), read_around),
    (_compile(rf"{_ENDS}{_MONTH}(?:,? (?:of )?{_YEAR})?"), read_ends),
    (_compile(rf"{_ENDS}(?:{_YEAR}|(?P<which>last|this|the) year)"), read_ends),
    (_compile(rf"{_PART}{_MONTH}(?:,? (?:of )?{_YEAR})?"), read_part),
    (_compile(rf"{_PART}(?:{_YEAR}|(?P<which>last|this|the) year)(?! \d)"), read_part),
    (_compile(rf"{_PART}(?P<which>last|this|the) month"), read_part_of_month),
    (_compile(rf"(?P<which>last|past|this past|this|previous) {_SEASON}"), read_season),
    (_compile(rf"{_WITHIN}the (?P<season>spring|summer|autumn|winter)(?=[?.!,;]|$)"), read_season),
    (_compile(_ON_WEEKDAY + _DATE), read_day),
    (_compile(_ON_WEEKDAY + _DATE_MONTH_FIRST), read_day),
    (_compile(rf"(?P<which>last|this|past) {_MONTH}(?!,? \d)"), read_last_month),
    (_compile(rf"(?:the month of )?{_MONTH}(?:,? (?:of )?{_YEAR}|(?: of)? (?P<of>last|this) year)?"), read_month),
    (_compile(r"(?:the )?((?:19|20)\d)0s"), read_decade),
    (_compile(rf"(?:the year (?:of )?)?{_YEAR}"), read_year),
    (_compile(r"(?:the )?(?P<unit>week|weekend|month|year) before last"), read_before_last),
    (_compile(r"(\d{1,2})([./])(\d{1,2})\2(\d{4})"), read_numbers),
    (_compile(rf"(?:(?:the|this|these) )?(?:last|past|previous) {_COUNT} {_UNIT}s?{_NOT_OF}"), read_rolling),
    (_compile(rf"(?:(?:the|this) (?:last|past)|past) (?!weekend){_UNIT}(?! (?:of|the|that)\b)"), read_rolling),
    (_compile(rf"{_COUNT} {_UNIT}s? ago"), read_ago),
    (_compile(rf"(?P<which>){_WEEKDAY}{_PART_OF_DAY},? (?:of )?(?P<of>last|this) week"), read_weekday),
    (_compile(r"(?:the )?(?:day before yesterday|night before last)"), read_near(-2)),
    (_compile(rf"yesterday{_PART_OF_DAY}|last night"), read_near(-1)),
    (_compile(r"today|tonight|this (?:morning|afternoon|evening)"), read_near(0)),
    (_compile(rf"tomorrow{_PART_OF_DAY}"), read_near(1)),
    (
        _compile(
            r"(?:(?P<phase>earlier|later|so far) )?(?:the )?"
            rf"(?P<step>this past|past|this|(?<!the )last|next|previous|coming|current|following) {_UNIT}{_NOT_OF}"
        ),
        read_calendar,
    ),
    (_compile("the weekend"), lambda _, today: make_weekend(today, running=True)),
    (
        _compile(rf"(?:(?P<which>last|this past|this|next|coming|early|late) )?{_WEEKDAY}{_PART_OF_DAY}(?P<of>)"),
        read_weekday,
    ),
)
