"""Words for a time as days, each alone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from rag.english.dates.periods import read_days

TODAY = date(2024, 5, 22)  # a Wednesday


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("2024-03-17", "2024-03-17", "2024-03-17"),
        ("2023-05", "2023-05-01", "2023-05-31"),
        ("2023", "2023-01-01", "2023-12-31"),
        ("May 2023", "2023-05-01", "2023-05-31"),
        ("may 2023", "2023-05-01", "2023-05-31"),
        ("17 March 2024", "2024-03-17", "2024-03-17"),
        ("March 17th, 2024", "2024-03-17", "2024-03-17"),
        ("17 March", "2024-03-17", "2024-03-17"),
        ("June 1", "2023-06-01", "2023-06-01"),
        ("early 2024", "2024-01-01", "2024-04-30"),
        ("mid-March", "2024-03-11", "2024-03-20"),
        ("the end of February 2024", "2024-02-21", "2024-02-29"),
        ("Q2 2023", "2023-04-01", "2023-06-30"),
        ("the second half of 2023", "2023-07-01", "2023-12-31"),
        ("winter 2023", "2023-12-01", "2024-02-29"),
        ("last summer", "2023-06-01", "2023-08-31"),
        ("last winter", "2023-12-01", "2024-02-29"),
        ("winter 2022-23", "2022-12-01", "2023-02-28"),
        ("2021-23", "2021-01-01", "2023-12-31"),
        ("H2 2023", "2023-07-01", "2023-12-31"),
        ("the first three months of 2023", "2023-01-01", "2023-03-31"),
        ("the last ten days of March", "2024-03-22", "2024-03-31"),
        ("the weekend before last", "2024-05-11", "2024-05-12"),
        ("the night before last", "2024-05-20", "2024-05-20"),
        ("the week of 3 June 2024", "2024-06-03", "2024-06-09"),
        ("3 to 10 June 2023", "2023-06-03", "2023-06-10"),
        ("today", "2024-05-22", "2024-05-22"),
        ("yesterday", "2024-05-21", "2024-05-21"),
        ("tomorrow", "2024-05-23", "2024-05-23"),
        ("last week", "2024-05-13", "2024-05-19"),
        ("this week", "2024-05-20", "2024-05-26"),
        ("earlier this week", "2024-05-20", "2024-05-22"),
        ("last month", "2024-04-01", "2024-04-30"),
        ("last quarter", "2024-01-01", "2024-03-31"),
        ("last weekend", "2024-05-18", "2024-05-19"),
        ("the past month", "2024-04-22", "2024-05-22"),
        ("the last two weeks", "2024-05-08", "2024-05-22"),
        ("the past 48 hours", "2024-05-20", "2024-05-22"),
        ("three days ago", "2024-05-19", "2024-05-19"),
        ("two weeks ago", "2024-05-06", "2024-05-12"),
        ("Wednesday", "2024-05-22", "2024-05-22"),
        ("last Wednesday", "2024-05-15", "2024-05-15"),
        ("Tuesday of last week", "2024-05-14", "2024-05-14"),
        ("last May", "2023-05-01", "2023-05-31"),
        ("March last year", "2023-03-01", "2023-03-31"),
        ("29 February", "2024-02-29", "2024-02-29"),
    ],
)
def test_read(words: str, first: str, last: str) -> None:
    found = read_days(words, TODAY)
    assert found and tuple(map(str, found)) == (first, last)  # noqa: PT018


@pytest.mark.parametrize(
    "words",
    ["", "soon", "30 February 2024", "2024-13", "2024-02-30", "next week", "May said", "2023 and 2024", "12345"],
)
def test_what_is_no_day(words: str) -> None:
    assert read_days(words, TODAY) is None


@given(st.dates(date(1900, 1, 1), date(2090, 12, 31)), st.dates(date(1900, 1, 1), date(2090, 12, 31)))
def test_a_written_day_does_not_depend_on_today(day: date, today: date) -> None:
    assert read_days(day.isoformat(), today) == (day, day)
    assert read_days(f"{day:%-d %B %Y}", today) == (day, day)


@given(st.text(max_size=60), st.dates())
def test_any_words_can_be_read(words: str, today: date) -> None:
    found = read_days(words, today)
    assert found is None or found[0] <= found[1]
