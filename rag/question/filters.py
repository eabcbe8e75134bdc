"""Filters by kind: those that a question names beside those that were set, and both in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Literal, get_args

from index import Filters, UsageError, name_language

FilterKind = Literal["dates", "sources", "languages"]  # what a question can name
FILTER_KINDS: tuple[FilterKind, ...] = get_args(FilterKind)


def check_kinds(kinds: Iterable[str]) -> frozenset[str]:
    """Return the kinds; raise UsageError for one that there is not."""
    given = frozenset(kinds)
    if unknown := sorted(given - set(FILTER_KINDS)):
        raise UsageError(f"a question names no {unknown[0]!r}. What can be left out: {', '.join(FILTER_KINDS)}.")
    return given


def list_kinds(filters: Filters) -> list[FilterKind]:
    """The kinds that these filters limit."""
    limited = {"dates": filters.by_date, "sources": bool(filters.sources), "languages": bool(filters.languages)}
    return [kind for kind in FILTER_KINDS if limited[kind]]


def leave_out(filters: Filters, kinds: Iterable[str]) -> Filters:
    """The filters without those of some kinds."""
    left_out = set(kinds)
    return replace(
        filters,
        after=None if "dates" in left_out else filters.after,
        before=None if "dates" in left_out else filters.before,
        sources=() if "sources" in left_out else filters.sources,
        languages=() if "languages" in left_out else filters.languages,
    )


def join_filters(chosen: Filters, named: Filters) -> Filters:
    """What was chosen, and of what is named the kinds that were not."""
    dates = chosen if chosen.by_date else named
    return replace(
        chosen,
        after=dates.after,
        before=dates.before,
        sources=chosen.sources or named.sources,
        languages=chosen.languages or named.languages,
    )


def end_by(filters: Filters, as_of: date | None) -> Filters:
    """The filters, with nothing published later than that day."""
    if as_of is None or (filters.before is not None and filters.before < as_of):
        return filters
    return replace(filters, before=as_of)


def describe_filters(filters: Filters) -> dict[FilterKind, str]:
    """The filters in words, by kind: "from 1 March 2023 to 31 March 2023", "Reuters", "in French"."""
    days = [f"from {filters.after:%-d %B %Y}"] if filters.after else []
    days += [f"to {filters.before:%-d %B %Y}"] if filters.before else []
    languages = [f"in {name_language(code)}" for code in filters.languages]
    words: dict[FilterKind, str] = {
        "dates": " ".join(days),
        "sources": ", ".join(filters.sources),
        "languages": ", ".join(languages),
    }
    return {kind: said for kind, said in words.items() if said}
