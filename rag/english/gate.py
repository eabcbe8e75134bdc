"""The one way to the rules that know English: it asks the language first.

For a question or a text in another language the rules give nothing (no kind, no parts, no filters, no days) rather than
misread it. Nothing outside this folder imports the rules themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from index import Article, Filters, Span
from rag.english import (
    answer_kind,
    brackets,
    days,
    named_filters,
    newest,
    question_parts,
    refusal,
    relative_days,
    standalone,
    yes_no,
)
from rag.english.answer_kind import Kind as Kind
from rag.english.compare import claims, opposites, premises, stance
from rag.english.compare.claims import ClaimComparison as ClaimComparison
from rag.english.compare.premises import Premises as Premises
from rag.english.days import show_day as show_day
from rag.english.language import is_english as is_english, is_english_article as is_english_article
from rag.english.question_parts import Part
from rag.english.relative_days import RelativeDay as RelativeDay, published_day as published_day
from rag.english.yes_no import Bearing as Bearing, Claim as Claim

_READ_SENTENCES = 20  # which show the language of sources

# Questions


def make_standalone(question: str, history: Sequence[tuple[str, str]]) -> str:
    """A question that can be searched for by itself; as it is where it is not English."""
    return standalone.make_standalone(question, history) if is_english(question) else question


def split_question(question: str) -> list[Part]:
    """The things that a question asks, in order; the whole question where it is not English."""
    return question_parts.split_question(question) if is_english(question) else [Part(question, question)]


def expected_kind(question: str) -> Kind:
    """The kind of thing that a question asks for; `other` where it is not English."""
    return answer_kind.expected_kind(question) if is_english(question) else "other"


def wants_sentences(question: str) -> bool:
    """True for an English question that sentences answer, and no words in one."""
    return is_english(question) and answer_kind.wants_sentences(question)


def asks_for_newest(question: str) -> bool:
    """True for an English question that asks how things stand now."""
    return is_english(question) and newest.asks_for_newest(question)


def read_claim(question: str) -> Claim | None:
    """The claim that a question asks about which yes or no answers; none for others, or where it is not English."""
    return yes_no.read_claim(question) if is_english(question) else None


def read_question_filters(question: str, sources: Sequence[str], languages: Sequence[str]) -> Filters:
    """The filters that a question names; none where it is not English."""
    return named_filters.read_question_filters(question, sources, languages) if is_english(question) else Filters()


def list_dates(question: str) -> set[date]:
    """The calendar days that a question names with their year; none where it is not English."""
    return days.list_dates(question) if is_english(question) else set()


# Articles


def holds_kind(article: Article, sentence: str, kind: Kind, question: str) -> bool:
    """True where a sentence of an article holds something of that kind, which nobody can tell of another language."""
    return not is_english_article(article) or answer_kind.holds_kind(sentence, kind, question)


def list_named_days(article: Article, start: int, end: int) -> set[date]:
    """The calendar days that `article.text[start:end]` names, by date or counted from the article's own day."""
    if not is_english_article(article):
        return set()
    counted = {day.first for day in relative_days.resolve_days(article, start, end) if day.first == day.last}
    return days.list_dates(article.text[start:end]) | counted


def resolve_days(article: Article, start: int, end: int) -> list[RelativeDay]:
    """The relative words in `article.text[start:end]` that can be counted from the article's day, in order."""
    return relative_days.resolve_days(article, start, end) if is_english_article(article) else []


def list_day_notes(article: Article, start: int, end: int, only: Collection[date]) -> list[tuple[int, str]]:
    """Where relative words in `article.text[start:end]` end that mean one of the days `only`, and the date in words."""
    return relative_days.list_day_notes(article, start, end, only) if is_english_article(article) else []


def write_out_days(article: Article, start: int, end: int, only: Collection[date] | None = None) -> str:
    """`article.text[start:end]` for models to read, days behind its relative words: "on Thursday (5 June 2014)".

    With `only`, no others than those days.
    """
    if not is_english_article(article):
        return article.text[start:end]
    return relative_days.write_out_days(article, start, end, only)


def add_brackets(article: Article, start: int, end: int, whole: Span) -> str:
    """The sentence `article.text[start:end]` with what it lacks in brackets; as it is where it is not English.

    Nothing is put within the characters `whole`.
    """
    if not is_english_article(article):
        return article.text[start:end]
    return brackets.add_brackets(article, start, end, whole)


def find_missing_premises(article: Article, question: str, texts: Sequence[str]) -> Premises:
    """What a question names and texts of an article don't; nothing where either is not English."""
    if not is_english_article(article) or not is_english(question):
        return Premises()
    return premises.find_missing(question, texts)


def weigh_sentence(claim: Claim, article: Article, sentence: str) -> Bearing | None:
    """What a sentence of an article says to a claim; nothing where it leaves it open, or is not English."""
    return yes_no.weigh_sentence(claim, sentence) if is_english_article(article) else None


# Sentences of answers


def is_unsure(sentence: str) -> bool:
    """True for a sentence that says that something isn't known, or isn't in the articles."""
    return is_english(sentence) and refusal.is_unsure(sentence)


def is_beside_refusal(sentence: str) -> bool:
    """True for what comes along with a refusal and is no answer."""
    return is_english(sentence) and refusal.is_beside_refusal(sentence)


def denies_the_same(part: str, sentence: str) -> bool:
    """True where a part of a sentence denies what all of it does, which nobody can tell of another language."""
    return is_english(sentence) and stance.read_stance(part).denied == stance.read_stance(sentence).denied


def compare_claim(claim: str, sentences: Sequence[str], closeness: Sequence[float]) -> ClaimComparison:
    """Compare a claim with the sentences of what it cites; in another language, by digits and quoted words alone."""
    if is_english(claim) and is_english(" ".join(sentences[:_READ_SENTENCES])):
        return claims.compare_claim(claim, sentences, closeness)
    return claims.compare_signs(claim, sentences, closeness)


def deny_claim(claim: str) -> list[str]:
    """The claim with its denial taken out, or with one put in; nothing where it is not English."""
    return [opposites.deny(claim)] if is_english(claim) else []


def swap_names(claim: str, sentences: Sequence[str]) -> list[str]:
    """The claim with other names of `sentences` in place of its own; nothing where it is not English."""
    return opposites.swap_names(claim, sentences) if is_english(claim) else []
