"""Questions after the news: the latest on a topic, and what happened in a time, whatever it was about."""

from __future__ import annotations

import re
from datetime import date

from rag.english.dates.period_readers import Period
from rag.english.dates.periods import find_periods

_NEWS = r"(?:news|developments?|updates?|headlines|coverage|word|information|info)"
_ABOUT = r"(?:on|about|in|from|with|regarding|concerning|around)"
_GIVE = (
    r"^\W*(?:(?:so|and|ok|please|now)\W+)*(?:(?:can|could|would) (?:you|i|we) (?:please )?(?:have |get |see )?)?"
    r"(?:what(?:['’]s|['’]re| is| are| was)\s|(?:give|tell|show|get|bring)(?: me| us)?\s|do you have\s"
    r"|(?:is|are) there\s|have there been\s|i(?:['’]d| would) like (?:to (?:know|hear|see) )?|i want (?:to know )?)?"
)
_NEWEST = r"(?:the )?(?:very )?(?:latest|newest|most recent)"
_LATEST = (
    rf"{_GIVE}{_NEWEST} (?:{_NEWS} (?:of|for|{_ABOUT})|on|about|in|with|regarding|concerning)\s",
    rf"{_GIVE}any (?:(?:new|fresh|recent|more|latest) )?(?:{_NEWS}|thing new) (?:of|{_ABOUT})\s",
    rf"{_GIVE}anything new {_ABOUT}\s",
    r"^\W*what(?:['’]s| is) (?:new|happening|going on) (?:with|on|in)\s",
    r"^\W*(?:how|where) do things (?:now )?stand (?:now )?(?:with|on|in|for|around|regarding)\s",
    r"^\W*how are things (?:now )?(?:going |looking )?(?:with|in|for)\s",
    r"^\W*(?:please )?(?:catch me up|bring me up to date|update me|fill me in) on\s",
)
_NOW = r"(?:,? (?:right now|now|today|at the moment|these days|currently|so far|please|as of now))*[\s.!?]*$"
_TOPIC = r"(?!(?:who|what|when|where|why|how|whether|if|which|that)\b)(?P<topic>\S.*?)"
_READ = tuple(re.compile(f"{pattern}{_TOPIC}{_NOW}", re.IGNORECASE | re.DOTALL) for pattern in _LATEST)
_OF_ALL = re.compile(
    rf"{_GIVE}(?:{_NEWEST}(?: {_NEWS})?|new|in the news|happening|any (?:news|updates)|(?:the )?(?:news|headlines)"
    rf"|anything new|how do things stand){_NOW}",
    re.IGNORECASE,
)

_TIME = "@"  # stands for the words of a time
_WAY = r"(?:in|on|over|during|since|after|before|until|from|of|for|between|within|at|as of)"
_IN = rf"(?:(?:,? ?{_WAY}? ?(?:the )?@(?:,? and|,? to| ?[–-])?)+)"
_EVENTS = r"(?:news|headlines|events|stories|developments|happenings)"
_MAIN = r"(?:the )?(?:(?:main|top|biggest|most important|key|big|latest) )?"
_PLEASE = r"(?:(?:can|could) you )?(?:please )?"
_SUMMARY = r"(?:give me )?(?:an? |the )?(?:summary|overview|timeline|recap)"
_HAPPENED = r"(?:happen(?:ed|ing|s)?|occurred|going on|gone on|took place|taken place|reported|published)"
_WHERE = r"(?: in the (?:news|world|papers?|headlines))?"
_OPEN = tuple(
    re.compile(rf"^\W*(?:{_IN},? )?(?:{asked}){_WHERE}(?: {_IN})?\W*$", re.IGNORECASE)
    for asked in (
        rf"what(?:['’]s| has| is| was| had| else)?(?: been)? (?:{_HAPPENED}|new|in the (?:news|papers|headlines))",
        rf"what (?:were|are|was|is) {_MAIN}{_EVENTS}",
        rf"what {_MAIN}{_EVENTS} (?:were|was|are|is) there|what {_MAIN}{_EVENTS} {_HAPPENED}",
        r"what (?:did|have) (?:i|we) (?:miss|missed)",
        r"what did the (?:papers?|newspapers?|news|press|articles|media) (?:say|report|write)",
        rf"{_PLEASE}(?:(?:give|show|tell|list)(?: me| us)? )?(?:all )?{_MAIN}{_EVENTS}",
        rf"{_PLEASE}(?:summari[sz]e|sum up|recap|{_SUMMARY} of)(?: {_MAIN}{_EVENTS})?",
    )
)
_FROM_ON = re.compile(r"\b(?:since|after|from|following)\b", re.IGNORECASE)


def read_latest(question: str) -> str | None:
    """The topic of which a question asks the latest, empty for that of everything; None where it asks no such thing.

    "Who is the latest person to …" and "what is the latest version of …" ask for one thing, and not for the news.
    """
    if _OF_ALL.match(question):
        return ""
    matches = (pattern.match(question) for pattern in _READ)
    return next((match["topic"].strip() for match in matches if match), None)


def read_news_days(question: str, today: date) -> tuple[date, date] | None:
    """The first and last day of which a question asks what happened, whatever it was; None for all other questions."""
    periods = [one for one in find_periods(question, today) if isinstance(one, Period)]
    if not periods:
        return None
    bare = question
    for period in reversed(periods):
        bare = f"{bare[: period.start]}{_TIME}{bare[period.end :]}"
    if not any(pattern.match(" ".join(bare.split())) for pattern in _OPEN):
        return None
    first, last = min(p.first for p in periods), max(p.last for p in periods)
    open_end = len(periods) == 1 and _FROM_ON.search(question)
    return (first, max(today, last)) if open_end else (first, last)
