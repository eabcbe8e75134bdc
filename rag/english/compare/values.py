"""What the words that answer a question say, brought to values that can be compared with another article's."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from index import Article, content_words, split_sentences
from rag.english.answer_kind import Kind
from rag.english.compare.moments import Moment, compare_moments, read_moment
from rag.english.compare.polarity import Side, are_opposites, is_yes_no, read_side
from rag.english.compare.quantities import Quantity, compare_quantities, read_quantity
from rag.english.compare.same_event import has_name, list_years
from rag.english.compare.telling import asks_of_future, tells_of_change, tells_of_move
from rag.english.dates.relative_days import published_day
from rag.english.figures import find_figures
from rag.english.names import find_names
from rag.overlap import list_words, measure_jaccard

_VAGUE = re.compile(r"\b(?:hundreds|thousands|millions|billions|dozens|scores|several|many|some|few)\b", re.IGNORECASE)
_SOME_OF = re.compile(
    r"\b(?:[Oo]f (?:those|these|them|the)|[Aa]mong (?:those|these|them|the)|[Ii]ncluding)\b[^.;]{0,60}$"
)
_SHORT = 6  # words of answers that may contradict each other though nothing says so
_PARALLEL = 0.45  # share of words that their sentences have in common then
_FAR = re.compile(r"\b(?:miles|kilomet(?:re|er)s|km|met(?:re|er)s) (?:\w+ )?(?:from|of|off)\b", re.IGNORECASE)
_CLOSE = r"\W+(?:\w+\W+){0,4}"
_COUNTED: frozenset[Kind] = frozenset(("number", "money", "duration"))


@dataclass(frozen=True, slots=True)
class Value:
    """What words of a sentence say: the words, and what could be read of them."""

    words: str
    sentence: str
    quantity: Quantity | None
    moment: Moment | None
    names: tuple[str, ...]
    side: Side


def read_value(
    article: Article, field: str, quote: tuple[int, int], words: tuple[int, int], question: str, kind: Kind
) -> Value:
    """Read the characters `words` of an article's text (or title), which stand in the sentence `quote`."""
    whole = article.title if field == "title" else article.text
    sentence = whole[quote[0] : quote[1]]
    start, end = words[0] - quote[0], words[1] - quote[0]
    said = sentence[start:end]
    if is_yes_no(question):
        return Value(said, sentence, None, None, (), read_side(question, sentence))
    quantity = read_quantity(sentence, start, end, question) if kind in (*_COUNTED, "other") else None
    moment = (
        read_moment(article, field, *words, sentence, asks_of_future(question)) if kind in ("time", "other") else None
    )
    if moment and not _may_answer(moment, article, said, question):
        moment = None
    names = tuple(find_names(f"… {said}")) if kind in ("person", "place", "other") else ()
    return Value(said, sentence, quantity, moment, names, "")


def _may_answer(moment: Moment, article: Article, said: str, question: str) -> bool:
    """False for a day gone by where one to come is asked for, and for words without a year where a year is."""
    day = published_day(article).as_date()
    if asks_of_future(question) and day is not None and moment.last < day:
        return False
    return not re.search(r"\b(?:which|what) year\b", question, re.IGNORECASE) or bool(list_years(said))


def compare_values(
    one: Value, other: Value, kind: Kind, texts: tuple[str, str], *, may_follow: bool, alike: bool
) -> bool | None:
    """True where two values say the same, or may; False where they contradict; None where nobody can tell.

    `texts` are what stands around each, with the title; `may_follow` says that one may have come after the other, as a
    mayor after another, so that a text which names both does not say that they are the same. `alike` says that both
    sentences repeat what is asked.
    """
    if one.side or other.side:
        return one.side == other.side if one.side and other.side else None
    if one.words.lower() == other.words.lower():
        return True
    if _VAGUE.search(one.words) or _VAGUE.search(other.words):
        return None
    if kind in _COUNTED:
        return _compare_quantities(one, other)
    if kind == "time":
        return compare_moments(one.moment, other.moment) if one.moment and other.moment else None
    if kind in ("person", "place"):
        return _compare_names(
            one, other, texts, may_follow=may_follow and kind == "person", alike=alike, nested=kind == "place"
        )
    if one.quantity and other.quantity:
        return _compare_quantities(one, other)
    if one.moment and other.moment:
        return compare_moments(one.moment, other.moment)
    if one.names and other.names:
        return _compare_names(one, other, texts, may_follow=may_follow, alike=alike)
    return _compare_words(one, other, alike=alike)


def _compare_quantities(one: Value, other: Value) -> bool | None:
    if not one.quantity or not other.quantity:
        return None
    same = compare_quantities(one.quantity, other.quantity)
    if same is False and (_mentions_both(one, other) or _is_part(one) or _is_part(other)):
        return None
    return same


def _is_part(value: Value) -> bool:
    """True where its sentence counts some of those whom another text may count all of: "of the injured, four …"."""
    at = value.sentence.find(value.words)
    return _SOME_OF.search(value.sentence[:at]) is not None if at >= 0 else False


def _mentions_both(one: Value, other: Value) -> bool:
    """True where a sentence has the number of the other one beside its own, and not as what was said before."""
    return any(
        not tells_of_change(mine.sentence)
        and {f.value for f in find_figures(mine.sentence)} & set(_list_figures(theirs))
        for mine, theirs in ((one, other), (other, one))
    )


def _list_figures(value: Value) -> list[float]:
    return [figure.value for figure in find_figures(value.words)]


def _compare_names(
    one: Value, other: Value, texts: tuple[str, str], *, may_follow: bool, alike: bool, nested: bool = False
) -> bool | None:
    """False where neither has a name of the other, and neither text names the other's beside its own.

    Of places, which may be `nested`, no sentence may name both close together, but as far away or one in place of the
    other.
    """
    if not one.names or not other.names:
        return _compare_words(one, other, alike=alike)
    if any(has_name(mine, " ".join(other.names)) for mine in one.names) or any(
        has_name(theirs, " ".join(one.names)) for theirs in other.names
    ):
        return True
    if nested and any(_holds_both(one, other, text) for text in texts):
        return None
    beside = _names(one, other.sentence) or _names(other, one.sentence)
    return None if beside and not may_follow else False


def _names(value: Value, sentence: str) -> bool:
    """True where a sentence names what a value does, and not as what was before or is far away."""
    named = any(has_name(name, sentence) for name in value.names)
    return named and not (tells_of_move(sentence) or tells_of_change(sentence) or _FAR.search(sentence))


def _holds_both(one: Value, other: Value, text: str) -> bool:
    """True where a sentence names both places within a few words, as a town and its country."""
    return any(
        re.search(rf"{re.escape(mine)}{_CLOSE}{re.escape(theirs)}", sentence)
        for sentence in _split(text)
        if not (tells_of_move(sentence) or _FAR.search(sentence))
        for pair in itertools.product(one.names, other.names)
        for mine, theirs in (pair, pair[::-1])
    )


def _compare_words(one: Value, other: Value, *, alike: bool) -> bool | None:
    mine, theirs = set(content_words(one.words)), set(content_words(other.words))
    if not mine or not theirs:
        return None
    if are_opposites(one.words, other.words):
        return False
    if mine & theirs:
        return True
    short = max(len(one.words.split()), len(other.words.split())) <= _SHORT
    rest = [list_words(value.sentence.replace(value.words, " ")) for value in (one, other)]
    return False if short and (alike or measure_jaccard(*rest) >= _PARALLEL) else None


def _split(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]
