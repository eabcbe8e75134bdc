"""What stands in front of a question and asks nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from rag.english.gate import leave_out_lead_in

LEADS = ["And ", "so, ", "Okay. And ", "By the way, ", "Now something else: ", "Different topic. ", "Also, ", "Then "]
ASKED = ["Did Kenya leave the pact?", "Who led the talks?", "Timeline of the strike in Kumasi", "In which port was it?"]


@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("asked", ASKED)
def test_a_lead_in_is_left_out(lead: str, asked: str) -> None:
    assert leave_out_lead_in(f"{lead}{asked[0].lower()}{asked[1:]}") == asked


@pytest.mark.parametrize(
    "question",
    [
        "No country left the pact: why?",
        "Now or never: what became of the slogan?",
        "Well water in Niger: who tested it?",
        "and",
        "Y después, ¿quién ganó?",
    ],
)
def test_words_that_belong_to_a_question_stay(question: str) -> None:
    assert leave_out_lead_in(question) == question


@given(st.text())
def test_what_is_left_is_the_end_of_the_question(question: str) -> None:
    assert question.casefold().endswith(leave_out_lead_in(question).casefold())
