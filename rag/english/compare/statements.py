"""What one article says to a question, and whether another article's statement agrees with it or contradicts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from index import Article, content_words
from rag.english.answer_kind import Kind
from rag.english.compare.premises import find_missing
from rag.english.compare.same_event import has_name, list_anchors, list_years, may_be_same
from rag.english.compare.telling import (
    asks_of_days,
    asks_of_future,
    asks_of_state,
    asks_of_time,
    denies_answer,
    is_alleged,
    is_forecast,
    is_former,
    is_teaser,
    tells_of_change,
    tells_of_move,
    tells_of_revision,
)
from rag.english.compare.values import Value, compare_values, read_value
from rag.english.dates.days import find_days, show_day
from rag.english.dates.relative_days import published_day
from rag.english.names import find_names, fold, missing_words

_STEM = 4  # letters by which the adjective of a place is known
_READ = 4_000  # characters of an article in which another place is looked for
_ONE_EVENT = 200  # days: what happened longer ago is likelier to have happened again than to be reported anew
# The share of the question's words that must stand around each: fewer where both are numbers or days, which are put in
# many ways.
_COVERED = 0.4
_COVERED_COUNTED = 0.2
_STATED = 0.5  # of the question stands in both sentences that answer it in other words
_LONG_AGO = 10  # years: what is so much older is beside the matter
_TWO_YEARS = 730  # days in which a change is reported
_NO_END = 100_000
_GROWN = 1.5  # "at least 12" and 18 are a change where days lie between; "at least 12" and 14 are the same
_COUNTED_ON = 10  # groups of people in quantities.py whose number grows as the days pass


@dataclass(frozen=True, slots=True)
class Statement:
    """A value with where it stands; `around` is its passage with the title.

    `sure` says that the outlet itself says it, not of former times, and that the article has all that the question
    names; `covered` is the share of the question's words that stand around it, and `stated` of those in its sentence.
    """

    article: Article
    value: Value
    around: str
    sure: bool
    covered: float
    stated: float

    @property
    def published(self) -> datetime | None:
        """When its article was published."""
        return self.article.published

    def read(self, kind: Kind) -> str:
        """What another statement's names are looked for in: of a place, which may lie in the other, the article."""
        return f"{self.around} {self.article.text[:_READ]}" if kind == "place" else self.around

    @property
    def tells_of_change(self) -> bool:
        """True where it is reported as news of a change."""
        return tells_of_change(self.around)

    @property
    def tells_of_move(self) -> bool:
        """True where its sentence sets one thing in the place of another."""
        return tells_of_move(self.value.sentence)


def read_statement(
    article: Article,
    field: str,
    quote: tuple[int, int],
    words: tuple[int, int],
    passage: str,
    question: str,
    kind: Kind,
) -> Statement:
    """Read what the characters `words` say to a question, of the sentence `quote` of the article's text, or title."""
    value = read_value(article, field, quote, words, question, kind)
    start, end = words[0] - quote[0], words[1] - quote[0]
    around = f"{article.title}. {passage}"
    asked_years = list_years(question)
    named_years = {year for year in list_years(value.sentence) if asked_years and year > min(asked_years) - _LONG_AGO}
    sure = not (
        is_alleged(value.sentence)
        or is_teaser(value.sentence)
        or (not value.side and is_former(value.sentence, start, end, question))
        or (not asks_of_state(question) and not is_forecast(question) and is_forecast(value.sentence))
        or _lacks_premises(article, around, question)
        or (asked_years and named_years and not asked_years & named_years and not value.moment)
    )
    asked = set(content_words(question))
    covered, stated = (len(asked & set(content_words(text))) / max(1, len(asked)) for text in (around, value.sentence))
    return Statement(article, value, around, sure, covered, stated)


def _lacks_premises(article: Article, around: str, question: str) -> bool:
    """True where a passage lacks a number or day that the question names, or all of its names.

    Its article's own day counts too. Of names some are missing often: a country, which its own papers don't name.
    """
    missing = find_missing(question, (around, _list_dates(article, around)))
    if missing.days or missing.figures or missing.contrary or missing.turned:
        return True
    named = [word for name in find_names(f"… {question}") for word in name.split()]
    return bool(missing.names) and all(missing_words(word, (around,)) and not _has_stem(word, around) for word in named)


def _list_dates(article: Article, around: str) -> str:
    """The article's own day, its seasons ("2023-24"), and the dates around with the article's year, as words."""
    day = published_day(article)
    if day.year is None:
        return ""
    seasons = [f"{year}-{(year + 1) % 100:02}" for year in (day.year - 1, day.year)]
    dates = [show_day(other._replace(year=day.year)) for other in find_days(around) if other.month and not other.year]
    return "; ".join([show_day(day), *seasons, *dates])


def _has_stem(word: str, text: str) -> bool:
    """True where a text has a word that begins as this one, as "Peruvian" does as "Peru"."""
    stem = fold(word)[:_STEM]
    return len(stem) == _STEM and any(fold(other).startswith(stem) for other in text.split())


def compare_statements(one: Statement, other: Statement, question: str, kind: Kind) -> bool | None:
    """True where they agree, or may; False where they contradict; None where nobody can tell, or not of one event."""
    if denies_answer(one.around, other.value.words) or denies_answer(other.around, one.value.words):
        return False
    if _are_of_two_asked(one, other, question):
        return None
    may_follow = asks_of_state(question) and _count_days_between(one, other) >= 1
    texts = (one.read(kind), other.read(kind))
    alike = min(one.stated, other.stated) >= _STATED
    same = compare_values(one.value, other.value, kind, texts, may_follow=may_follow, alike=alike)
    if same is not True and not _is_one_event(one, other, question):
        return None
    if same is False and kind == "place" and _lies(question) and not (one.tells_of_move or other.tells_of_move):
        return None
    return False if same and _has_grown(one, other) else same


def say_the_same(one: Statement, other: Statement, kind: Kind) -> bool:
    """True where two statements, in sentences that are otherwise the same, have one value, or may have."""
    quantities = one.value.quantity, other.value.quantity
    if quantities[0] and quantities[1] and any(quantities[0].hedge) and quantities[0].hedge == quantities[1].hedge:
        return quantities[0].value == quantities[1].value  # "at least 31" in place of "at least 47"
    mine, theirs = (set(content_words(s.value.words)) for s in (one, other))
    if kind != "person" and not any(quantities) and mine & theirs and mine - theirs and theirs - mine:
        return False  # "Simi Valley, Georgia" in place of "Simi Valley, California"
    texts = (one.value.sentence, other.value.sentence)
    return compare_values(one.value, other.value, kind, texts, may_follow=False, alike=True) is True


def _are_of_two_asked(one: Statement, other: Statement, question: str) -> bool:
    """True where the question names two ("in Ipswich and Taunton"), and each statement has another one of them."""
    for names in pairwise(find_names(f"… {question}")):
        if f"{names[0]} and {names[1]}" in question:
            held = [{name for name in names if not missing_words(name, (s.value.sentence,))} for s in (one, other)]
            if len(held[0]) == len(held[1]) == 1 and held[0] != held[1]:
                return True
    return False


def has_changed(older: Statement, newer: Statement, question: str) -> bool:
    """True where, of two statements that contradict each other, the newer says what became of the older.

    False where they are at odds over one fixed fact, or nobody can tell which is newer.
    """
    if older.published is None or newer.published is None or newer.published - older.published < timedelta(hours=20):
        return False
    quantities = older.value.quantity, newer.value.quantity
    grows = (
        quantities[0] is not None
        and quantities[1] is not None
        and any(n < _COUNTED_ON for n in quantities[0].counts & quantities[1].counts)
        and quantities[1].value > quantities[0].value
    )
    return grows or asks_of_state(question) or newer.tells_of_change


def _is_one_event(one: Statement, other: Statement, question: str) -> bool:
    sentences, titles = (one.value.sentence, other.value.sentence), (one.article.title, other.article.title)
    counted = all(s.value.quantity or s.value.moment for s in (one, other))
    known = _knows(one, other) or _knows(other, one)
    if min(one.covered, other.covered) < (_COVERED_COUNTED if counted else _COVERED) and not known:
        return False
    if not may_be_same(sentences, titles, question) or _are_years_apart(one, other, question):
        return False
    apart = _count_days_between(one, other)
    revised = known or any(tells_of_revision(s.around) for s in (one, other))
    changed = asks_of_future(question) or any(tells_of_change(s.value.sentence) for s in (one, other))
    lasting = _NO_END if asks_of_state(question) or revised else _TWO_YEARS if changed else _ONE_EVENT
    within = asks_of_days(question) or lasting
    if apart > within:
        return False
    asked = list_anchors(question, "")
    anchors = [list_anchors(s.around, question) for s in (one, other)]
    return bool(asked) or not all(anchors) or bool(anchors[0] & anchors[1])


def _knows(one: Statement, other: Statement) -> bool:
    """True where a passage names what the other statement says, so that both tell of one thing."""
    return any(has_name(name, one.around) for name in other.value.names)


def _are_years_apart(one: Statement, other: Statement, question: str) -> bool:
    """True where a sentence tells of a year that is long past for the other article, and not of the question's."""
    if asks_of_time(question) or list_years(question):
        return False
    for mine, theirs in ((one, other), (other, one)):
        years = list_years(mine.value.sentence)
        now = theirs.published.year if theirs.published and not list_years(theirs.value.sentence) else 0
        if years and all(year < now - 1 for year in years):
            return True
    return False


def _count_days_between(one: Statement, other: Statement) -> int:
    """How many days lie between two articles; 0 where one is not dated."""
    if one.published is None or other.published is None:
        return 0
    return abs((one.published.date() - other.published.date()).days)


def _lies(question: str) -> bool:
    """True where a question asks where something is, which a town answers as well as its country."""
    return asks_of_state(question) and not asks_of_future(question)


def _has_grown(one: Statement, other: Statement) -> bool:
    """True where "at least 12" became a far higher number, days later."""
    if one.published is None or other.published is None:
        return False
    older, newer = sorted((one, other), key=lambda s: s.published or datetime.min)
    before, after = older.value.quantity, newer.value.quantity
    if before is None or after is None or before.bounded or before.unit != after.unit:
        return False
    assert older.published is not None
    assert newer.published is not None
    later = newer.published - older.published >= timedelta(hours=20)
    factor = 1.0 if tells_of_change(newer.value.sentence) and before.high != after.value else _GROWN
    return later and before.low > 0 and after.value > factor * before.value
