"""Which questions want an overview, and of what."""

from __future__ import annotations

from datetime import date

import pytest

from evals.dataset import load_dataset
from rag.english.gate import read_news_days, read_wanted


@pytest.mark.parametrize(
    ("question", "wanted", "topic"),
    [
        ("Timeline of the Niger coup", "timeline", "the Niger coup"),
        ("give me a chronology of the strike, please", "timeline", "the strike"),
        ("Can you make a timeline for metro line 5?", "timeline", "metro line 5"),
        ("timeline: the port explosion", "timeline", "the port explosion"),
        ("What is the timeline of the merger?", "timeline", "the merger"),
        ("Show me the sequence of events around the coup.", "timeline", "the coup"),
        ("Summarize the Niger withdrawal", "brief", "the Niger withdrawal"),
        ("please sum up what happened in Niger", "brief", "Niger"),
        ("Brief me on the ferry fire!", "brief", "the ferry fire"),
        ("give me an overview of the coup", "brief", "the coup"),
        ("What did Tiani say about the deal?", "quotes", "What did Tiani say about the deal?"),
        ("who said what about the deal?", "quotes", "who said what about the deal?"),
        ("who disagrees about the toll?", "disagreements", "the toll"),
        ("What do the papers disagree on about the fire in Pellan?", "disagreements", "the fire in Pellan"),
        ("Do the reports contradict each other on the storm?", "disagreements", "the storm"),
        ("Where do the reports on storm Ylva differ?", "disagreements", "storm Ylva"),
        ("what's disputed about the coup", "disagreements", "the coup"),
        ("Show me the contradictions between the articles about the vote", "disagreements", "the vote"),
        ("What's the latest on the strike?", "latest", "the strike"),
        ("the latest on metro line 5", "latest", "metro line 5"),
        ("what's new with Rosa Amaral", "latest", "Rosa Amaral"),
        ("Is there any news about the port explosion?", "latest", "the port explosion"),
        ("How do things stand with the merger now?", "latest", "the merger"),
        ("Give me the latest news from Gaza, please", "latest", "Gaza"),
        ("What's the latest?", "latest", ""),
        ("any news today?", "latest", ""),
        ("quotes by Rosa Amaral", "quotes", "quotes by Rosa Amaral"),
    ],
)
def test_its_first_words_say_so(question: str, wanted: str, topic: str) -> None:
    assert read_wanted(question) == (wanted, topic)


@pytest.mark.parametrize(
    "question",
    [
        "What is the timeline for the withdrawal?",
        "Who wrote the summary of the report?",
        "Summarize this",
        "summarize your last answer",
        "overview please",
        "timeline",
        "Make a timeline of it.",
        "Give me a brief answer: who won?",
        "What did the report say about costs?",
        "What did the law say of tolls?",
        "Who disagrees with the mayor about the toll?",
        "Who disagreed about the toll?",
        "What did ministers disagree about?",
        "Where do the two species differ?",
        "Who is the latest person to join the strike?",
        "What is the latest version of the plan?",
        "What did the latest report say about costs?",
        "What is the latest on when the strike ends?",
        "What is new about the plan?",
        "How does the mayor stand on tolls?",
        "Was there a timeline of the withdrawal?",
        "Chronologie du coup d'État au Niger, s'il vous plaît",
    ],
)
def test_other_questions_want_an_answer(question: str) -> None:
    assert read_wanted(question) == ("answer", "")


@pytest.mark.parametrize("name", ["seeds", "seeds-held"])
def test_plain_questions_stay_plain(name: str) -> None:
    asked = [question.question for question in load_dataset(name).questions]
    assert [question for question in asked if read_wanted(question)[0] != "answer"] == []


WEEK = date(2024, 5, 13), date(2024, 5, 19)
TODAY = date(2024, 5, 22)


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("What happened last week?", WEEK),
        ("what's happened since Monday", (date(2024, 5, 20), TODAY)),
        ("Last week: what happened in the world?", WEEK),
        ("What happened on 17 March 2024?", (date(2024, 3, 17), date(2024, 3, 17))),
        ("what was in the news yesterday?", (date(2024, 5, 21), date(2024, 5, 21))),
        ("summarize last week", WEEK),
        ("Show me the main news of last week", WEEK),
        ("What happened between March and April 2024?", (date(2024, 3, 1), date(2024, 4, 30))),
    ],
)
def test_what_happened_in_a_time_is_asked_of_everything(question: str, days: tuple[date, date]) -> None:
    assert read_news_days(question, TODAY) == days


@pytest.mark.parametrize(
    "question",
    [
        "What happened?",
        "What happened in Niger last week?",
        "Who resigned last week?",
        "What happened to the dam in May 2024?",
        "What did the mayor say last week?",
        "Que s'est-il passé la semaine dernière ?",
    ],
)
def test_what_is_about_something_is_not_asked_of_everything(question: str) -> None:
    assert read_news_days(question, TODAY) is None
