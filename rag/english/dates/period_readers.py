"""What words for a time mean, kind by kind: readers that `periods` calls with the words that it found."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal, NamedTuple

from rag.english.dates.days import WEEKDAYS
from rag.english.figures import to_digits

Unit = Literal["day", "span", "month", "year"]
_Match = re.Match[str]
_MONTHS = "january february march april may june july august september october november december".split()
_SEASON_STARTS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_THIRDS = {"early": 0, "beginning": 0, "start": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}
_QUARTERS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": 3, "q1": 0, "q2": 1, "q3": 2, "q4": 3}
_COUNTS = {"couple of": 2, "a couple of": 2, "few": 3, "a few": 3, "a": 1, "an": 1, "one": 1}


class Period(NamedTuple):
    """A time that a text names: characters `start` to `end`, and its first and last day.

    `unit` is how finely it is named: `span` for what is neither a day, a month nor a year. `relative` says that it was
    counted from a day (also where only the year was left open), and `distant` that its words themselves say how far
    away it is ("yesterday", "last week", not "in March", "this week", "on Monday").
    """

    start: int
    end: int
    first: date
    last: date
    unit: Unit
    relative: bool = False
    distant: bool = False


class NoSuchDay(NamedTuple):
    """Words for a day that no calendar has ("30 February 2024"), at characters `start` to `end`."""

    start: int
    end: int


# Readers of one kind of words each. Those that raise ValueError read a day that there is not.


def read_iso(match: _Match, _: date) -> Period:
    year, month = int(match[1]), int(match[2])
    return (
        _one_day(date(year, month, int(match[3])), relative=False) if match[3] else _month(year, month, relative=False)
    )


def read_years(match: _Match, _: date) -> Period | None:
    """ "2021-2023", "2021-22"; "2021-12" is read as a month before."""
    first, last = int(match[1]), int(match[1][: 4 - len(match[2])] + match[2])
    if first >= last:
        return None
    return _span(date(first, 1, 1), date(last, 12, 31), relative=False)


def read_day_range(match: _Match, today: date) -> Period:
    """ "3 to 10 June"."""
    first = _find_day(match["day"], match["month"], match["year"], today)
    last = _find_day(match["to"], match["month"], str(first.year), today)
    return _span(min(first, last), max(first, last), relative=not match["year"])


def read_around(match: _Match, today: date) -> Period:
    """ "The week of 3 June"."""
    day = _find_day(match["day"], match["month"], match["year"], today)
    monday = day - timedelta(day.weekday())
    first = monday + timedelta(5 if match["which"].lower() == "weekend" else 0)
    return _span(first, monday + timedelta(6), relative=not match["year"])


def read_span(match: _Match, today: date) -> Period:
    """ "The week to 12 May", "the ten days after 3 June"."""
    day, a_day = _find_day(match["day"], match["month"], match["year"], today), timedelta(1)
    count, unit = _read_count(match["count"] or "one"), match["unit"] or "week"
    if match["later"]:
        first, last = day + a_day, _step_back(day, unit, -count)
    else:
        end = day + a_day if match["ending"] else day
        first, last = _step_back(end, unit, count), end - a_day
    return _span(first, last, relative=not match["year"])


def read_ends(match: _Match, today: date) -> Period:
    """ "The first ten days of May", "the last six months of 2022"."""
    named = match.groupdict()
    whole = _read_whole(named, today)
    count, unit, a_day = _read_count(match["count"]), match["unit"], timedelta(1)
    if match["end"].lower() == "first":
        first, last = whole.first, _step_back(whole.first, unit, -count) - a_day
    else:
        first, last = _step_back(whole.last + a_day, unit, count), whole.last
    return _span(max(first, whole.first), min(last, whole.last), relative=not named.get("year"))


def _read_whole(named: dict[str, str | None], today: date) -> Period:
    """The month or the year that a part is of."""
    year = named.get("year")
    if month := named.get("month"):
        number = _find_month(month)
        return _month(int(year), number, relative=False) if year else _latest_month(number, today)
    return _whole_year(int(year) if year else today.year - ((named.get("which") or "").lower() == "last"))


def read_part(match: _Match, today: date) -> Period:
    """ "Early 2024", "late May", "the first half of last year"."""
    named = match.groupdict()
    part, which = match["part"].lower(), (named.get("which") or "").lower()
    return _span(*_cut(_read_whole(named, today), part), relative=not named.get("year"), distant=which == "last")


def read_part_of_month(match: _Match, today: date) -> Period:
    """ "The end of last month", "early this month"."""
    whole = _find_calendar(today, "month", -(match["which"].lower() == "last"))
    return _span(*_cut(whole, match["part"].lower()), distant=match["which"].lower() == "last")


def _cut(whole: Period, part: str) -> tuple[date, date]:
    """The part of a month in days, or of a year in months."""
    first, last = whole.first, whole.last
    if part.endswith("week"):
        day = last.day - 6 if part.startswith("last") else 7 * _QUARTERS[part.split()[0]] + 1
        return first.replace(day=day), first.replace(day=day + 6)
    if whole.unit == "month":
        third = _THIRDS.get(part, 0 if part.startswith("first") else 2)
        bounds = [1, 11, 21, last.day + 1]
        return first.replace(day=bounds[third]), first.replace(day=bounds[third + 1] - 1)
    if part in _THIRDS:
        length, number = 4, _THIRDS[part]
    else:
        halves = part.startswith("h") or "half" in part
        length, number = (6, part in ("h2", "second half")) if halves else (3, _QUARTERS[part.split()[0]])
    return date(first.year, length * number + 1, 1), _month(first.year, length * (number + 1)).last


def read_season(match: _Match, today: date) -> Period | None:
    """ "Last summer", "the summer of 2023"; a winter is named by the year in which it begins."""
    named = match.groupdict()
    start, which = _SEASON_STARTS[match["season"].lower()], (named.get("which") or "").lower()
    if year := named.get("year"):
        return _make_season(int(year), start, relative=False)
    if named.get("of"):
        return _make_season(today.year - (named["of"].lower() == "last"), start)
    newest = _make_season(today.year, start)
    if which == "this":
        running = _make_season(today.year - 1, start)
        return running if running.last >= today else newest
    return newest if newest.last < today else _make_season(today.year - 1, start)


def _make_season(year: int, start: int, *, relative: bool = True) -> Period:
    last = _month(year + (start == 12), 2 if start == 12 else start + 2).last
    return _span(date(year, start, 1), last, relative=relative, distant=relative)


def read_day(match: _Match, today: date) -> Period:
    day = _find_day(match["day"], match["month"], match["year"], today)
    return _one_day(day, relative=not match["year"], distant=bool(match["which"]))


def read_month(match: _Match, today: date) -> Period:
    """ "May 2023", "May last year", "May": the latest that has begun."""
    number = _find_month(match["month"])
    if match["year"]:
        return _month(int(match["year"]), number, relative=False)
    if match["of"]:
        return _month(today.year - (match["of"].lower() == "last"), number, distant=True)
    return _latest_month(number, today)


def read_last_month(match: _Match, today: date) -> Period:
    """ "Last March" is the latest before the present month, "this March" that of the year."""
    number = _find_month(match["month"])
    if match["which"].lower() == "this":
        return _month(today.year, number)
    return _month(today.year - (number >= today.month), number, distant=True)


def read_decade(match: _Match, _: date) -> Period:
    return _span(date(10 * int(match[1]), 1, 1), date(10 * int(match[1]) + 9, 12, 31), relative=False)


def read_year(match: _Match, _: date) -> Period:
    return _whole_year(int(match["year"]), relative=False)


def read_rolling(match: _Match, today: date) -> Period | None:
    """ "The past two weeks", "the last month": so long before today, and up to it."""
    count = _read_count(match.groupdict().get("count") or "one")
    return _span(_step_back(today, match["unit"], count), today, distant=True) if count else None


def read_ago(match: _Match, today: date) -> Period | None:
    """ "Two days ago" is a day, "a week ago" a week, "three months ago" a month."""
    count, unit = _read_count(match["count"]), match["unit"].lower()
    if not count:
        return None
    day = _step_back(today, unit, count)
    if unit in ("week", "fortnight"):
        return _span(_monday(day), _monday(day) + timedelta(6), distant=True)
    if unit == "month":
        return _month(day.year, day.month, distant=True)
    return _whole_year(day.year, distant=True) if unit in ("year", "decade") else _one_day(day, distant=True)


def read_before_last(match: _Match, today: date) -> Period:
    return _find_calendar(today, match["unit"].lower(), -2)._replace(distant=True)


def read_numbers(match: _Match, _: date) -> Period | None:
    """ "17/03/2024" and "3/17/2024"; nothing where either may be the day, but where dots part them."""
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if match[2] == "/" and first <= 12 and second <= 12 and first != second:
        return None
    day, month = (first, second) if second <= 12 else (second, first)
    return _one_day(date(year, month, day), relative=False)


def read_calendar(match: _Match, today: date) -> Period | None:
    """ "This week", "last month", "earlier this year"; nothing that is to come, or begins today."""
    away = {"this": 0, "current": 0, "last": -1, "previous": -1, "past": -1, "this past": -1}.get(match["step"].lower())
    phase = (match["phase"] or "").lower()
    if away is None or phase == "later":
        return None
    found = _find_calendar(today, match["unit"].lower(), away)
    return found._replace(last=today if phase else found.last, distant=away < 0)


def _find_calendar(today: date, unit: str, away: int) -> Period:
    if unit == "week":
        monday = _monday(today) + timedelta(7 * away)
        return _span(monday, monday + timedelta(6))
    if unit == "weekend":
        return make_weekend(today + timedelta(7 * min(away + 1, 0)), running=away == 0)
    if unit in ("month", "quarter"):
        length = 3 if unit == "quarter" else 1
        months = 12 * today.year + length * ((today.month - 1) // length + away)
        last = _month((months + length - 1) // 12, (months + length - 1) % 12 + 1)
        return last if length == 1 else _span(date(months // 12, months % 12 + 1, 1), last.last)
    if unit == "decade":
        year = today.year // 10 * 10 + 10 * away
        return _span(date(year, 1, 1), date(year + 9, 12, 31))
    return _whole_year(today.year + away)


def make_weekend(today: date, *, running: bool) -> Period:
    """The weekend that today is in, where a running one is meant; else the latest that is over."""
    saturday = _monday(today) + timedelta(5 if running and today.weekday() > 4 else -2)
    return _span(saturday, saturday + timedelta(1))


def read_weekday(match: _Match, today: date) -> Period | None:
    """The latest such day up to today; before it where it is "last"."""
    number, which = WEEKDAYS.index(match["weekday"].lower()), (match["which"] or "").lower()
    if which in ("next", "coming"):
        return None
    if match["of"]:
        monday = _monday(today) - timedelta(7 * (match["of"].lower() == "last"))
        return _one_day(monday + timedelta(number), distant=True)
    latest = today - timedelta(which == "last")
    return _one_day(latest - timedelta((latest.weekday() - number) % 7), distant=which == "last")


def read_near(away: int) -> Callable[[_Match, date], Period]:
    return lambda _, today: _one_day(today + timedelta(away), distant=away != 0)


def _span(first: date, last: date, *, relative: bool = True, distant: bool = False) -> Period:
    return Period(0, 0, first, last, "span", relative, distant)


def _one_day(day: date, *, relative: bool = True, distant: bool = False) -> Period:
    return Period(0, 0, day, day, "day", relative, distant)


def _month(year: int, month: int, *, relative: bool = True, distant: bool = False) -> Period:
    last = date(year, month, monthrange(year, month)[1])
    return Period(0, 0, last.replace(day=1), last, "month", relative, distant)


def _whole_year(year: int, *, relative: bool = True, distant: bool = False) -> Period:
    return Period(0, 0, date(year, 1, 1), date(year, 12, 31), "year", relative, distant)


def _monday(day: date) -> date:
    return day - timedelta(day.weekday())


def _latest_month(month: int, today: date) -> Period:
    return _month(today.year - (month > today.month), month)


def _find_month(written: str) -> int:
    return next(n for n, name in enumerate(_MONTHS, start=1) if name.startswith(written.lower()[:3]))


def _find_day(day: str, month: str, year: str | None, today: date) -> date:
    """A calendar day; the latest up to today where no year is said. Raises ValueError where there is no such day."""
    number, of_month = int(re.sub(r"\D", "", day)), _find_month(month)
    if year:
        return date(int(year), of_month, number)
    for earlier in range(9):  # 29 February is there every four years, or after eight
        if number <= monthrange(today.year - earlier, of_month)[1]:
            found = date(today.year - earlier, of_month, number)
            if found <= today:
                return found
    raise ValueError(f"{month} never has {number} days")


def _read_count(written: str) -> int:
    """The number, or 0 where there is none."""
    word = written.lower()
    digits = str(_COUNTS[word]) if word in _COUNTS else word if word.isdigit() else to_digits(word)
    return int(digits) if digits.isdigit() else 0


def _step_back(today: date, unit: str, count: int) -> date:
    """The day so many units ago; a month before 31 March is the last of February."""
    unit = unit.lower()
    days = {"day": 1, "night": 1, "week": 7, "weekend": 7, "fortnight": 14}
    if unit == "hour":
        return today - timedelta(-(-count // 24))
    if unit in days:
        return today - timedelta(days[unit] * count)
    months = 12 * today.year + today.month - 1 - count * {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit]
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))
