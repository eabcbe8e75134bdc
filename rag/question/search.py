"""Searching for what a question means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

from index import NO_FILTERS, Filters, Hit, Library, SearchMode
from rag.question.nothing_left import explain_nothing_found, explain_nothing_left
from rag.question.record import ParsedQuestion
from rag.question.understand import understand


class SearchResult(NamedTuple):
    """What a search found, best first.

    `reason` says what filters that the question names have to do with it where there is nothing.
    """

    question: ParsedQuestion
    hits: list[Hit]
    reason: str = ""


def search(
    library: Library,
    question: str,
    limit: int = 10,
    mode: SearchMode = "hybrid",
    filters: Filters = NO_FILTERS,
    without: Iterable[str] = (),
    seconds: dict[str, float] | None = None,
    *,
    exact: bool = False,
) -> SearchResult:
    """Find at most `limit` passages for a question, understood as `ask` understands it, and nothing is answered.

    `seconds` gets what each stage took; with `exact`, passages must have the phrases in double quotes. Raises
    UsageError for a question that can't be asked.
    """
    parsed = understand(library, question, filters=filters, without=without, exact=exact)
    if reason := explain_nothing_left(library, parsed):
        return SearchResult(parsed, [], reason)
    hits = search_parts(library, parsed, limit, mode, seconds)
    return SearchResult(parsed, hits, "" if hits else explain_nothing_found(library, parsed))


def search_parts(
    library: Library,
    question: ParsedQuestion,
    limit: int,
    mode: SearchMode = "hybrid",
    seconds: dict[str, float] | None = None,
) -> list[Hit]:
    """Find at most `limit` passages for a question: of several things asked, the best for each take turns."""
    rankings = [
        library.search(
            part.whole,
            limit,
            mode,
            filters=question.filters,
            newest=question.newest,
            seconds=seconds,
            exact=question.exact,
        )
        for part in question.parts
    ]
    found: dict[str, Hit] = {}
    for turn in zip_longest(*rankings):
        for hit in filter(None, turn):
            found.setdefault(hit.passage.id, hit)
    return [replace(hit, rank=rank) for rank, hit in enumerate(list(found.values())[:limit], start=1)]
