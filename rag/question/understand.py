"""Working out what a question means: the one place where that is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from index import NO_FILTERS, Filters, Library, check_question
from rag.english.gate import (
    asks_for_newest,
    expected_kind,
    is_english,
    list_dates,
    make_standalone,
    read_question_filters,
    split_question,
    wants_sentences,
)
from rag.question.filters import check_kinds, leave_out, list_kinds
from rag.question.record import ParsedQuestion, QuestionPart


def understand(
    library: Library,
    question: str,
    history: Sequence[tuple[str, str]] = (),
    filters: Filters = NO_FILTERS,
    as_of: date | None = None,
    without: Iterable[str] = (),
) -> ParsedQuestion:
    """Work out what a question means.

    `history` are the questions and answers before it, which it may lean on. Of the dates, sources and languages that
    the question itself names, those count of which kind `filters` has none and `without` none is named. Raises
    UsageError for a question that can't be asked and for a kind that there is not.
    """
    question = check_question(question)
    lifted = check_kinds(without)
    standalone = make_standalone(question, history)
    named = read_question_filters(question, library.sources(), library.languages())
    return ParsedQuestion(
        asked=question,
        standalone=standalone,
        parts=tuple(
            QuestionPart(
                part.asked,
                part.whole,
                expected_kind(part.asked),
                frozenset(list_dates(part.whole)),
                wants_sentences(part.asked),
            )
            for part in split_question(standalone)
        ),
        chosen=filters,
        named=leave_out(named, {*lifted, *list_kinds(filters)}),
        as_of=as_of,
        newest=asks_for_newest(standalone),
        english=is_english(question),
    )
