"""Filters that a question names, beside those that were set by hand."""

from __future__ import annotations

from index import Filters

DATES, SOURCES = "dates", "sources"  # the kinds that a question can name


def join_filters(chosen: Filters, named: Filters) -> Filters:
    """What was set by hand, and of what the question names the kinds (dates, sources) that were not."""
    dates = chosen if chosen.by_date else named
    return Filters(dates.after, dates.before, chosen.sources or named.sources)


def leave_out(named: Filters, kind: str) -> Filters:
    """What the question names without one kind of it."""
    dates = Filters() if kind == DATES else named
    return Filters(dates.after, dates.before, () if kind == SOURCES else named.sources)


def show_filters(filters: Filters) -> dict[str, str]:
    """The filters in words, by kind."""
    days = [f"from {filters.after:%-d %B %Y}"] if filters.after else []
    days += [f"to {filters.before:%-d %B %Y}"] if filters.before else []
    shown = {DATES: " ".join(days), SOURCES: ", ".join(filters.sources)}
    return {kind: words for kind, words in shown.items() if words}
