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
    lead_in,
    named_filters,
    question_parts,
    refusal,
    yes_no,
)
from rag.english.answer_kind import Kind as Kind
from rag.english.compare import assertions, claims, opposites, polarity, premises, stance, statements, telling
from rag.english.compare.assertions import Assertion as Assertion
from rag.english.compare.claims import ClaimComparison as ClaimComparison
from rag.english.compare.premises import Premises as Premises
from rag.english.compare.statements import Statement as Statement
from rag.english.dates import days, newest, periods, question_range, relative_days, without_time
from rag.english.dates.days import Day as Day, show_day as show_day
from rag.english.dates.range_record import NO_RANGE as NO_RANGE, QuestionRange as QuestionRange
from rag.english.dates.relative_days import (
    RelativeDay as RelativeDay,
    published_day as published_day,
    show_published_day as show_published_day,
)
from rag.english.follow_up import follow_up
from rag.english.follow_up.follow_up import PastTurn as PastTurn
from rag.english.language import is_english as is_english, is_english_article as is_english_article
from rag.english.overview import events, news, story, unknowns, wanted
from rag.english.overview.events import ReportedEvent as ReportedEvent
from rag.english.overview.wanted import Wanted as Wanted
from rag.english.question_parts import Part
from rag.english.speech import asked, find_speech as speech, speaker_notes
from rag.english.speech.asked import SpeechQuestion as SpeechQuestion
from rag.english.speech.find_speech import Speech as Speech
from rag.english.yes_no import Bearing as Bearing, Claim as Claim

_READ_SENTENCES = 20  # which show the language of sources

# Questions


def make_standalone(
    question: str, history: Sequence[PastTurn], sources: Sequence[str] = (), languages: Sequence[str] = ()
) -> str:
    """A follow-up as a question that stands alone; as it is without history, or where it is not English."""
    if not history or not is_english(question):
        return question
    return follow_up.make_standalone(question, history, sources, languages)


def leave_out_lead_in(question: str) -> str:
    """The question without what stands in front of it and asks nothing; as it is where it is not English."""
    return lead_in.leave_out_lead_in(question) if is_english(question) else question


def split_question(question: str) -> list[Part]:
    """The things that a question asks, in order; the whole question where it is not English."""
    return question_parts.split_question(question) if is_english(question) else [Part(question, question)]


def expected_kind(question: str) -> Kind:
    """The kind of thing that a question asks for; `other` where it is not English."""
    return answer_kind.expected_kind(question) if is_english(question) else "other"


def wants_sentences(question: str) -> bool:
    """True for an English question that sentences answer, and no words in one."""
    return is_english(question) and answer_kind.wants_sentences(question)


def read_wanted(question: str) -> tuple[Wanted, str]:
    """What kind of answer a question wants, and the topic of one that wants an overview; an answer for all others."""
    return wanted.read_wanted(question) if is_english(question) else ("answer", "")


def read_news_days(question: str, today: date) -> tuple[date, date] | None:
    """The days of which a question asks what happened, whatever it was; None for others, or where not English."""
    return news.read_news_days(question, today) if is_english(question) else None


def asks_for_newest(question: str) -> bool:
    """True for an English question that asks how things stand now."""
    return is_english(question) and newest.asks_for_newest(question)


def read_claim(question: str) -> Claim | None:
    """The claim that a question asks about which yes or no answers; none for others, or where it is not English."""
    return yes_no.read_claim(question) if is_english(question) else None


def read_question_filters(question: str, sources: Sequence[str], languages: Sequence[str]) -> Filters:
    """The sources and languages that a question names, as filters; none where it is not English."""
    return named_filters.read_question_filters(question, sources, languages) if is_english(question) else Filters()


def read_speech_question(about: str) -> SpeechQuestion:
    """Whose words are asked for, and about what; a topic where it is not English."""
    return asked.read_speech_question(about) if is_english(about) else SpeechQuestion(about, about, sure=False)


def read_question_range(question: str, today: date) -> QuestionRange:
    """The time that a question limits itself to, counted from `today`; none where it is not English."""
    return question_range.read_range(question, today) if is_english(question) else QuestionRange()


def leave_out_time(question: str, today: date) -> str:
    """The question without the time that it limits itself to; as it is where it is not English."""
    return without_time.leave_out_time(question, today) if is_english(question) else question


def read_story(question: str, today: date) -> str:
    """The topic of a question that asks for whatever happened about it in a time; empty for any other."""
    return story.read_story(without_time.leave_out_time(question, today, fewest=1)) if is_english(question) else ""


def read_days(words: str, today: date) -> tuple[date, date] | None:
    """The first and last day that English words mean ("2023-05", "last week"); None where they mean none."""
    return periods.read_days(words, today)


def list_dates(question: str) -> set[date]:
    """The calendar days that a question names with their year; none where it is not English."""
    return days.list_dates(question) if is_english(question) else set()


def asks_yes_or_no(question: str) -> bool:
    """True for an English question that begins as those do which yes or no answers."""
    return is_english(question) and polarity.is_yes_no(question)


def asks_for_cause(question: str) -> bool:
    """True for an English question after what caused something, which a few words answer."""
    return is_english(question) and telling.asks_for_cause(question)


# Articles


def holds_kind(article: Article, sentence: str, kind: Kind, question: str) -> bool:
    """True where a sentence of an article holds something of that kind, which nobody can tell of another language."""
    return not is_english_article(article) or answer_kind.holds_kind(sentence, kind, question)


def find_speech(article: Article) -> list[Speech]:
    """What is said in an article, direct and reported, each with its speaker; nothing where it is not English."""
    return speech.find_speech(article.text) if is_english_article(article) else []


def is_same_speaker(name: str, speaker: str) -> bool:
    """True where a speaker may go by that name: by the last name, by all of it, or by the noun without its article."""
    return asked.is_same_speaker(name, speaker)


def list_named_days(article: Article, start: int, end: int) -> set[date]:
    """The calendar days that `article.text[start:end]` names, by date or counted from the article's own day."""
    if not is_english_article(article):
        return set()
    counted = {day.first for day in relative_days.resolve_days(article, start, end) if day.first == day.last}
    return days.list_dates(article.text[start:end]) | counted


def find_events(article: Article) -> list[ReportedEvent]:
    """What an article reports that happened, with the days, in order; nothing where it is not English."""
    return events.find_events(article) if is_english_article(article) else []


def resolve_days(article: Article, start: int, end: int) -> list[RelativeDay]:
    """The relative words in `article.text[start:end]` that can be counted from the article's day, in order."""
    return relative_days.resolve_days(article, start, end) if is_english_article(article) else []


def show_days(first: date, last: date) -> str:
    """Days in words, in whatever language the articles are: "5 June 2014", "May 2014", "2 June 2014 to 8 June 2014"."""
    return RelativeDay(0, 0, first, last).show()


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


def write_out_references(article: Article, start: int, end: int) -> str:
    """`article.text[start:end]` for who checks what it says: as `write_out_days`, and who "he" is, and who speaks."""
    if not is_english_article(article):
        return article.text[start:end]
    return speaker_notes.write_out_references(article, start, end)


def add_brackets(article: Article, start: int, end: int, whole: Span, known: str = "") -> str:
    """The sentence `article.text[start:end]` with what it lacks in brackets; as it is where it is not English.

    Nothing is put within the characters `whole`, nor `known`, which stands beside the sentence already.
    """
    if not is_english_article(article):
        return article.text[start:end]
    return brackets.add_brackets(article, start, end, whole, known)


def find_missing_premises(article: Article, question: str, texts: Sequence[str]) -> Premises:
    """What a question names and texts of an article don't; nothing where either is not English."""
    if not is_english_article(article) or not is_english(question):
        return Premises()
    return premises.find_missing(question, texts)


def weigh_sentence(claim: Claim, article: Article, sentence: str) -> Bearing | None:
    """What a sentence of an article says to a claim; nothing where it leaves it open, or is not English."""
    return yes_no.weigh_sentence(claim, sentence) if is_english_article(article) else None


# What articles say to a question


def read_statement(
    article: Article,
    field: str,
    quote: tuple[int, int],
    words: tuple[int, int],
    passage: str,
    question: str,
    kind: Kind,
) -> Statement | None:
    """What the characters `words` of an article, in its sentence `quote`, say; nothing where either is not English."""
    if not is_english_article(article) or not is_english(question):
        return None
    return statements.read_statement(article, field, quote, words, passage, question, kind)


def compare_statements(one: Statement, other: Statement, question: str, kind: Kind) -> bool | None:
    """True where two statements agree, or may; False where they contradict; None where nobody can tell."""
    return statements.compare_statements(one, other, question, kind)


def say_the_same(one: Statement, other: Statement, kind: Kind) -> bool:
    """True where two statements, in sentences that are otherwise the same, have one value, or may have."""
    return statements.say_the_same(one, other, kind)


def has_changed(older: Statement, newer: Statement, question: str) -> bool:
    """True where the newer of two statements says what became of the older."""
    return statements.has_changed(older, newer, question)


def tells_of_asked_change(question: str, sentence: str) -> bool:
    """True where an English question asks how things stand, and a sentence says that something isn't as it was."""
    return is_english(question) and telling.asks_of_state(question) and telling.tells_of_change(sentence)


def list_assertions(article: Article, start: int, end: int, passage: str) -> list[Assertion]:
    """What the sentence `article.text[start:end]` of a passage asserts; nothing where it is not English."""
    if not is_english_article(article):
        return []
    return assertions.list_assertions(article, start, end, passage)


def compare_assertions(one: Assertion, other: Assertion) -> bool | None:
    """True where two assertions agree, False where they contradict, None where they are not of the same thing."""
    return assertions.compare_assertions(one, other)


# Sentences of answers


def is_unsure(sentence: str) -> bool:
    """True for a sentence that says that something isn't known, or isn't in the articles."""
    return is_english(sentence) and refusal.is_unsure(sentence)


def says_unknown(sentence: str) -> bool:
    """True for a sentence of an article that says that something isn't known, decided or said."""
    return is_english(sentence) and unknowns.says_unknown(sentence)


def states_news(sentence: str) -> bool:
    """True for a sentence that a reporter may have written of how things stand; in another language, for any."""
    return not is_english(sentence) or events.states_news(sentence)


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
