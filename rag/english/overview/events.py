"""Which sentences of an article report that something happened, and on which day.

Speech, opinion, plans, states and what did not happen are no events. Rather one too few than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

from index import Article, Span, split_sentences
from rag.english.dates.relative_days import published_day
from rag.english.dates.written_days import WrittenDay, list_event_days

_MOST_SENTENCES = 400  # of an article that are read: longer ones are no news
_LEADS = 2  # sentences of which the first that reports something is the article's news
_NEAR_SENTENCES = 3  # behind the lead, of which one may say when
_NEAR_DAYS = 7  # how long before its article news can lie that is dated a sentence later
_OLD_MONTHS = timedelta(365)  # a month alone, so long before its article, is background
_BEFORE_VERB = 60  # characters that are looked at
_SHORTEST, _LONGEST = 4, 90  # words of a sentence

_QUOTED = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|‘[^’]{15,}’")
_IRREGULAR = (
    "became become began begun beat bent bit blew bought broke broken brought built burnt burst came caught chose cut"
    " dealt drew driven drove drowned fallen fed fell fled flew flown fought found froze frozen gave given gone got"
    " grew held hid hit hurt laid launched led left lit lost made met overcame overthrew paid put quit ran rang rose"
    " sank seen sent set shaken shook shot shown shut sold sought spent split spread stole stolen stood struck stuck"
    " sunk swept swore sworn swung taken took tore torn threw thrown underwent went withdrawn withdrew won wore wound"
    " written"
)
_NO_EVENTS = frozenset(
    # speech and thought
    "acknowledged added argued asked believed claimed commented complained considered criticised criticized described"
    " doubted emphasised emphasized estimated explained expressed feared hoped insisted noted observed predicted quoted"
    " recalled remarked replied responded stated stressed suggested underlined warned welcomed wished wondered worried"
    # plans and states
    " aged aimed alleged appeared armed based belonged called concerned consisted contained depended existed expected"
    " included intended interested involved known liked limited lived located looked loved meant named needed owned"
    " planned proposed related remained reported required resembled retired rumored rumoured scheduled seemed stayed"
    " supposed tended united used wanted"
    # no verbs
    " bed beloved breed deed embed exceed feed hundred indeed naked need proceed red sacred seed shed speed"
    " succeed hatred infrared kindred skilled wicked".split()
)
_VERB = re.compile(rf"\b(?P<verb>did(?: not|n['’]t) [a-z]+|(?!un)[a-z]+ed|{'|'.join(_IRREGULAR.split())})\b")
_CAPTION = re.compile(r",\s$")  # "the mayor, left, and"
_SUBORDINATE = re.compile(
    r"\b(?:after|since|before|when|while|as|because|if|although|though|who|which|whose|where)\b[^,;:—]*", re.IGNORECASE
)
# What stands before a participle that makes it no report: what may be, what is not, what only describes.
_UNREAL = re.compile(
    r"(?:\b(?:will|would|shall|can|could|may|might|should|must|to|cannot|won['’]t|['’]ll|['’]d|if|unless|whether"
    r"|never|not|yet|nobody|none|without|is|are|being)\b|n['’]t\b)"
    r"(?:\s(?:not|be|been|have|has|had|soon|also|ever|yet|\w+ly))*\s$"
)
_DESCRIBES = re.compile(
    r"\b(?:the|an?|its|his|her|their|our|some|many|several|newly|most|more|two|three|four|of|with|for|recently"
    r"|previously|so-called)\s(?:\w+ly\s)?$",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(
    r",\s(?:[^,;:“”\"]{1,60}\s)?(?:said|says|announced|reported|confirmed|revealed|warned|estimated|believes?)\b"
    r"[^,;:“”\"]{0,60}(?=[,.]|$)"
)
_OPINION_TITLE = re.compile(
    r"^(?:opinion|comment(?:ary)?|editorial|column|analysis|letters?|view(?:point)?|review|explainer|fact.?check|quiz"
    r"|photos?|pictures|watch|who|why|what|how|should|is|are|can|will|the view)\b(?!.*\bsays?\b)",
    re.IGNORECASE,
)
_LEANS = re.compile(r"^(?:It|Its|They|Their|This|These|That|Those)\b")
_NO_REPORT = re.compile(
    r"^(?:If|Unless|Whether|Should|Were|Why|How|What|When will|Imagine|Suppose|See|Watch|Read|Click"
    r"|Listen|Sign up|Just ask)\b|^[a-z]|^[A-Z][\w ]{2,30}:\S"
)
_PERSONAL = re.compile(r"\b(?:I|[Ww]e|[Yy]ou|[Yy]our|[Oo]ur|my)\b")  # no reporter writes so of news
_LONG_AGO = re.compile(
    r"^[^,]{0,80}\b(?:this|last) (?:year|summer|winter|spring|autumn|fall|season|decade|century)\b|^In (?:19|20)\d\d\b"
)
_HABIT = re.compile(
    r"\b(?:every|each) (?:year|month|week|day|summer|winter)\b|\b(?:annually|traditionally|usually|typically)\b"
)


class ReportedEvent(NamedTuple):
    """Characters `start` to `end` (half-open) of an article that report an event, and the days on which it happened.

    `written` says that the sentence names the day; else it is the one that the next sentences name (`when`, their
    characters) or the article's own. `lead` says that it is the article's news.
    """

    start: int
    end: int
    first: date
    last: date
    written: bool = True
    when: Span | None = None
    lead: bool = False


def find_events(article: Article) -> list[ReportedEvent]:
    """What an article reports that happened, in the article's order."""
    sentences = list(islice(split_sentences(article.text), _MOST_SENTENCES))
    found = [event for n, span in enumerate(sentences) for event in _list_dated(article, span, news=n == 0)]
    found = [_add_sentence_before(article, event, sentences) for event in found]
    lead = _find_lead(article, sentences)
    if lead is None:
        return found
    if any(event.start < lead.end and lead.start < event.end for event in found):
        return [event._replace(lead=event.start < lead.end and lead.start < event.end) for event in found]
    news = _date_lead(article, lead, sentences)
    return [news, *found] if news else found


def states_news(text: str) -> bool:
    """True for a sentence that a reporter may have written: no question, no quotation, no word to the reader."""
    bare = _blank_quotes(text)
    if _NO_REPORT.search(bare) or not bare.endswith(".") or bare != text:
        return False
    return _SHORTEST < len(text.split()) <= _LONGEST and not _PERSONAL.search(bare) and not _LEANS.match(bare)


def _add_sentence_before(article: Article, event: ReportedEvent, sentences: list[Span]) -> ReportedEvent:
    """The event, with the sentence before it where it begins with "it" or "this", which nobody understands alone."""
    before = [s for s in sentences if s.end <= event.start]
    if not before or not _LEANS.match(article.text[event.start : event.end]):
        return event
    near = before[-1]
    words = len(article.text[near.start : event.end].split())
    together = "\n" not in article.text[near.end : event.start].strip(" ") and words <= _LONGEST
    return event._replace(start=near.start) if together else event


def reports_event(text: str) -> bool:
    """True for a sentence that says that something happened, and most of which is no quotation."""
    bare = _blank_quotes(text)
    if _NO_REPORT.search(bare) or bare.rstrip().endswith("?") or len(bare.replace('"', "")) < len(bare) / 2:
        return False
    return _SHORTEST <= len(text.split()) <= _LONGEST and _has_verb(text)


def _list_dated(article: Article, span: Span, *, news: bool) -> Iterator[ReportedEvent]:
    text = article.text[span.start : span.end]
    if not reports_event(text):
        return
    days = [
        day for day in list_event_days(article, span.start, span.end, news=news) if not _is_background(article, day)
    ]
    days = [day for day in days if not any(_is_closer(other, day) for other in days)]
    parts = _split_clauses(article.text, span, days)
    for part, day in zip(parts, days, strict=False):
        yield ReportedEvent(part.start, part.end, day.first, day.last)


def _is_closer(one: WrittenDay, other: WrittenDay) -> bool:
    """True where `one` says more closely when within `other` it was: "this week, on Tuesday"."""
    return other.first <= one.first and one.last <= other.last and one.last - one.first < other.last - other.first


def _is_background(article: Article, day: WrittenDay) -> bool:
    today = published_day(article).as_date()
    return today is not None and day.last - day.first > timedelta(7) and today - day.last > _OLD_MONTHS


def _split_clauses(text: str, span: Span, days: list[WrittenDay]) -> list[Span]:
    """For each day the part of the sentence that it dates, in order: all of it for one, else what has a verb of its
    own. A day for which nothing is left gets none.
    """
    days = [day for n, day in enumerate(days) if day[2:] not in [other[2:] for other in days[:n]]]
    if len(days) < 2:
        return [span] * len(days)
    cuts = [m.end() + span.start for m in re.finditer(r"; |, (?:and|but|then) | and ", text[span.start : span.end])]
    parts = [span]
    for day in days[1:]:
        cut = max((cut for cut in cuts if parts[-1].start < cut <= day.start), default=0)
        if not cut or not _has_verb(text[cut : span.end]) or not _has_verb(text[parts[-1].start : cut]):
            break
        parts[-1:] = [Span(parts[-1].start, cut), Span(cut, span.end)]
    return [_trim(text, part) for part in parts]


def _trim(text: str, part: Span) -> Span:
    words = re.sub(r"(?:[;,]| and| but| then)+\s*$", "", text[part.start : part.end])
    return Span(part.start, part.start + len(words.rstrip()))


def _find_lead(article: Article, sentences: list[Span]) -> Span | None:
    texts = {span: article.text[span.start : span.end] for span in sentences[:_LEADS]}
    return next((span for span, text in texts.items() if reports_event(text) and not _LEANS.match(text)), None)


def _date_lead(article: Article, lead: Span, sentences: list[Span]) -> ReportedEvent | None:
    """The news of an article that doesn't date it itself: by a sentence that follows, else by the article's day."""
    today = published_day(article).as_date()
    text = _blank_quotes(article.text[lead.start : lead.end])
    if today is None or any(p.search(text) for p in (_HABIT, _PERSONAL, _LONG_AGO)):
        return None
    if not _has_verb(_SUBORDINATE.sub("", text)):
        return None
    after = [s for s in sentences if s.start >= lead.end][:_NEAR_SENTENCES]
    for span in after:
        for day in list_event_days(article, span.start, span.end, news=True):
            if timedelta(0) <= today - day.first <= timedelta(_NEAR_DAYS) and day.last - day.first < timedelta(2):
                return ReportedEvent(*lead, day.first, day.last, written=False, when=span, lead=True)
    if _OPINION_TITLE.match(article.title):
        return None
    return ReportedEvent(*lead, today, today, written=False, lead=True)


def _blank_quotes(text: str) -> str:
    return _QUOTED.sub(lambda match: '"' * len(match[0]), text)


def _has_verb(text: str) -> bool:
    """True where a verb says that something happened, outside what the text quotes."""
    bare = _ATTRIBUTION.sub(lambda match: " " * len(match[0]), _blank_quotes(text))
    return any(
        _tells(match, bare[max(0, match.start() - _BEFORE_VERB) : match.start()]) for match in _VERB.finditer(bare)
    )


def _tells(match: re.Match[str], before: str) -> bool:
    verb = match["verb"]
    if verb in _NO_EVENTS or (verb == "left" and _CAPTION.search(before)):
        return False
    return not _UNREAL.search(before) and not _DESCRIBES.search(before)
