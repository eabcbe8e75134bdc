"""The time that a question names against the time that the library's articles are of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from index import Filters, Library
from rag.english.gate import QuestionRange, show_days, show_published_day
from rag.question.filters import end_by, leave_out
from rag.question.record import ParsedQuestion
from rag.records import Citation

_OLD = 90  # days: of what is older, a question about now is told how old it is


def is_out_of_reach(library: Library, time: QuestionRange, filters: Filters, as_of: date | None) -> bool:
    """True where all articles that `filters` let through are older than a time only mentioned, or have no date.

    "Which bill passed this week?" is then asked without "this week". What is asked of that time ("what happened this
    week?") has no answer instead, as what is counted from an `as_of` that somebody gave.
    """
    if time.firm or not time.relative or time.after is None or as_of is not None:
        return False
    newest = library.scope(filters).last
    return newest is None or newest.date() < time.after


def find_old_pile(library: Library, question: ParsedQuestion) -> date | None:
    """The day of the newest article, where asking as of it would help; None where it wouldn't.

    That is where words counted from the day of asking leave no article, and where a question about now meets articles
    that are all old.
    """
    newest = _find_newest(library, question)
    if newest is None or question.asked_on is None or newest >= question.asked_on:
        return None
    leaves_nothing = question.named.by_date and not library.scope(question.filters).searched
    if question.time.relative and (question.passed_over or leaves_nothing):
        return newest
    return newest if question.newest and (question.asked_on - newest).days > _OLD else None


def explain_time(library: Library, question: ParsedQuestion) -> list[str]:
    """What a reader should know of the time that a question names, a line each; nothing for most questions."""
    said = [f"“{words}” is no day of the calendar, so it limits nothing." for words in question.time.unread]
    if question.time.disjoint:
        said.append("The times that your question names exclude each other, so they limit nothing.")
    if question.passed_over:
        last = library.scope(question.filters).last
        day = show_days(last.date(), last.date()) if last else ""
        ends = f"The articles end on {day}, before" if day else "No article is dated within"
        said.append(f"{ends} the time that your question names: all of them were searched.")
    return said


def explain_age(question: ParsedQuestion, citations: Iterable[Citation]) -> str:
    """How old the newest article that answers is, for a question about now that only old ones answer; else nothing."""
    articles = [citation.hit.article for citation in citations]
    dated = [article for article in articles if article.published]
    if not question.newest or question.asked_on is None or not dated or len(dated) < len(articles):
        return ""
    newest = max(dated, key=lambda article: article.published.date() if article.published else date.min)
    assert newest.published is not None
    if (question.asked_on - newest.published.date()).days <= _OLD:
        return ""
    return f"The newest article that answers is of {show_published_day(newest)}."


def _find_newest(library: Library, question: ParsedQuestion) -> date | None:
    filters = leave_out(question.filters, ["dates"]) if question.named.by_date else question.filters
    scope = library.scope(end_by(filters, question.asked_on))
    return scope.last.date() if scope.last else None
