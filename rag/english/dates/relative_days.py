"""Words like "on Thursday", "yesterday" and "last month" as days, counted from the day of their article.

A table of our own: dateparser gives one day for "last week", and knows no tense. Rather none than a wrong one: nothing
is resolved without the article's day, nor more finely than that is known; nothing in quotation marks, since we don't
know when it was said; and no weekday where the nearest verb speaks of what is to come.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from index import Article, Span, split_sentences
from rag.english.dates.days import WEEKDAYS, Day, show_day

_PARAGRAPH_END = re.compile(r"\n\s*\n")
_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|„[^“”]*(?:[“”]|$)|«[^»]*(?:»|$)")
_PART = r"(?: (?:morning|afternoon|evening|night))?"
_AWAY = {"today": 0, "yesterday": -1, "tomorrow": 1}
_NEAR = re.compile(
    r"(?<!before )(?<!after )\b(?:(?P<today>today|tonight|this (?:morning|afternoon|evening))"
    rf"|(?P<yesterday>yesterday{_PART}|last night)|(?P<tomorrow>tomorrow{_PART}))\b(?!['’]s)",
    re.IGNORECASE,
)
_SOME_DAY = re.compile(r"\b(?:an?|one|every|each|the (?:first|second|third|fourth|last))\s\w+\s$")  # "a cold Sunday"
_WEEKDAY = re.compile(
    rf"\b(?P<lead>[A-Za-z]+)\s(?P<day>{'|'.join(name.capitalize() for name in WEEKDAYS)})\b"
    r"(?!['’]s|,?\s(?:the\s)?\d|,?\s[A-Z][a-z]{2,8}\.?\s\d|\s(?:of\s)?(?:last|this|next)\b|\s(?:before|after)(?:\s(?:last|next|this|that)\b|[.,;])|-)"
)
_LEADS = frozenset("on last late early since".split())  # with a capital too, at the start of a sentence
_NOT_LEADS = frozenset(
    "every each a an any the this next that following previous coming by until till before after for from of to and or"
    " through between another most some all ahead".split()
)
_HOURS = re.compile(r"\b(?:hours|night|morning|afternoon|evening) of\s$")
_PERIOD = re.compile(
    r"(?<!the )(?<!his )(?<!her )(?<!its )(?<!their )(?<!our )(?<!my )(?<!of )"
    r"\b(?P<which>last|this|next)\s(?P<unit>week|month|year)\b",
    re.IGNORECASE,
)
# Characters before and behind that are looked at: longer paragraphs and sentences are no news.
_AROUND = 3_000
_VERB_NEAR = 500
_STEPS = {"last": -1, "this": 0, "next": 1}
# What the verb nearest to a weekday tells: `to_come`, or that it is over.
_TENSE = re.compile(
    r"(?P<to_come>(?:\b(?:will|shall|would|can|could|may|might|should|must|cannot|won['’]t|is|are|am|['’](?:ll|d))\b"
    r"|\b(?:was|were|be)\b(?=\s(?:\w+\s)?(?:to|due|set|expected|scheduled|planned|likely|slated)\b))"
    r"(?:\s(?:not|be|also|have|been|\w+ly))*(?:\s\w+ed\b)?"
    r"|(?<!the )(?<! a )(?<!its )(?<!his )(?<!her )(?<!their )\bplans?\b"
    r"|\b(?:planned|planning|expects?|expected|scheduled|slated|due|set to|hopes?|vows?|upcoming)\b)"
    r"|\b(?:said|told|was|were|had|did|[a-z]+ed)\b"
)


class RelativeDay(NamedTuple):
    """Characters `start` to `end` (half-open) of an article's text, and the days, first to last, that they mean."""

    start: int
    end: int
    first: date
    last: date

    def show(self) -> str:
        """The days in words: "5 June 2014", "May 2014", "2 June 2014 to 8 June 2014"."""
        if self.last - self.first == timedelta(6):
            return f"{_show(self.first)} to {_show(self.last)}"
        return _show_common(self.first, self.last)


def published_day(article: Article) -> Day:
    """What is known of the day on which an article was published, in the time zone that it names."""
    if article.published is None:
        return Day()
    when = article.published.date()
    if article.published_precision == "year":
        return Day(when.year)
    if article.published_precision == "month":
        return Day(when.year, when.month)
    return Day(when.year, when.month, when.day, when.weekday())


def show_published_day(article: Article) -> str:
    """The same in words, without the weekday: "5 June 2014", "June 2014"; nothing where it has no date."""
    return show_day(published_day(article)._replace(weekday=None))


def resolve_days(article: Article, start: int, end: int) -> list[RelativeDay]:
    """The relative words in `article.text[start:end]` that can be counted from the article's day, in order."""
    published = published_day(article)
    if published.year is None or not date.min.year < published.year < date.max.year:
        return []
    text = article.text
    low, high = max(0, start - _AROUND), min(len(text), end + _AROUND)
    before = [match.end() for match in _PARAGRAPH_END.finditer(text, low, start)]
    after = _PARAGRAPH_END.search(text, end, high)
    low, high = before[-1] if before else low, after.start() if after else high
    paragraph = text[low:high]
    quoted = [match.span() for part in _split(paragraph) for match in _QUOTED.finditer(paragraph, *part)]
    return [
        RelativeDay(low + at, low + to, first, last)
        for at, to, first, last in sorted(_find(paragraph, published, Span(start - low, end - low)))
        if not any(a < to and at < b for a, b in quoted)
    ]


def list_day_notes(
    article: Article, start: int, end: int, only: Collection[date] | None = None
) -> list[tuple[int, str]]:
    """For relative words in `article.text[start:end]`, where they end, and the date that they mean.

    With `only`, no others than those days.
    """
    found = resolve_days(article, start, end) if only is None or only else []
    if only is not None:
        found = [day for day in found if day.first == day.last and day.first in only]
    return [(day.end, said) for day in found if (said := _show_common(day.first, day.last))]


def write_out_days(article: Article, start: int, end: int, only: Collection[date] | None = None) -> str:
    """`article.text[start:end]` for models to read, days behind its relative words: "on Thursday (5 June 2014)".

    With `only`, no others than those days.
    """
    pieces = []
    at = start
    for place, said in list_day_notes(article, start, end, only):
        pieces.append(f"{article.text[at:place]} ({said})")
        at = place
    return "".join([*pieces, article.text[at:end]])


def _split(text: str) -> Iterator[tuple[int, int]]:
    """The paragraphs of a text: a quotation mark that is not closed counts to the end of its paragraph."""
    at = 0
    for match in _PARAGRAPH_END.finditer(text):
        yield at, match.start()
        at = match.end()
    yield at, len(text)


def _find(text: str, published: Day, within: Span) -> Iterator[tuple[int, int, date, date]]:
    """Start, end, first and last day of what is in the characters `within` of a paragraph."""
    today = published.as_date()
    for start, end in split_sentences(text) if today else ():
        assert today is not None
        if end <= within.start or within.end <= start:
            continue
        for match in _list_within(_NEAR.finditer(text, start, end), within):
            if match[0].islower() or match.start() == start:  # no name of a paper or a programme
                day = today + timedelta(_AWAY[match.lastgroup or ""])
                yield match.start(), match.end(), day, day
        for match in _list_within(_WEEKDAY.finditer(text, start, end), within, "day"):
            before = text[max(start, match.start("day") - _VERB_NEAR) : match.start("day")]
            after = text[match.end() : min(end, match.end() + _VERB_NEAR)]
            if (named := _find_weekday(match, before, after, today)) is not None:
                yield match.start("day"), match.end("day"), named, named
    for match in _list_within(_PERIOD.finditer(text), within):
        if period := _find_period(published, match["unit"].lower(), _STEPS[match["which"].lower()]):
            yield match.start(), match.end(), *period


def _list_within(matches: Iterable[re.Match[str]], within: Span, group: str | int = 0) -> Iterator[re.Match[str]]:
    return (match for match in matches if within.start <= match.start(group) and match.end(group) <= within.end)


def _find_weekday(match: re.Match[str], before: str, after: str, today: date) -> date | None:
    """The latest such day up to `today`, before it where it is "last"; None where it may be another."""
    lead = match["lead"]
    if _HOURS.search(before) and lead == "of":
        lead = "on"  # "in the early hours of Friday"
    if lead in _NOT_LEADS or (not lead.islower() and lead.lower() not in _LEADS) or _SOME_DAY.search(before):
        return None
    if is_to_come(before, after):
        return None
    latest = today - timedelta(1) if lead.lower() == "last" else today
    return latest - timedelta((latest.weekday() - WEEKDAYS.index(match["day"].lower())) % 7)


def is_to_come(before: str, after: str) -> bool:
    """True where the verb nearest to a date, which the sentence has `before` and `after`, speaks of what is to come."""
    verbs = list(_TENSE.finditer(before))
    verb = verbs[-1] if verbs else _TENSE.search(after)
    return verb is not None and verb["to_come"] is not None


def _find_period(published: Day, unit: str, step: int) -> tuple[date, date] | None:
    """The first and last day of a week (from Monday), month or year; None where the article's own is not known."""
    assert published.year is not None
    if unit == "year":
        return date(published.year + step, 1, 1), date(published.year + step, 12, 31)
    if unit == "month" and published.month is not None:
        months = 12 * published.year + published.month - 1 + step
        first = date(months // 12, months % 12 + 1, 1)
        return first, first.replace(day=monthrange(first.year, first.month)[1])
    today = published.as_date()
    if today is None:
        return None
    monday = today - timedelta(today.weekday()) + timedelta(7 * step)
    return monday, monday + timedelta(6)


def _show(day: date) -> str:
    return show_day(Day(day.year, day.month, day.day))


def _show_common(first: date, last: date) -> str:
    """As much of a date as all days from first to last have in common; nothing where they have no year in common."""
    if first == last:
        return _show(first)
    if first.year != last.year:
        return ""
    return show_day(Day(first.year, first.month if first.month == last.month else None))
