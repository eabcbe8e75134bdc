"""Datelines: the place, the day and the news agency that a report begins with ("GENEVA, March 4 (Reuters) -")."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice
from typing import NamedTuple

from index.text.dates import Dated, DateEvidence, read_date
from index.text.outlets import find_agency, load_outlets

_PARAGRAPHS = 3  # at the beginning, of which one may have it: a headline or a caption may come first
_LONGEST = 140  # characters of a dateline
_LONGEST_PLACE = 60  # with the day
_MOST_WORDS = 5  # of a place
_LATEST = timedelta(days=31)  # after the day of a dateline by which it is printed
# Languages whose names of months are known, with the countries that have others.
_LOCALES = (
    "en", "en_GB", "de", "fr", "es", "pt", "pt_PT", "it", "nl", "ru", "uk", "pl", "ar", "ar_LB", "ar_DZ", "ar_MA",
)  # fmt: skip
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:\.|º|er|st|nd|rd|th)?\s+(?:de\s+)?([^\W\d_]{2,12}(?: [^\W\d_]{5,6})?)\.?"
    r"(?:,?\s+(?:de\s+|del\s+)?(\d{4}))?"
)
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b(?:,?\s+(\d{4}))?")
_CHINESE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")
_CLOSED = re.compile(r"[(（]\s*([^()（）]{2,40}?)\s*[)）]|/\s*([^/]{2,40}?)\s*/")  # (Reuters), （路透社）, /ТАСС/
_PARTS = re.compile(r"\s*[/,;]\s*")  # (dpa/lni)
_DASH = re.compile(r"\s*[.,:]?\s*[-–—―.:]")
_OPEN = re.compile(r"^(.{3,80}?)[.,]?\s+[-–—]\s+([^-–—.,:/]{2,30})\s*[-–—.,]")  # МОСКВА, 4 мар - РИА Новости.
_STOPS = re.compile(r"^([^.]{3,40}\.\s*\d{1,2} [^\W\d_]{3,10}\.)\s*([^-–—.:]{2,20}(?:\.[A-Z]{2})?)\s*[-–—.]")
_CHINESE_WIRE = re.compile(
    r"^\W{0,2}([^\W\d]{2,20})(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:电|電|讯|訊)"
)  # 新华社日内瓦3月4日电


class Dateline(NamedTuple):
    """A dateline as it is `written`; the agency by the name that the table has, and the day as far as it is known."""

    written: str
    agency: str
    month: int = 0
    day: int = 0
    year: int = 0


def find_dateline(text: str) -> Dateline | None:
    """Return the dateline that an article begins with, or None; one without a known agency is none."""
    starts = (part.strip() for part in re.split(r"\n+", text[: 20 * _LONGEST]) if part.strip())
    return next((found for start in islice(starts, _PARAGRAPHS) if (found := _read(start[:_LONGEST]))), None)


def date_by_dateline(dateline: Dateline | None, printed: datetime | None) -> DateEvidence | None:
    """Return the day of a dateline; where no year stands in it, that day of the month before the article was `printed`.

    None where there is neither, and for what is no day.
    """
    if dateline is None or not dateline.day:
        return None
    years = [dateline.year] if dateline.year else [printed.year, printed.year - 1] if printed else []
    for year in years:
        dated = _make_day(year, dateline.month, dateline.day)
        # A day later: in the place of the dateline it may be tomorrow already.
        if dated and (dateline.year or (printed and -timedelta(days=1) <= printed - dated.when <= _LATEST)):
            by = "" if dateline.year else f"; printed by {printed:%Y-%m-%d}"
            return DateEvidence(dated, f"likely, by its dateline: {dateline.written}{by}")
    return None


def find_day(written: str) -> Dated | None:
    """Return the first day of the calendar in a line whose month is a name and which has its year, or None."""
    month, day, year = _find_day(written) or (0, 0, 0)
    return _make_day(year, month, day)


def _make_day(year: int, month: int, day: int) -> Dated | None:
    try:
        return read_date(date(year, month, day))
    except ValueError:
        return None


def _read(start: str) -> Dateline | None:
    for closed in _CLOSED.finditer(start):
        head = start[: closed.start()]
        named = closed[1] or closed[2]
        agency = next(filter(None, map(find_agency, [named, *_PARTS.split(named)])), None)
        ends = not head or _DASH.match(start, closed.end()) or _find_day(head)
        if agency and _is_place(head) and ends:
            return _make(start[: closed.end()], agency)
    for pattern in (_OPEN, _STOPS):
        if (match := pattern.match(start)) and _find_day(match[1]) and (agency := find_agency(match[2])):
            return _make(f"{match[1]} - {match[2]}", agency)
    if (match := _CHINESE_WIRE.match(start)) and (agency := _find_beginning(match[1])):
        return _make(match[0], agency)
    return None


def _is_place(head: str) -> bool:
    """True for what may stand before an agency: a place and a day, no words of a sentence."""
    for day in (_CHINESE, _DAY_FIRST, _MONTH_FIRST):
        head = day.sub("", head)
    words = head.split()
    small = sum(word[:1].islower() for word in words)
    return len(head) <= _LONGEST_PLACE and len(words) <= _MOST_WORDS and small <= 1 and ":" not in head


def _find_beginning(words: str) -> str | None:
    """The agency whose name a text in Chinese begins with."""
    known = load_outlets().agencies
    return next((known[words[:n].casefold()] for n in range(len(words), 1, -1) if words[:n].casefold() in known), None)


def _make(written: str, agency: str) -> Dateline:
    return Dateline(" ".join(written.split()), agency, *(_find_day(written) or (0, 0, 0)))


def _find_day(written: str) -> tuple[int, int, int] | None:
    """Month, day and year (0 where there is none) in a dateline."""
    if match := _CHINESE.search(written):
        return int(match[2]), int(match[3]), int(match[1] or 0)
    for match in _DAY_FIRST.finditer(written):
        words = match[2].casefold()
        if month := _months().get(words) or _months().get(words.split()[0]):
            return month, int(match[1]), int(match[3] or 0)
    for match in _MONTH_FIRST.finditer(written):
        if month := _months().get(match[1].casefold()):
            return month, int(match[2]), int(match[3] or 0)
    return None


@cache
def _months() -> dict[str, int]:
    """The number of each month by its names and short forms, in lower case."""
    from babel.dates import get_month_names

    return {
        name.strip(".").casefold(): number
        for locale in _LOCALES
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for number, name in get_month_names(width, context, locale).items()
    }
