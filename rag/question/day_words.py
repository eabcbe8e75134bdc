"""Days that people and programs write for `--after`, `--before` and `--as-of`, the same in every entrance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from index import Filters, UsageError, make_safe
from rag.english.gate import read_days

_LONGEST = 60  # characters
_HOW = "Write it as 2024-03-17, 2023-05, 2023, May 2023, yesterday or last week."


class ChosenDays(NamedTuple):
    """The first and last day of publication, both included, and the day as of which is asked."""

    after: date | None
    before: date | None
    as_of: date | None


class Chosen(NamedTuple):
    """The filters that somebody chose, and the day as of which is asked."""

    filters: Filters
    as_of: date | None


def read_chosen_filters(
    after: str | None,
    before: str | None,
    sources: Sequence[str] = (),
    languages: Sequence[str] = (),
    as_of: str | None = None,
    collections: Sequence[str] = (),
) -> Chosen:
    """The filters by days in words, counted from today, outlets, languages and collections. Raises as
    `read_chosen_days`.
    """
    days = read_chosen_days(after, before, as_of, today=date.today())
    named = {"sources": tuple(sources), "languages": tuple(languages), "collections": tuple(collections)}
    return Chosen(Filters(days.after, days.before, **named), days.as_of)


def read_chosen_days(after: str | None, before: str | None, as_of: str | None = None, *, today: date) -> ChosenDays:
    """Read days in words: the first that `after` means, the last that `before` and `as_of` do.

    `as_of` is counted from `today`, the others from `as_of`, else from `today`; empty ones are None. Raises UsageError
    for words that mean no day, and where no day is between the two.
    """
    asked = _read(as_of, today, "as-of")
    counted_from = asked[1] if asked else today
    first, last = _read(after, counted_from, "after"), _read(before, counted_from, "before")
    if first and last and first[0] > last[1]:
        raise UsageError(f"the first day is after the last one: {first[0]}, {last[1]}. Change one of them.")
    return ChosenDays(first[0] if first else None, last[1] if last else None, asked[1] if asked else None)


def _read(words: str | None, today: date, name: str) -> tuple[date, date] | None:
    if words is None or not words.strip():
        return None
    days = read_days(words, today) if len(words) <= _LONGEST else None
    if days is None:
        raise UsageError(f"{name}: {make_safe(words)[:_LONGEST]!r} is no day that there is. {_HOW}")
    return days
