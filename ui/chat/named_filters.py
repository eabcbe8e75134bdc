"""Filters that a question names, beside those that were set by hand."""

from __future__ import annotations

from index import Filters, name_language

DATES, SOURCES, LANGUAGES = "dates", "sources", "languages"  # the kinds that a question can name


def join_filters(chosen: Filters, named: Filters) -> Filters:
    """What was set by hand, and of what the question names the kinds (dates, sources, languages) that were not."""
    dates = chosen if chosen.by_date else named
    languages = chosen.languages or named.languages
    return Filters(dates.after, dates.before, chosen.sources or named.sources, languages=languages)


def leave_chosen_out(named: Filters, chosen: Filters) -> Filters:
    """What the question names, without the kinds that were set by hand, which count in its place."""
    kinds = {DATES: chosen.by_date, SOURCES: bool(chosen.sources), LANGUAGES: bool(chosen.languages)}
    for kind in (kind for kind, is_chosen in kinds.items() if is_chosen):
        named = leave_out(named, kind)
    return named


def leave_out(named: Filters, kind: str) -> Filters:
    """What the question names without one kind of it."""
    dates = Filters() if kind == DATES else named
    sources = () if kind == SOURCES else named.sources
    return Filters(dates.after, dates.before, sources, languages=() if kind == LANGUAGES else named.languages)


def show_filters(filters: Filters) -> dict[str, str]:
    """The filters in words, by kind."""
    days = [f"from {filters.after:%-d %B %Y}"] if filters.after else []
    days += [f"to {filters.before:%-d %B %Y}"] if filters.before else []
    languages = [f"in {name_language(code)}" for code in filters.languages]
    shown = {DATES: " ".join(days), SOURCES: ", ".join(filters.sources), LANGUAGES: ", ".join(languages)}
    return {kind: words for kind, words in shown.items() if words}
