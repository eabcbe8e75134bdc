"""A question without its time, as articles of that time are asked it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from rag.english.dates.question_range import read_range
from rag.english.dates.without_time import leave_out_time

TODAY = date(2024, 6, 12)


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Who resigned in Tesmar last week?", "Who resigned in Tesmar?"),
        ("In 2022 and 2023, who coached Ostermark?", "Who coached Ostermark?"),
        ("Which team won between 2020 and 2022 in France?", "Which team won in France?"),
        ("From April 2024 onwards, who has governed the bank?", "Who has governed the bank?"),
        ("What was the team working on two months ago?", "What was the team working on?"),
        ("How did they protest on Friday and Saturday?", "How did they protest?"),
        ("Since March, what has the court done?", "What has the court done?"),
        ("What was the harbour master accused of last week?", "What was the harbour master accused of?"),
        ("How did the toll in Oru rise in the days after 3 June?", "How did the toll in Oru rise?"),
        ("Where is the old bell kept now? Anything since April?", "Where is the old bell kept now?"),
        ("is the old bridge open? anything in the past 7 days", "Is the old bridge open?"),
        ("What was the bill for the bridge, as told last winter?", "What was the bill for the bridge?"),
        ("Past two weeks: how many villagers left Oru?", "How many villagers left Oru?"),
    ],
)
def test_what_only_says_when_goes(question: str, rest: str) -> None:
    assert leave_out_time(question, TODAY) == rest


@pytest.mark.parametrize(
    "question",
    [
        "What happened last week?",
        "What happened in Tesmar after the referendum of 5 May?",
        "Before the 6 May vote, what did she say?",
        "Who won the 2022 World Cup?",
        "What did they decide at yesterday's hearing?",
        "Who leads Niger?",
    ],
)
def test_what_is_a_part_of_what_is_asked_stays(question: str) -> None:
    assert leave_out_time(question, TODAY) == question


@given(
    st.lists(
        st.sampled_from("who won in 2022 since March last week , and the vote of 6 May ? Niger".split()), max_size=14
    )
)
def test_no_word_is_added(words: list[str]) -> None:
    question = " ".join(words)
    rest = leave_out_time(question, TODAY)
    assert len(rest) <= len(question)
    assert set(rest.lower().replace("?", " ?").replace(",", " ,").split()) <= set(question.lower().split())
    if not read_range(question, TODAY).words:
        assert rest.lower() == question.lower()
