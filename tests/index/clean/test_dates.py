"""Dates: what is written, and no more."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings as options, strategies as st

from index.read.files import read_file
from index.records import DatePrecision
from index.text.dates import Dated, read_date
from tests.index.read.make import FIRST, SECOND, TITLE

YEARS = {"min_value": date(1900, 1, 1), "max_value": date(2099, 12, 31)}


@pytest.mark.parametrize(
    ("written", "when", "precision"),
    [
        ("2024-03-05", "2024-03-05", "day"),
        ("2024/03/05", "2024-03-05", "day"),
        ("5 March 2024", "2024-03-05", "day"),
        ("March 5, 2024", "2024-03-05", "day"),
        ("Tuesday, 5 March 2024", "2024-03-05", "day"),
        ("Mar 5th, 2024", "2024-03-05", "day"),
        ("  5 March 2024 ", "2024-03-05", "day"),
        ("25/03/2024", "2024-03-25", "day"),
        ("03/25/2024", "2024-03-25", "day"),
        ("5 mars 2024", "2024-03-05", "day"),
        ("5. März 2024", "2024-03-05", "day"),
        ("5 de marzo de 2024", "2024-03-05", "day"),
        ("5 marzo 2024", "2024-03-05", "day"),
        ("5 de março de 2024", "2024-03-05", "day"),
        ("2024-W10-2", "2024-03-05", "day"),
        ("2024-03", "2024-03-01", "month"),
        ("March 2024", "2024-03-01", "month"),
        ("mars 2024", "2024-03-01", "month"),
        ("2024", "2024-01-01", "year"),
        ("1999", "1999-01-01", "year"),
        ("2024-03-05T06:07:08Z", "2024-03-05T06:07:08", "instant"),
        ("2024-03-05T06:07:08+02:00", "2024-03-05T04:07:08", "instant"),
        ("2024-03-05 06:07", "2024-03-05T06:07", "instant"),
        ("2024-03-05 6:07 PM", "2024-03-05T18:07", "instant"),
        ("2024-03-05T06", "2024-03-05T06:00", "instant"),
        ("Tue, 05 Mar 2024 06:07:08 GMT", "2024-03-05T06:07:08", "instant"),
        ("Tue, 05 Mar 2024 06:07:08 +0200", "2024-03-05T04:07:08", "instant"),
        ("March 5, 2024 6:07 PM", "2024-03-05T18:07", "instant"),
        ("March 5, 2024 at 6 p.m.", "2024-03-05T18:00", "instant"),
    ],
)
def test_dates_as_people_and_programs_write_them(written: str, when: str, precision: DatePrecision) -> None:
    assert read_date(written) == Dated(datetime.fromisoformat(when).replace(tzinfo=UTC), precision)


@pytest.mark.parametrize(
    "written",
    [
        *(None, "", " ", "March", "5 March", "Tuesday", "05/03", "10:30", "yesterday", "3 days ago", "now", "in May"),
        *("May", "last year", "Tuesday 5 March", "12:2024", "99", "5 March '24", "20.24", "120240"),
        *(
            "3 years ago, 2024",
            "2000 days ago",
            "in 2000 hours",
            "yesterday 2024",
            "now 2024",
            "noon 2001",
            "5 years 2024",
        ),
        *(
            "2024-02-30",
            "30 February 2024",
            "2024-13-01",
            "2024/13/01",
            "2024-00-10",
            "2023-02-29",
            "Olympics 2024",
            "2024 2023",
        ),
        *("Reported on 5 March 2024 by our correspondent in the capital, Niamey", "x" * 61 + " 2024", "\0", "٢٠٢٤"),
    ],
)
def test_what_is_no_date_with_a_year_is_none(written: str | None) -> None:
    assert read_date(written) is None


@given(st.dates(**YEARS))
def test_days_in_iso_come_back(day: date) -> None:
    wanted = Dated(datetime(day.year, day.month, day.day, tzinfo=UTC), "day")
    assert read_date(day.isoformat()) == read_date(day) == wanted


@given(
    st.datetimes(
        datetime(1900, 1, 1),
        datetime(2099, 12, 31),
        timezones=st.just(UTC) | st.integers(-840, 840).map(lambda m: timezone(timedelta(minutes=m))),
    )
)
def test_instants_in_iso_come_back(moment: datetime) -> None:
    for value in (moment, moment.isoformat(), moment.isoformat(sep=" ")):
        assert read_date(value) == Dated(moment, "instant")


@given(st.dates(**YEARS))
@options(max_examples=25, deadline=None)
def test_days_in_words_come_back(day: date) -> None:
    found = read_date(f"{day:%A}, {day.day} {day:%B %Y}")
    assert found == Dated(datetime(day.year, day.month, day.day, tzinfo=UTC), "day")


@given(st.text(max_size=70))
@options(deadline=None)
def test_a_date_is_aware_and_its_year_was_written(text: str) -> None:
    found = read_date(text)
    if found is not None:
        assert found.when.tzinfo is not None
        assert str(found.when.year) in text


@given(
    st.lists(
        st.sampled_from(
            ["2024", "1987", "March", "ago", "days", "3", "last", "Monday", "noon", "week", "in", "today", "Q1"]
        ),
        min_size=1,
        max_size=4,
    ).map(" ".join)
)
@options(max_examples=150, deadline=None)
def test_no_words_take_a_year_or_a_day_from_the_clock(text: str) -> None:
    found = read_date(text)
    if found is not None:
        assert str(found.when.year) in text
        assert found.when.day == 1 or "3" in text


def test_a_naive_moment_is_in_utc() -> None:
    assert read_date("2024-03-05T06:07:08") == Dated(datetime(2024, 3, 5, 6, 7, 8, tzinfo=UTC), "instant")


@pytest.mark.parametrize("name", ["a.txt", "a.md", "2024-03-05.txt"])
def test_the_times_of_a_file_are_not_the_article_s(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(f"{TITLE}\n\n{FIRST}\n\n{SECOND}", encoding="utf-8")
    os.utime(path, (1_000_000_000, 1_100_000_000))
    [article] = read_file(path, 20)
    assert (article.published, article.published_precision, article.modified) == (None, None, None)
