"""The days, and the hour, that words of an article name, as far as they name them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from index import Article
from rag.english.dates.days import Day, find_days
from rag.english.dates.relative_days import published_day, resolve_days

_CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s?(?P<half>[ap])\.?m\b\.?|\b(?P<hour24>[01]?\d"
    r"|2[0-3])[:.](?P<minute24>\d\d)\b"
    r"|\b(?P<word>noon|midday|midnight)\b",
    re.IGNORECASE,
)
_ZONE = re.compile(r"\b(?:GMT|UTC|BST|CET|CEST|E[SD]?T|P[SD]?T|IST|JST|AEST|overnight|late on|early hours"
                   r"|around midnight|shortly (?:before|after) midnight|universal time|time zones?)\b")  # fmt: skip
_HALF_YEAR = 183
_DECADE = re.compile(r"\b((?:1\d|20)\d0)s\b")
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2)}
_SEASON = re.compile(r"\b(?:in|this|next|last|early|late|by|the|until|of) (?:the )?(spring|summer|autumn|fall"
r"|winter)\b(?: (?:of )?(20\d\d))?")  # fmt: skip


class Moment(NamedTuple):
    """The days from `first` to `last`, the minute of the day where it is said, and whether a time zone is."""

    first: date
    last: date
    minute: int | None = None
    zone: bool = False


def read_moment(article: Article, field: str, start: int, end: int, sentence: str, to_come: bool) -> Moment | None:
    """What `start` to `end` of an article's text (or title) name; `to_come` where days to come are asked for."""
    whole = article.title if field == "title" else article.text
    words = whole[start:end]
    if decade := _DECADE.search(words):
        return Moment(date(int(decade[1]), 1, 1), date(int(decade[1]) + 9, 12, 31))
    named = find_days(f"in {words}" if words == "May" else words)
    spans = [span for day in named if (span := _spread(day, article, to_come=to_come or _will(sentence)))]
    if field == "text":
        spans += [(d.first, d.last) for d in resolve_days(article, start, end)]
        if not spans:
            spans = [(d.first, d.last) for d in resolve_days(article, max(0, start - 12), min(len(whole), end + 12))]
    if not spans and (season := _read_season(words, article)):
        spans = [season]
    clock = _CLOCK.search(words)
    if not spans and clock is None:
        return None
    minute = _read_clock(clock) if clock else None
    if not spans:
        return Moment(date.min, date.max, minute, bool(_ZONE.search(sentence)))
    return Moment(*_join(spans), minute, bool(_ZONE.search(sentence)))


def compare_moments(one: Moment, other: Moment) -> bool | None:
    """True where they overlap, False where they contradict, None where that hangs on a time zone."""
    zones = one.zone or other.zone
    if one.first <= other.last and other.first <= one.last:
        if one.minute is None or other.minute is None or one.minute == other.minute:
            return True
        return None if zones else False
    apart = max(one.first - other.last, other.first - one.last)
    return None if apart <= timedelta(1) and zones else False


def _will(sentence: str) -> bool:
    return re.search(r"\b(?:will|to be|due|scheduled|expected|set to|plans?|until|by)\b", sentence) is not None


def _spread(day: Day, article: Article, *, to_come: bool) -> tuple[date, date] | None:
    """The first and last day that a date may mean; what it leaves open is taken from the article's own day."""
    published = published_day(article).as_date()
    if day.year is not None and day.month is None:
        return date(day.year, 1, 1), date(day.year, 12, 31)
    if day.month is None:
        if day.weekday is None or published is None or not to_come:
            return None
        near = published + timedelta((day.weekday - published.weekday()) % 7)
        return near, near
    if day.year is not None:
        return _span(day.year, day.month, day.day)
    if published is None:
        return None
    spans = [span for year in (-1, 0, 1) if (span := _span(published.year + year, day.month, day.day))]
    if to_come:
        later = [span for span in spans if span[1] >= published - timedelta(31)]
        spans = later or spans
        return min(spans, key=lambda span: span[0], default=None)
    return min(spans, key=lambda span: abs((span[0] - published).days), default=None)


def _span(year: int, month: int, day: int | None) -> tuple[date, date] | None:
    try:
        if day is not None:
            return date(year, month, day), date(year, month, day)
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    except ValueError:
        return None


def _read_season(words: str, article: Article) -> tuple[date, date] | None:
    found = _SEASON.search(f"in {words}")
    published = published_day(article).year
    if not found or published is None:
        return None
    year = int(found[2] or published)
    first, last = _SEASONS[found[1]]
    return date(year, first, 1), date(year + (last < first), last, 28)


def _join(spans: Iterable[tuple[date, date]]) -> tuple[date, date]:
    found = list(spans)
    exact = [span for span in found if span[0] == span[1]]
    kept = exact or found
    return min(first for first, _ in kept), max(last for _, last in kept)


def _read_clock(match: re.Match[str]) -> int:
    if word := match["word"]:
        return 0 if word.lower() == "midnight" else 720
    if match["hour24"]:
        return 60 * int(match["hour24"]) + int(match["minute24"])
    hour = int(match["hour"]) % 12 + (12 if match["half"].lower() == "p" else 0)
    return 60 * hour + int(match["minute"] or 0)
