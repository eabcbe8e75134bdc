"""Which sentences report an event, and on which day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from index import Article, make_article_from_mapping
from rag.english.gate import find_events

DAY = "2024-03-15"  # a Friday


def make(text: str, published: str | None = DAY, title: str = "Harbour news") -> Article:
    dated = {"published": published} if published else {}
    return make_article_from_mapping({"id": "a", "title": title, "text": text, **dated})


def days(text: str, published: str | None = DAY, title: str = "Harbour news") -> list[tuple[str, str]]:
    """First and last day of each event."""
    return [(e.first.isoformat(), e.last.isoformat()) for e in find_events(make(text, published, title))]


def on(day: str) -> list[tuple[str, str]]:
    return [(day, day)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Divers raised the wreck of the trawler on Tuesday.", "2024-03-12"),
        ("Divers raised the wreck of the trawler yesterday.", "2024-03-14"),
        ("Divers raised the wreck of the trawler on 2 February.", "2024-02-02"),
        ("Divers raised the wreck on December 3, and its crew watched.", "2023-12-03"),
        ("Divers raised the wreck of the trawler three days ago.", "2024-03-12"),
        ("Divers have raised the wreck of the trawler off Kinsale.", DAY),
        ("The union did not accept the offer on Monday, and talks ended.", "2024-03-11"),
        ("Drivers and owners agreed on a rise of 8 percent in the early hours of Thursday.", "2024-03-14"),
        ("The trawler, which was built on 3 May 2019, sank on Wednesday.", "2024-03-13"),
        ("The crew had gone missing after a storm on Sunday.", "2024-03-10"),
    ],
)
def test_the_day_is_the_event_s(text: str, day: str) -> None:
    assert days(text) == on(day)


def test_a_day_in_the_next_sentence_dates_the_news() -> None:
    article = make("The harbour master has resigned. He told the council of his decision on Wednesday.")
    (event,) = find_events(article)
    assert (event.first, event.written, event.lead) == (date(2024, 3, 13), False, True)
    assert event.when is not None
    assert article.text[slice(*event.when)] == "He told the council of his decision on Wednesday."


def test_a_month_is_as_much_as_is_known() -> None:
    assert days("The shipyard lost money. It sold its dry dock in January, a report says.")[-1] == (
        "2024-01-01",
        "2024-01-31",
    )


def test_two_days_in_one_sentence_are_two_events_in_its_clauses() -> None:
    article = make("The council approved the plan on 3 March, and the mayor signed it on 5 March.")
    found = find_events(article)
    assert [article.text[e.start : e.end] for e in found] == [
        "The council approved the plan on 3 March",
        "the mayor signed it on 5 March.",
    ]
    assert [e.first.day for e in found] == [3, 5]


def test_a_weekday_in_front_of_a_date_belongs_to_it() -> None:
    text = "The accord was signed on Monday, 11 March, after talks that had begun on Wednesday, 6 March."
    assert days(text) == on("2024-03-11")


@pytest.mark.parametrize(
    "text",
    [
        "The harbour will be dredged on 4 April 2024, the port authority plans.",
        "The harbour could open again on Monday if the weather allows.",
        "The ministry plans to close the harbour by 1 May 2024.",
        "Why was the harbour never dredged?",
        "If the harbour had been dredged on Tuesday, nothing would be left.",
        "The harbour is old and lies at the mouth of the river.",
        "“We were promised a new quay and got nothing,” she said.",
        "The harbour should be closed, and soon.",
    ],
)
def test_plans_questions_states_and_speech_are_no_events(text: str) -> None:
    assert days(text) == []


def test_an_opinion_has_no_day_of_its_own() -> None:
    text = "The harbour has become a symbol of neglect."
    assert days(text, title="Opinion: Save the harbour") == []
    assert days(text) == on(DAY)


def test_nothing_is_later_than_its_article() -> None:
    assert days("The harbour was closed on 20 March 2024, an old notice said.") != on("2024-03-20")


def test_without_a_date_only_whole_dates_count() -> None:
    text = "Divers raised the wreck on Tuesday. A storm had sunk the trawler on 3 May 2019."
    assert days(text, None) == on("2019-05-03")


def test_another_language_gives_nothing() -> None:
    text = "Die Taucher haben das Wrack am Dienstag gehoben, wie die Polizei der Zeitung sagte."
    assert days(text) == []


@given(st.text(max_size=300))
def test_whatever_is_written_events_lie_within_it_and_not_after_it(text: str) -> None:
    article = make(f"Ships sank. {text}")
    for event in find_events(article):
        assert 0 <= event.start < event.end <= len(article.text)
        assert event.first <= event.last
        assert event.first <= date.fromisoformat(DAY)
