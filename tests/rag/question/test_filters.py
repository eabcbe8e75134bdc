"""Filters by kind: what was chosen wins over what is named, and what is lifted is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, strategies as st

from index import Filters, UsageError
from rag.question.filters import (
    FILTER_KINDS,
    check_kinds,
    describe_filters,
    end_by,
    join_filters,
    leave_out,
    list_kinds,
)

days = st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1))
names = st.lists(st.sampled_from(["Reuters", "AP", "fr"]), max_size=2, unique=True).map(tuple)
filters = st.builds(Filters, after=days, before=days, sources=names, exclude=names, languages=names)
kinds = st.sets(st.sampled_from(FILTER_KINDS))


@given(filters, filters)
def test_chosen_kinds_win_and_the_others_are_taken_from_what_is_named(chosen: Filters, named: Filters) -> None:
    joined = join_filters(chosen, named)
    for kind in FILTER_KINDS:
        from_ = chosen if kind in list_kinds(chosen) else named
        others = [other for other in FILTER_KINDS if other != kind]
        assert replace(leave_out(joined, others), exclude=()) == replace(leave_out(from_, others), exclude=())
    assert joined.exclude == chosen.exclude
    assert join_filters(joined, named) == joined


@given(filters, kinds)
def test_what_is_left_out_is_gone_and_nothing_else(given_filters: Filters, left_out: set[str]) -> None:
    left = leave_out(given_filters, left_out)
    assert set(list_kinds(left)) == set(list_kinds(given_filters)) - left_out
    assert set(describe_filters(left)) == set(list_kinds(left))
    assert left.exclude == given_filters.exclude
    assert leave_out(left, left_out) == left


@given(filters, days)
def test_nothing_is_later_than_as_of(given_filters: Filters, as_of: date | None) -> None:
    ended = end_by(given_filters, as_of)
    assert ended.after == given_filters.after
    if as_of is None:
        assert ended == given_filters
    else:
        assert ended.before == min(as_of, given_filters.before or as_of)


def test_filters_in_words() -> None:
    both = Filters(date(2023, 3, 1), date(2023, 3, 31), ("Reuters", "AP"), languages=("fr",))
    assert describe_filters(both) == {
        "dates": "from 1 March 2023 to 31 March 2023",
        "sources": "Reuters, AP",
        "languages": "in French",
    }
    assert describe_filters(Filters(exclude=("a",))) == {}


def test_a_kind_that_there_is_not_is_refused_in_a_line() -> None:
    assert check_kinds(["dates", "dates"]) == {"dates"}
    with pytest.raises(UsageError, match=r"no 'date'.*dates, sources, languages") as raised:
        check_kinds(["dates", "date"])
    assert "\n" not in str(raised.value)
