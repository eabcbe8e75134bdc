"""Working out what a question means: the one place where that is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from index import NO_FILTERS, Correction, Filters, Library, check_question, guess_language
from rag.english.gate import (
    PastTurn,
    asks_for_newest,
    expected_kind,
    is_english,
    leave_out_lead_in,
    leave_out_time,
    list_dates,
    make_standalone,
    read_claim,
    read_news_days,
    read_question_filters,
    read_question_range,
    read_story,
    read_wanted,
    split_question,
    wants_sentences,
)
from rag.question.filters import check_kinds, join_filters, leave_out, list_kinds
from rag.question.question_time import is_out_of_reach
from rag.question.record import ParsedQuestion, QuestionPart
from rag.question.spelling import put_right


def understand(
    library: Library,
    question: str,
    history: Sequence[PastTurn] = (),
    filters: Filters = NO_FILTERS,
    as_of: date | None = None,
    without: Iterable[str] = (),
    today: date | None = None,
    written_out: str = "",
    *,
    exact: bool = False,
) -> ParsedQuestion:
    """Work out what a question means.

    `history` are the questions and answers before it, which it may lean on; `written_out` is the question as it stands
    alone, where somebody has written that already. Of the dates, sources and languages that the standalone question
    names, those count of which kind `filters` has none and `without` none is named. "Last week" and its like are
    counted from `as_of`, else from `today`, by default the day that it is. With `exact`, passages must have the phrases
    in double quotes. Words that no article has, and that are close to one that some have, are read as that one. Raises
    UsageError for a question that can't be asked and for a kind that there is not.
    """
    question = check_question(question)
    lifted = check_kinds(without)
    sources, languages = library.sources(), library.languages()
    asked_on = as_of or today or date.today()
    news_days = read_news_days(question, asked_on)
    standalone = question if news_days else written_out or make_standalone(question, history, sources, languages)
    corrections = _correct(library, standalone, sources, languages)
    spelt = put_right(standalone, corrections)
    meant = leave_out_lead_in(spelt)
    wanted, topic = read_wanted(meant)
    if news_days:
        wanted, topic = "timeline", ""
    time = read_question_range(spelt, asked_on)
    named = read_question_filters(spelt, sources, languages)
    named = leave_out(replace(named, after=time.after, before=time.before), {*lifted, *list_kinds(filters)})
    without_dates = join_filters(filters, leave_out(named, ["dates"]))
    passed_over = named.by_date and is_out_of_reach(library, time, without_dates, as_of)
    named = leave_out(named, ["dates"]) if passed_over else named
    if wanted == "answer" and named.by_date and (story := read_story(spelt, asked_on)):
        wanted, topic = "story", story
    overview = topic if wanted in ("timeline", "brief") else ""
    return ParsedQuestion(
        asked=question,
        standalone=standalone,
        parts=_read_parts(meant, overview, asked_on if named.by_date else None),
        chosen=filters,
        named=named,
        as_of=as_of,
        newest=wanted == "latest" or asks_for_newest(spelt),
        english=is_english(question),
        asked_on=asked_on,
        time=time,
        passed_over=passed_over,
        wanted=wanted,
        topic=topic,
        news_days=news_days if named.by_date else None,
        corrections=corrections,
        exact=exact,
    )


def _correct(
    library: Library, question: str, sources: Sequence[str], languages: Sequence[str]
) -> tuple[Correction, ...]:
    """The words that are misspelt; none of a question in a language that no article is in, or that nobody can tell."""
    if is_english(question):
        return tuple(library.correct_spelling(question, sources))
    if set(languages) <= {"en"} or not (language := guess_language(question)):
        return ()
    return tuple(library.correct_spelling(question, sources, language))


def _read_parts(question: str, topic: str, asked_on: date | None) -> tuple[QuestionPart, ...]:
    """The things that a question asks; of one that wants an overview, the topic.

    With `asked_on`, the times that it names are filters: articles of last month don't say "last month".
    """
    if topic:
        return (QuestionPart(question, topic, "other", frozenset(), wants_sentences=True),)
    return tuple(
        QuestionPart(
            part.asked,
            _leave_out_time(part.whole, asked_on) if asked_on else part.whole,
            expected_kind(part.asked),
            frozenset(list_dates(part.whole)),
            wants_sentences(part.asked),
        )
        for part in split_question(question)
    )


def _leave_out_time(question: str, asked_on: date) -> str:
    """The question without its time; where yes or no is asked for, "in 2019" stays: it may be what is denied."""
    may_be_denied = read_claim(question) is not None and not read_question_range(question, asked_on).relative
    return question if may_be_denied else leave_out_time(question, asked_on)
