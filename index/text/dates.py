"""Dates from written evidence, never guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from index.records import DatePrecision

_YEAR = re.compile(r"(?<!\d)(19|20)\d{2}(?!\d)")
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2\d{4}(?!\d)")
_WRITTEN = re.compile(
    r"(?<!\d)\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?(?!\d)"
    r"|(?<![\d./-])\d{4}([/.])\d{1,2}\1\d{1,2}(?!\d)"
    r"|(?<![\d./-])\d{1,2}([-/.])\s?\d{1,2}\2\s?\d{4}(?!\d|:\d)"  # 28.09.1912:44 is 28.09.19 at 12:44
    r"|(?<!\d)\d{1,2}(?:st|nd|rd|th|er|º|ª|\.)?,?\s+(?:de\s+|of\s+)?[^\W\d_]{3,12}\.?,?\s+(?:de\s+|del\s+)?\d{4}(?!\d)"
    r"|[^\W\d_]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}(?!\d)"
)
_YEAR_FIRST = re.compile(r"\d{4}[-/.](\d{1,2})[-/.]\d{1,2}(?!\d)")
_URL_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)([/_-]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
_URL_DATE_SHORT = re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?:/|$)")
_URL_DATE_REVERSED = re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])([/_.-])(0[1-9]|1[0-2])\2((?:19|20)\d\d)(?!\d)")
_ARCHIVED = re.compile(r"https?://web\.archive\.org/web/\w+/(.*)", re.DOTALL)
_CLOCK = re.compile(r"\d{1,2}:\d{2}|T\d{2}|\d\s?[ap]\.?m\b", re.IGNORECASE)
_LONGEST = 60
_LONGEST_LINE = 300
_DAY_FIRST_ENGLISH = {"gb", "uk", "ie", "au", "nz", "in", "za"}
_YEAR_FIRST_LANGUAGES = {"ja", "zh", "ko", "hu", "lt", "fa"}
_LANGUAGES = ["en", "fr", "es", "de", "it", "pt", "nl", "pl"]
_UNSET = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCKS = (datetime(1983, 5, 9, 4, 21), datetime(2031, 10, 24, 17, 48))


class Dated(NamedTuple):
    """A moment, aware of its zone (UTC where none was written), and how much of it was written."""

    when: datetime
    precision: DatePrecision


class DateEvidence(NamedTuple):
    """A date and what it is taken from, in words ("byline: 3 March 2024")."""

    dated: Dated
    where: str


def read_date(value: str | date | Dated | None, day_first: bool | None = None) -> Dated | None:
    """Return the date that `value` states, or None: no year, no date.

    "2024-03" and "March 2024" are the first of the month with precision `month`; "3 March 2024" is midnight UTC with
    precision `day`. "12/05/2024" is a date only where `day_first` says how it is meant; 12.05.2024 is the 12th of May,
    since those who write dots put the day first.
    """
    if isinstance(value, Dated):
        return value if _can_be(value) else None
    if isinstance(value, datetime):
        return read_date(Dated(_aware(value), "instant"))
    if isinstance(value, date):
        return read_date(Dated(datetime(value.year, value.month, value.day, tzinfo=UTC), "day"))
    if not value or len(value) > _LONGEST or not _YEAR.search(value):
        return None
    value = value.strip()
    year_first = _YEAR_FIRST.match(value)
    if year_first and int(year_first[1]) > 12:  # nobody writes the day second: it is a slip, and not to be guessed at
        return None
    return read_date(_read_iso(value) or _read_words(value, day_first))


def _can_be(dated: Dated) -> bool:
    """False for what a clock says that was never set, and for years that `_YEAR` doesn't know."""
    return (dated.when != _UNSET or dated.precision != "instant") and 1900 <= dated.when.year < 2100


def find_date(line: str, day_first: bool | None = None) -> Dated | None:
    """Return the first date in a line ("Published 3 March 2024 by A. Writer"), or None; see `read_date`."""
    found = (read_date(match[0], day_first) for match in _WRITTEN.finditer(line[:_LONGEST_LINE]))
    return next((dated for dated in found if dated), None)


def is_day_first(language: str | None, host: str | None) -> bool | None:
    """True where "12/05/2024" is the 12th of May, False where it is the 5th of December, None where either may be."""
    tags = (language or "").lower().replace("_", "-").split("-")
    ending = (host or "").rsplit(".", 1)[-1].lower()
    if tags[-1] == "us" or ending in ("us", "gov", "mil"):
        return False
    if tags[0] == "en" or not tags[0]:
        return True if {tags[-1], ending} & _DAY_FIRST_ENGLISH else None
    return None if tags[0] in _YEAR_FIRST_LANGUAGES else True


def _read_iso(value: str) -> Dated | None:
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return None
    return Dated(_aware(when), "instant" if _CLOCK.search(value) else "day")


def _read_words(value: str, day_first: bool | None) -> Dated | None:
    """What two readers with other clocks agree on: the rest is not in `value` ("3 years ago", "noon 2001")."""
    order = _find_order(value, day_first)
    if order is None:
        return None
    found = _parse(value, _CLOCKS[0], order)
    return found if found == _parse(value, _CLOCKS[1], order) else None


def _find_order(value: str, day_first: bool | None) -> str | None:
    """The order of day and month, or None where it matters and nothing tells."""
    numbers = _NUMBERS.search(value)
    if not numbers:
        return "DMY"
    first, second = int(numbers[1]), int(numbers[3])
    if first <= 12 and second <= 12 and first != second and numbers[2] != "." and day_first is None:
        return None
    if second > 12:
        return "MDY"
    return "MDY" if day_first is False and first <= 12 else "DMY"


def _parse(value: str, now: datetime, order: str) -> Dated | None:
    from dateparser.date import DateDataParser  # takes a fifth of a second to import

    settings = {
        "REQUIRE_PARTS": ["year"],
        "PREFER_DAY_OF_MONTH": "first",
        "PREFER_MONTH_OF_YEAR": "first",
        "RELATIVE_BASE": now,
        "DATE_ORDER": order,
        "PREFER_LOCALE_DATE_ORDER": False,
    }
    found = DateDataParser(languages=_LANGUAGES, settings=settings).get_date_data(value)
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


def find_url_date(url: str | None) -> DateEvidence | None:
    """The day that an article's address has in its path, or None."""
    path = read_path(url)
    if match := _URL_DATE.search(path):
        written = f"{match[1]}-{match[3]}-{match[4]}"
    elif match := _URL_DATE_SHORT.search(path):
        written = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    elif match := _URL_DATE_REVERSED.search(path):
        written = f"{match[4]}-{match[3]}-{match[1]}"
    else:
        return None
    dated = read_date(written)
    return DateEvidence(dated, f"url: {match[0]}") if dated else None


def read_path(url: str | None) -> str:
    """The path of an address; of a page in an archive of the web, that of the page itself."""
    archived = _ARCHIVED.fullmatch(url or "")
    try:
        return urlsplit(archived[1] if archived else url or "").path
    except ValueError:  # it is no address
        return ""
