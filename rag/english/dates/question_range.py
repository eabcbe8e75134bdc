"""The time that a question limits itself to, as the first and the last day on which articles were published.

What limits it: a time after "in", "during", "over", "since", "after", "before" or "until", two of them in "between …
and …" and "from … to …", and words that are counted from a day ("last week", "yesterday", "two months ago"), wherever
they stand. What an event is dated by ("after the coup of 26 July", "yesterday's attack", a sentence of its own before
the question) limits from that day on, since papers report an event later; so does "what happened on 17 March 2024?".
What does not: the day of another event ("who spoke on 17 March 2024?"), unless it is that of a report; an edition ("the
2022 World Cup"); and what is to come ("in 2030", "will … next week").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal, NamedTuple

from index import Span
from rag.english.dates.period_readers import NoSuchDay, Period
from rag.english.dates.periods import find_periods
from rag.english.dates.range_record import QuestionRange
from rag.english.dates.time_place import (
    ANY_WAY,
    ASKS,
    BOUND,
    BOUNDS,
    NAME,
    NAMED,
    OPEN,
    VERB,
    VERBS,
    WAYS,
    Place,
    Way,
    find_place,
    is_no_time,
)

_PRESS = r"(?:news|headlines?|papers?|newspapers?|articles?|coverage|reports?|reporting|stories|editions?|press)"


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_TITLE = re.compile(r"[\"“„«][A-Z\d][^\"”“»]{0,80}[\"”“»]")  # "The Last Week" is an opera
# Before a time
_LEAD = _compile(
    rf"\b(?:(?:in|over|during) the (?:\w+ ){{0,2}}(?:hours|days|weeks|months|years|time) )?(?:{ANY_WAY}|from|between)"
    r"(?: the)? $"
)
_PRESS_LEAD = _compile(r"(?<=\w )(?:of|for)(?: the)? $")
_NO_WAY = _compile(r"\b(?:by|of|than|his|her|its|their|because|(?:compar\w+|relative|back|similar) to) $")
# "What was she accused of last week?": the word before belongs to the verb
_STRANDED = _compile(
    r"\b(?:\w+ed|warn|approve|complain|think|thought|hear|heard|learn\w*|speak|spoken?|boast|guilty|proud|afraid) of $"
)
_OR_FROM = _compile(r"\b(?:from|between|and|or) $")  # but "news from last week"
_ALSO = _compile(r",? (?:and|or) (?:in )?(?:the )?")
_JOINED = _compile(r",? (?:and|or|to|until|till|through|up to|[–-]) (?:in )?(?:the )?")
_OF_PRESS = _compile(rf"\b{_PRESS}(?: \w+){{0,3}} (?:of|from|on|for) (?:the )?$")
_ARTICLE = _compile(r"\b(?:the|an?|this|that|his|her|its|their) $")
# An event and its date: "before the vote of", "since Tiani's speech on", "after the coup in".
_EVENT = re.compile(
    rf".*\b(?i:(?P<way>{BOUNDS}))\s(?P<event>(?:(?i:the|an?|this|that|his|her|their|its|our)|[\w'’]+['’]s|[A-Z][\w'’-]+)"
    r"(?:\s[\w'’-]+){0,5}?)\s(?P<link>of|on|in)\s(?:the )?$"
)
# A clause that says when something was, and not when it is asked of: "since a crackdown began in March".
_ASIDE = _compile(rf"(?<=\S )(?:when|while|as|{BOUNDS})\s(?:\S+\s){{1,8}}$")
# Behind a time
_ON = re.compile(r" on(?:wards?)?\b(?! [A-Z])")
_POSSESSIVE = re.compile(r"['’]s?\s(?P<what>[\w-]+)")
_NOUN = re.compile(
    r" (?!(?:and|or|but|who|which|what|that|when|where|why|how|did|does|is|be|are|will|would|could|can|about|according"
    r"|as|at|by|for|from|in|into|on|of|to|than|with|without|until|till|since|between|over|under|against|because|if|while"
    r"|though|then|there|here|only|also|onwards?|not|before|after|during|was|were|has|have|had)\b)[a-z]{3,}"
)
# What a question asks
_HAPPENED = _compile(r"\b(?:happen\w*|occur\w*|took place)\b")
_PUBLISHED = _compile(r"\b(?:report(?:ed)?|published|news|headlines?|write|wrote|written|print\w*)\b")
_TENSE = re.compile(
    r"(?P<to_come>(?:\b(?:(?i:might|could|would|likely|will|won['’]t|shall|going to|due|set to|expected|scheduled"
    r"|planned|slated|upcoming)|may)\b|['’]ll\b)(?:\s(?:not|be|also|have|been|\w+ly))*(?:\s\w+ed\b)?)"
    r"|(?P<running>\b(?:is|are)\s(?!going to)\w+ing\b)"
    rf"|(?P<now>\b(?i:is|are|am|does|do|can|should|must)\b|['’](?:s|re) )|\b(?i:died|{VERBS})\b"
)
_ALMOST_A_YEAR = 300  # days


class _Limit(NamedTuple):
    """What one time of a question says: the first day, the last, or both; and whether that is what is asked of."""

    after: date | None
    before: date | None
    relative: bool
    distant: bool
    asked: bool

    @property
    def within(self) -> bool:
        return self.after is not None and self.before is not None


def read_range(question: str, today: date) -> QuestionRange:
    """The time that a question limits itself to, its relative words counted from `today`."""
    titles = [match.span() for match in _TITLE.finditer(question)]
    found = [one for one in find_periods(question, today) if not any(a < one.start < b for a, b in titles)]
    unread = tuple(question[one.start : one.end] for one in found if isinstance(one, NoSuchDay))
    periods = [one for one in found if isinstance(one, Period)]
    limits: list[_Limit] = []
    words: list[Span] = []
    last: _Limit | None = None
    last_end = 0
    while periods:
        period = periods.pop(0)
        period = _share_year(question, period, periods[0]) if periods else period
        limit = _read_pair(question, period, periods[0], today) if periods else None
        if limit:
            words.append(_find_words(question, period.start, periods[0].end))
            period = periods.pop(0)
        else:
            place = find_place(question, period)
            limit = _read_limit(period, place, today)
            if limit and _only_says_when(period, place, limit):
                words.append(_find_words(question, period.start, period.end))
        if limit is None and last and last.within and _ALSO.fullmatch(question[last_end : period.start]):
            limit = _limit_within(period, today)
            words.append(Span(last_end, period.end))
        last, last_end = limit, period.end
        if limit:
            limits.append(limit)
    return replace(_join(limits, question, unread), words=tuple(words))


def _find_words(question: str, start: int, end: int) -> Span:
    """The characters of a time with those around it that belong to it: "in", "between", "onwards"."""
    before = "" if question[start:end].lower().endswith("ago") else question[:start]
    lead = _LEAD.search(before) or (_OF_PRESS.search(before) and _PRESS_LEAD.search(before))
    onwards = _ON.match(question, end)
    return Span(lead.start() if lead else start, onwards.end() if onwards else end)


def _only_says_when(period: Period, place: Place, limit: _Limit) -> bool:
    """False for a time that is a part of what is asked, as an event's date is."""
    by_event = not limit.within and place.way in (None, "within") and not _ON.match(place.behind)
    of_event = _NOUN.match(place.behind) and re.match(r"(?:the|an?)\b", place.named, re.IGNORECASE)
    attribute = of_event or _POSSESSIVE.match(place.behind) or _read_attribute(period, place)
    return limit.asked and not by_event and not attribute


def _join(limits: list[_Limit], question: str, unread: tuple[str, ...]) -> QuestionRange:
    """All of several times that something is asked of; what is before, after or since a time narrows that."""
    limits = [limit for limit in limits if limit.asked] or limits
    within = [limit for limit in limits if limit.within]
    bounds = [limit for limit in limits if not limit.within]
    firsts = [limit.after for limit in bounds] + [min((w.after for w in within if w.after), default=None)]
    lasts = [limit.before for limit in bounds] + [max((w.before for w in within if w.before), default=None)]
    after, before = max(_known(firsts), default=None), min(_known(lasts), default=None)
    if after and before and after > before:
        return QuestionRange(unread=unread, disjoint=True)
    asked_open = any(limit.asked for limit in limits) and OPEN.search(question) is not None
    firm = asked_open or any(limit.asked and limit.distant for limit in limits)
    return QuestionRange(after, before, any(limit.relative for limit in limits), firm, unread)


def _known(days: Iterable[date | None]) -> list[date]:
    return [day for day in days if day]


def _read_pair(question: str, one: Period, two: Period, today: date) -> _Limit | None:
    """ "Between … and …" and "from … to …"."""
    if not BOUND.search(question[: one.start]) or not _JOINED.fullmatch(question[one.end : two.start]):
        return None
    return _Limit(one.first, two.last, two.relative, _is_near(one), asked=True) if one.first <= today else None


def _share_year(question: str, one: Period, two: Period) -> Period:
    """The first of two times that "and", "or" or "to" joins; what it lacks of a year, the second has."""
    joined = _JOINED.fullmatch(question[one.end : two.start])
    if not joined or not one.relative or one.distant or (two.relative and one.first <= two.last):
        return one
    found = find_periods(question[one.start : one.end], two.last)
    return next(
        (p._replace(start=one.start, end=one.end, relative=two.relative) for p in found if isinstance(p, Period)), one
    )


def _read_limit(period: Period, place: Place, today: date) -> _Limit | None:
    """What one time says of when articles were published; None where it says nothing."""
    if is_no_time(period, place):
        return None
    possessive = _POSSESSIVE.match(place.behind)
    attribute = "" if possessive else _read_attribute(period, place)
    event = None if attribute else _EVENT.match(place.clause)
    if event and not VERB.search(event["event"]):
        return _limit_by_event(WAYS[event["way"].lower()], period, place)
    if possessive and not re.fullmatch(_PRESS, possessive["what"], re.IGNORECASE):
        return _limit_by_possessive(period, place, today)
    if attribute:
        return _limit_by_event(place.way, period, place) if attribute == "event" else None
    if place.before.lower().endswith("from ") and _ON.match(place.behind):
        return _limit_by_bound("from", period, place, today)
    if possessive or _OF_PRESS.search(place.before):
        return _limit_within(period, today)
    if place.way not in (None, "within"):
        return _limit_by_bound(place.way, period, place, today)
    if place.way is None and not _needs_no_way(period, place):
        return None
    if _is_to_come(period, place) or period.first > today:
        return None
    if place.aside or event or (_ASIDE.search(place.clause) and not _needs_before(place.clause)):
        return None if _is_before(place.clause) else _limit_from(period)
    if place.named.lower().endswith("ago") and (
        re.search(r"\d\d|\bthan\b", place.sentence) or place.before.endswith("over ")
    ):
        return None  # "higher than a year ago", "over 47 years ago"
    if (
        period.unit == "day"
        and not period.distant
        and re.search(r"\d", place.named)
        and not _PUBLISHED.search(place.sentence)
    ):
        return _limit_from(period) if _HAPPENED.search(place.sentence) else None
    return _limit_within(period, today)


def _limit_within(period: Period, today: date) -> _Limit | None:
    last = min(period.last, today) if period.relative else period.last
    return _Limit(period.first, last, period.relative, _is_near(period), asked=True) if period.first <= last else None


def _is_near(period: Period) -> bool:
    """True for a time whose words say how far away it is, and which is no year: prices rise "over the past year"."""
    return period.distant and (period.last - period.first).days < _ALMOST_A_YEAR


def _limit_from(period: Period) -> _Limit:
    """Of something that was then: it may be reported later."""
    return _Limit(period.first, None, period.relative, distant=False, asked=False)


def _limit_by_bound(way: Way | None, period: Period, place: Place, today: date) -> _Limit | None:
    said = period.relative, _is_near(period), not place.aside
    if way == "from":
        return _Limit(period.first, None, *said)
    if way == "before" and "end of" in place.named.lower():
        way = "until"
    if way == "after":
        first = period.last + timedelta(1)
        return _Limit(first, None, *said) if first <= today else None
    last = period.first - timedelta(1) if way == "before" else period.last
    return _Limit(None, last, *said) if last <= today else None


def _limit_by_event(way: Way | None, period: Period, place: Place) -> _Limit | None:
    """Since, after or before an event of that time; as late, or as early, as it may have been where it is no day."""
    said = period.relative, _is_near(period), not place.aside
    a_day = timedelta(period.unit == "day")
    if way in ("from", "after"):
        return _Limit(period.first + (a_day if way == "after" else timedelta(0)), None, *said)
    if way in ("before", "until"):
        return _Limit(None, period.last - (a_day if way == "before" else timedelta(0)), *said)
    return None


def _limit_by_possessive(period: Period, place: Place, today: date) -> _Limit | None:
    """ "Yesterday's attack", "last week's vote"; no event of that time is in "this year's budget", "today's Russia"."""
    if not period.relative or period.unit == "year" or period.first > today or place.named.lower() == "today":
        return None
    return _limit_from(period) if place.way in (None, "within") else _limit_by_event(place.way, period, place)


def _read_attribute(period: Period, place: Place) -> Literal["event", "edition", ""]:
    """Whether the time says which one is meant: of events ("the 6 May vote"), or of editions ("the 2022 World Cup")."""
    if period.distant or re.match(r"(?:this|last|the|past|earlier|so far)\b", place.named, re.IGNORECASE):
        return ""
    if period.unit == "year" and NAME.match(place.behind):
        return "edition"
    return "event" if _ARTICLE.search(place.before) and _NOUN.match(place.behind) else ""


def _needs_no_way(period: Period, place: Place) -> bool:
    """True for what counts without a word like "in" before it: "last week", "on"-less weekdays, "this month"."""
    named = place.named.lower()
    if _is_keywords(period, place):
        return True
    no_way = _NO_WAY.search(place.before) and not _STRANDED.search(place.before)
    if not period.relative or no_way or (_OR_FROM.search(place.before) and not period.distant):
        return False
    by_day = named.split()[0] in ("early", "late") or (named.endswith("day") and not re.search(r"\d", named))
    return period.distant or by_day or bool(re.match(r"this|earlier|so far|the current|the weekend|tonight", named))


def _is_keywords(period: Period, place: Place) -> bool:
    """True for a time that ends words without a verb: "cocoa exports 2023", but not "Euro 2024"."""
    if _TENSE.search(place.sentence) or ASKS.search(place.sentence) or place.behind.strip(" ?.!"):
        return False
    return period.unit != "year" or not NAMED.search(place.before)


def _needs_before(clause: str) -> bool:
    """True where the words that could begin an aside begin the question: "When was …", "After …"."""
    return not _ASIDE.sub("", clause).strip()


def _is_before(clause: str) -> bool:
    """True in a clause with a verb that begins with "before" or "until": "before she joined it in 2021"."""
    return re.search(r"\b(?:before|until|till|prior to|ahead of)\b", clause, re.IGNORECASE) is not None


def _is_to_come(period: Period, place: Place) -> bool:
    """True where the nearest verb speaks of what is to come, or, for "today", of how things stand."""
    at = place.sentence.find(place.named)
    before = list(_TENSE.finditer(place.sentence, 0, at))
    verb = before[-1] if before else _TENSE.search(place.sentence, at + len(place.named))
    if OPEN.search(place.sentence) and not (verb and re.search(r"\b(?:will|may|could)\b", verb[0])):
        return False
    if verb and verb["running"]:
        return place.aside or period.unit == "year" or not place.named.lower().startswith("this")
    if verb and verb["to_come"]:
        return True
    if place.named.lower() != "today" or re.search(r"\bdid\b", place.sentence[: max(at, 0)], re.IGNORECASE):
        return False
    return bool(verb["now"] if verb else ASKS.search(place.sentence))
