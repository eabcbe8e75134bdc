"""The dates, sources and languages that a question names become filters; whatever else it says does not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from index import Filters
from rag.english.named_filters import read_question_filters

SOURCES = ("The Quvex Bugle", "Reuters", "The Sun", "AP", "a+b (c)")


def read(question: str) -> tuple[str, str, tuple[str, ...]]:
    found = read_question_filters(question, SOURCES)
    return str(found.after or ""), str(found.before or ""), found.sources


@pytest.mark.parametrize(
    ("question", "after", "before"),
    [
        ("What happened in Niger in March 2024?", "2024-03-01", "2024-03-31"),
        ("what happened in niger in march 2024", "2024-03-01", "2024-03-31"),
        ("What happened during February 2024?", "2024-02-01", "2024-02-29"),
        ("What was said in 2023?", "2023-01-01", "2023-12-31"),
        ("In Sept. 2023, who led?", "2023-09-01", "2023-09-30"),
        ("Who has led Niger since 2020?", "2020-01-01", ""),
        ("Who has led since July 2023?", "2023-07-01", ""),
        ("Who has led since 26 July 2023?", "2023-07-26", ""),
        ("Who has led since July 26th, 2023?", "2023-07-26", ""),
        ("Who has led since 2023-07-26?", "2023-07-26", ""),
        ("What came after 2022?", "2023-01-01", ""),
        ("What came after 31 December 2022?", "2023-01-01", ""),
        ("What was known before March 2024?", "", "2024-02-29"),
        ("What was known until March 2024?", "", "2024-03-31"),
        ("Between March 2024 and May 2024, who left?", "2024-03-01", "2024-05-31"),
        ("Who left from 2020 to 2022?", "2020-01-01", "2022-12-31"),
        ("Who left after 2020 and before June 2022?", "2021-01-01", "2022-05-31"),
        # what a question tells of something else
        ("What is the accord of 2012?", "", ""),
        ("What did the 2012 accord say?", "", ""),
        ("What happened on 17 March 2024?", "", ""),
        ("What happened in March?", "", ""),
        ("Did it cost more in 2024 dollars?", "", ""),
        ("Were there 900 people in 2000 people's camps?", "", ""),
        ("Who was born in 2024-born?", "", ""),
        ("What came after 30 February 2024?", "", ""),
        ("What was said in summer 2024?", "", ""),
        ("Who left between 2024 and 2020?", "", ""),
        ("", "", ""),
    ],
)
def test_dates(question: str, after: str, before: str) -> None:
    assert read(question) == (after, before, ())


@pytest.mark.parametrize(
    ("question", "sources"),
    [
        ("What did Reuters say about Niger?", ("Reuters",)),
        ("According to The Quvex Bugle, who left?", ("The Quvex Bugle",)),
        ("according to the Quvex Bugle, who left?", ("The Quvex Bugle",)),
        ("What does AP's coverage say, and what Reuters reports?", ("Reuters", "AP")),
        ("What was in a+b (c) of it?", ("a+b (c)",)),
        ("How hot is the sun?", ()),
        ("What did the sun do?", ()),
        ("Who owns Reuters?", ()),
        ("Who sits in APEC?", ()),
        ("Where is the Quvex Bugle printed?", ()),
    ],
)
def test_sources(question: str, sources: tuple[str, ...]) -> None:
    assert read(question)[2] == sources


@pytest.mark.parametrize(
    ("question", "languages"),
    [
        ("What do French articles say of Niger?", ("fr",)),
        ("What does the french-language press say?", ("fr",)),
        ("What do articles in French say of Niger?", ("fr",)),
        ("Who left, by the coverage in German or English newspapers?", ("de", "en")),
        ("Who left Niger, by the reports written in French?", ("fr",)),
        ("What did Macron say in French?", ()),
        ("When did the French troops leave?", ()),
        ("What do articles in French Guiana say?", ()),
        ("What do Spanish articles say?", ()),
    ],
)
def test_languages(question: str, languages: tuple[str, ...]) -> None:
    assert read_question_filters(question, (), ("de", "en", "fr")).languages == languages


@given(st.text(), st.lists(st.text(), max_size=3), st.lists(st.text(), max_size=3))
def test_any_question_can_be_read(question: str, sources: list[str], languages: list[str]) -> None:
    found = read_question_filters(question, sources, languages)
    assert set(found.sources) <= set(sources)
    assert set(found.languages) <= set(languages)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_day_is_read_as_itself(day: date) -> None:
    for written in (f"{day:%-d %B %Y}", f"{day:%B %-d, %Y}", day.isoformat()):
        assert read_question_filters(f"What happened since {written}?", ()) == Filters(after=day)
        assert read_question_filters(f"What happened until {written}?", ()) == Filters(before=day)
