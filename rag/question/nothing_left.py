"""What is said where the filters that a question names leave no article: the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from index import PHRASE, Filters, Hit, Library, Scope, name_language, quoted_phrases
from rag.question.record import ParsedQuestion


def explain_nothing_left(library: Library, question: ParsedQuestion) -> str:
    """Say why there is nothing to search, and what there is without the filters that the question names.

    Empty where something is left, and where it is not for what the question names that nothing is.
    """
    if not question.named:
        return ""
    scope = library.scope(question.filters)
    lifted = library.scope(question.filters_without_named)
    if scope.searched or not lifted.searched:
        return ""
    return f"No article is {_describe(question.named)}, which your question names.{_offer(scope, lifted)}"


def explain_nothing_found(library: Library, question: ParsedQuestion) -> str:
    """Say the same where something is left to search, and no passage of it has the words that it must have."""
    scope = library.scope(question.filters)
    if not question.named or not scope.searched:
        return ""
    words = " and ".join(f"“{phrase}”" for phrase in question.demanded) or "of the question"
    offer = _offer(scope, library.scope(question.filters_without_named))
    return f"No article {_describe(question.named)}, which your question names, has the words {words}.{offer}"


def explain_phrases(question: ParsedQuestion, hits: Sequence[Hit]) -> str:
    """Say that no passage has the phrases in quotation marks, where that is so and others are shown instead."""
    phrases = quoted_phrases(question.standalone)
    if question.exact or not phrases or not hits or any(PHRASE in hit.signals for hit in hits):
        return ""
    words = " and ".join(f"“{phrase}”" for phrase in phrases)
    return f"No passage has the words {words}: they were searched by what they mean."


def explain_empty(scope: Scope) -> str:
    """Say that there is no article to look at, and why; empty where there are some."""
    if not scope.articles:
        return "The library is empty. Add articles, then ask again."
    if scope.searched:
        return ""
    none = "The one article is not" if scope.articles == 1 else f"None of the {scope.articles:,} articles is"
    return f"{none} within the dates, sources, languages and collections asked for.{show_left_out(scope)}"


def _offer(scope: Scope, lifted: Scope) -> str:
    count = f"{lifted.searched:,} article{'' if lifted.searched == 1 else 's'}"
    return f"{show_left_out(scope)} Ask without that to search {count}."


def _describe(named: Filters) -> str:
    """As "from March 2023 or later, and from Reuters or AP, and in French"."""
    after, before = (f"{day:%-d %B %Y}" if day else "" for day in (named.after, named.before))
    if after and before:
        dates = f"from {after}" if after == before else f"from {after} to {before}"
    else:
        dates = f"from {after} or later" if after else f"from {before} or earlier" if before else ""
    sources = f"from {' or '.join(named.sources)}" if named.sources else ""
    languages = f"in {' or '.join(map(name_language, named.languages))}" if named.languages else ""
    return ", and ".join(filter(None, (dates, sources, languages)))


def show_left_out(scope: Scope) -> str:
    """How many articles were left out since they don't say when, or in what language, they were published."""
    undated = _count_left_out(scope.undated_left_out, "without a date")
    return undated + _count_left_out(scope.unnamed_left_out, "that don't say their language")


def _count_left_out(articles: int, which: str) -> str:
    if not articles:
        return ""
    return (
        f" ({articles} article{' ' if articles == 1 else 's '}{which} {'was' if articles == 1 else 'were'} left out.)"
    )
