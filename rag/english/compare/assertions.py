"""What a sentence asserts by itself, without a question: its numbers, its days, its one name, and that it denies.

The sentence without these words takes the place of the question: another article's sentence is of the same thing where
it has the names of it and most of its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index import Article, Span, content_words
from rag.english.answer_kind import Kind
from rag.english.compare.polarity import are_opposites
from rag.english.compare.same_event import list_anchors
from rag.english.compare.statements import Statement, compare_statements, read_statement
from rag.english.figures import find_figures
from rag.english.names import find_names
from rag.overlap import list_words, measure_jaccard

_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    "|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|dozen"
)
_NUMBER = re.compile(
    rf"[$€£¥]?\d[\d,.]*\d(?: (?:thousand|million|billion|trillion))?|[$€£¥]?\d(?: (?:million|billion))?"
    rf"|\b(?:an? )?(?:{_WORDS})(?:[- ](?:and[- ])?(?:{_WORDS}))*\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)(?: \d{4})?"
    r"|(?:January|February|March|April|June|July|August|September|October|November|December)(?: \d{1,2}(?!\d))?"
    r"(?:,? \d{4})?"
    r"|(?:19|20)\d\d)\b"
)
_LIKE = 0.3  # the least share of words in common of two sentences of the same thing
_LIKE_NAMES = 0.6  # where they differ by a name alone
_SHORTEST = 5  # words of a sentence


@dataclass(frozen=True, slots=True)
class Assertion:
    """Characters `words` of an article's text, in the sentence `quote`; `about` is the sentence without them."""

    article: Article
    quote: Span
    words: Span
    about: str
    kind: Kind
    statement: Statement

    @property
    def value(self) -> str:
        """The words that are asserted."""
        return self.article.text[self.words.start : self.words.end]

    @property
    def sentence(self) -> str:
        """The sentence."""
        return self.article.text[self.quote.start : self.quote.end]


def list_assertions(article: Article, start: int, end: int, passage: str) -> list[Assertion]:
    """What the sentence `article.text[start:end]` asserts: its dates, numbers and names, and the whole of it."""
    sentence = article.text[start:end]
    if len(sentence.split()) < _SHORTEST:
        return []
    dates = [match.span() for match in _DATE.finditer(sentence)]
    numbers = [
        match.span()
        for match in _NUMBER.finditer(sentence)
        if not any(a < match.end() and match.start() < b for a, b in dates) and find_figures(match.group())
    ]
    names = [(at, at + len(name)) for name in find_names(sentence) if (at := sentence.find(name)) >= 0]
    parts: list[tuple[tuple[int, int], Kind]] = [
        *((span, "time") for span in dates),
        *((span, "number") for span in numbers),
        *((span, "person") for span in names),
        ((0, len(sentence)), "other"),
    ]
    found = []
    for (first, last), kind in parts:
        about = f"{sentence[:first]}…{sentence[last:]}" if kind != "other" else sentence
        words = Span(start + first, start + last)
        statement = read_statement(article, "text", (start, end), (words.start, words.end), passage, about, kind)
        if statement.sure:
            found.append(Assertion(article, Span(start, end), words, about, kind, statement))
    return found


def compare_assertions(one: Assertion, other: Assertion) -> bool | None:
    """True where they agree, False where they contradict, None where they are not of the same thing."""
    if one.kind != other.kind or not _is_of_same(one, other):
        return None
    if one.kind == "other":
        return False if are_opposites(one.sentence, other.sentence) else None
    return compare_statements(one.statement, other.statement, one.about, one.kind)


def _is_of_same(one: Assertion, other: Assertion) -> bool:
    least = _LIKE_NAMES if one.kind == "person" else _LIKE
    if measure_jaccard(list_words(one.about), list_words(other.about)) < least:
        return False
    if one.kind == "number" and not _list_counted(one) & _list_counted(other):
        return False
    mine, theirs = (list_anchors(a.statement.around, "") for a in (one, other))
    return bool(mine & theirs)


def _list_counted(assertion: Assertion) -> set[str]:
    """The words right behind a number, which say what it counts."""
    behind = assertion.article.text[assertion.words.end : assertion.quote.end].split()[:4]
    before = assertion.article.text[assertion.quote.start : assertion.words.start].split()[-3:]
    return set(content_words(" ".join([*behind, *before])))
