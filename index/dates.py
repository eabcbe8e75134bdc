"""Dates from written evidence, never guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import NamedTuple

from index.records import Precision

_YEAR = re.compile(r"(?<!\d)(19|20)\d{2}(?!\d)")
_YEAR_FIRST = re.compile(r"\d{4}[-/.](\d{1,2})[-/.]\d{1,2}(?!\d)")
_CLOCK = re.compile(r"\d{1,2}:\d{2}|T\d{2}|\d\s?[ap]\.?m\b", re.IGNORECASE)
_LONGEST = 60
_CLOCKS = (datetime(1983, 5, 9, 4, 21), datetime(2031, 10, 24, 17, 48))


class Dated(NamedTuple):
    """A moment, aware of its zone (UTC where none was written), and how much of it was written."""

    when: datetime
    precision: Precision


def read_date(value: str | date | Dated | None) -> Dated | None:
    """Return the date that `value` states, or None: no year, no date.

    "2024-03" and "March 2024" are the first of the month with precision `month`; "3 March 2024" is
    midnight UTC with precision `day`.
    """
    if isinstance(value, Dated):
        return value
    if isinstance(value, datetime):
        return Dated(_aware(value), "instant")
    if isinstance(value, date):
        return Dated(datetime(value.year, value.month, value.day, tzinfo=UTC), "day")
    if not value or len(value) > _LONGEST or not _YEAR.search(value):
        return None
    value = value.strip()
    year_first = _YEAR_FIRST.match(value)
    if year_first and int(year_first[1]) > 12:  # nobody writes the day second: it is a slip, and not to be guessed at
        return None
    return _read_iso(value) or _read_words(value)


def _read_iso(value: str) -> Dated | None:
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return None
    return Dated(_aware(when), "instant" if _CLOCK.search(value) else "day")


def _read_words(value: str) -> Dated | None:
    """What two readers with other clocks agree on: the rest is not in `value` ("3 years ago", "noon 2001")."""
    found = _parse(value, _CLOCKS[0])
    return found if found == _parse(value, _CLOCKS[1]) else None


def _parse(value: str, now: datetime) -> Dated | None:
    from dateparser.date import DateDataParser  # takes a fifth of a second to import

    settings = {
        "REQUIRE_PARTS": ["year"],
        "PREFER_DAY_OF_MONTH": "first",
        "PREFER_MONTH_OF_YEAR": "first",
        "RELATIVE_BASE": now,
    }
    found = DateDataParser(languages=["en", "fr", "es", "de", "it", "pt"], settings=settings).get_date_data(value)
    if found.date_obj is None:
        return None
    if found.period == "day" or found.period == "time":
        instant = _CLOCK.search(value) is not None
        when = _aware(found.date_obj)
        return Dated(when, "instant") if instant else Dated(_midnight(when), "day")
    first = _midnight(_aware(found.date_obj)).replace(day=1)
    return Dated(first.replace(month=1), "year") if found.period == "year" else Dated(first, "month")


def _aware(when: datetime) -> datetime:
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _midnight(when: datetime) -> datetime:
    return when.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
