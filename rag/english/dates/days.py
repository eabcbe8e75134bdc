"""Days, months, years and weekdays in a text, and whether one text's are the other's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from index import Span

_MONTHS = "january february march april may june july august september october november december".split()
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH = r"(?P<{0}>January|February|March|April|May|June|July|August|September|October|November|December"
_MONTH += r"|Jan\.?|Feb\.?|Mar\.|Apr\.|Jun\.|Jul\.|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
_DAY = r"(?P<{0}>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?!\d)"
_YEAR = r"(?P<{0}>1[6-9]\d\d|20\d\d)(?!\d)"
_DATE = re.compile(
    r"(?<![\d,.$€£-])(?:"
    rf"(?P<y1>\d{{4}})-(?P<m1>\d\d)-(?P<d1>\d\d)(?!\d)"
    rf"|(?:the )?{_DAY.format('d2')}(?: of)? {_MONTH.format('m2')}\b(?:,? {_YEAR.format('y2')})?"
    rf"|{_MONTH.format('m3')} (?:the )?{_DAY.format('d3')}\b(?:,? {_YEAR.format('y3')})?"
    rf"|{_MONTH.format('m4')},?(?: of)? {_YEAR.format('y4')}"
    rf"|(?<!%){_YEAR.format('y5')}(?!s?\s?(?:percent|%|people|troops|soldiers|miles|km))(?![,.]\d|-\w)"
    rf"|\b(?P<m6>January|February|March|April|(?<=in )May|(?<=since )May|(?<=last )May|June|July|August|September"
    r"|October|November|December)\b(?! [A-Z])"
    r"|\b(?P<w7>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
    r")"
)
_BETWEEN = r"(?: to | and | until |[-–])"
_DAYS_FIRST = re.compile(rf"\b(\d{{1,2}}){_BETWEEN}(\d{{1,2}}) ({'|'.join(m.capitalize() for m in _MONTHS)})\b")
_DAYS_LAST = re.compile(rf"\b({'|'.join(m.capitalize() for m in _MONTHS)}) (\d{{1,2}}){_BETWEEN}(\d{{1,2}})\b(?!\d)")
_NEAR_DAYS = 7  # how far from a dated heading "on Saturday" may lie


class Day(NamedTuple):
    """What a text says of a date; what it leaves open is None. `month` and `day` from 1, `weekday` Monday as 0."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    def as_date(self) -> date | None:
        """The calendar day, where all of it is said and there is such a day."""
        if self.year is None or self.month is None or self.day is None:
            return None
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            return None


def find_days(text: str) -> list[Day]:
    """Return the dates of `text` in order."""
    return [_read(match) for match in _DATE.finditer(_spread(text))]


def locate_days(text: str) -> list[tuple[Span, Day]]:
    """Return the dates of `text` in order, with the characters that say each; of "12 to 14 March" the last day."""
    return [(Span(*match.span()), _read(match)) for match in _DATE.finditer(text)]


def list_dates(text: str) -> set[date]:
    """The calendar days that `text` names with their year."""
    return {named for day in find_days(text) if (named := day.as_date())}


def _spread(text: str) -> str:
    """The text with "12 to 14 March" and "March 12-14" written as two dates."""
    text = _DAYS_FIRST.sub(lambda m: f"{m[1]} {m[3]}, {m[2]} {m[3]}", text)
    return _DAYS_LAST.sub(lambda m: f"{m[1]} {m[2]}, {m[1]} {m[3]}", text)


def blank_days(text: str) -> str:
    """The text with its dates left out, so that their digits don't count as numbers."""
    return _DATE.sub(" ", _spread(text))


def show_day(day: Day) -> str:
    """The date in words."""
    parts = [
        WEEKDAYS[day.weekday].capitalize() if day.weekday is not None else "",
        str(day.day) if day.day else "",
        _MONTHS[day.month - 1].capitalize() if day.month else "",
        str(day.year) if day.year else "",
    ]
    return " ".join(part for part in parts if part)


def knows_day(claimed: Day, given: Sequence[Day]) -> bool:
    """True where one of the `given` dates says all that `claimed` does, or says it together with another.

    A weekday is known from a full date that falls on it. A weekday beside a full date within a week of it, as
    an article's own date is, names a day too.
    """
    return any(_says(claimed, day) for day in [*given, *_weekdays_near(given)])


def _says(claimed: Day, given: Day) -> bool:
    whole = given.as_date()
    weekday = whole.weekday() if whole else given.weekday
    if claimed.weekday is not None:
        return claimed.weekday == weekday
    return all(
        wanted is None or wanted == have
        for wanted, have in ((claimed.year, given.year), (claimed.month, given.month), (claimed.day, given.day))
    )


def _weekdays_near(given: Sequence[Day]) -> Iterable[Day]:
    wholes = [whole for day in given if (whole := day.as_date())]
    for day, after in zip(given, [*given, Day()][1:], strict=True):
        named = after.as_date()
        if day.weekday is None or (named and named.weekday() == day.weekday):  # "Thursday (5 June 2014)" is that one
            continue
        for whole in wholes:
            for away in range(-_NEAR_DAYS, _NEAR_DAYS + 1):
                near = whole + timedelta(days=away)
                if near.weekday() == day.weekday:
                    yield Day(near.year, near.month, near.day)


def _read(match: re.Match[str]) -> Day:
    named = {name: value for name, value in match.groupdict().items() if value}
    by_part = {name[0]: value for name, value in named.items()}
    month = by_part.get("m")
    return Day(
        int(by_part["y"]) if "y" in by_part else None,
        (int(month) if month.isdigit() else _month_number(month)) if month else None,
        int(by_part["d"]) if "d" in by_part else None,
        WEEKDAYS.index(by_part["w"].lower()) if "w" in by_part else None,
    )


def _month_number(name: str) -> int:
    return next(n for n, month in enumerate(_MONTHS, start=1) if month.startswith(name.lower().rstrip(".")[:3]))
