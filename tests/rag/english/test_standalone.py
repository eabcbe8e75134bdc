"""Follow-up questions."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from index.search.question import LONGEST_QUESTION
from rag.english.standalone import make_standalone
from rag.records import Turn

CONVERSATION = [Turn("Who is Molly Phee?", "A diplomat."), Turn("Why did Niger revoke the deal? ", "It was unfair.")]


@pytest.mark.parametrize(
    "question",
    ["And when?", "Why?", "When did it end?", "What about France?", "Did they leave?", "and the others", "  who? "],
)
def test_a_question_that_leans_on_the_conversation_gets_the_last_question(question: str) -> None:
    assert make_standalone(question, CONVERSATION) == f"Why did Niger revoke the deal? {question.strip()}"


@pytest.mark.parametrize(
    "question",
    [
        "When did French soldiers leave Niger?",
        "Who leads the junta?",
        "Why did it take the American soldiers six months to leave Agadez?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert make_standalone(question, CONVERSATION) == question


@given(st.text())
def test_without_a_conversation_a_question_stays_as_it_is(question: str) -> None:
    assert make_standalone(question, ()) == question


@given(st.text())
def test_the_question_itself_is_never_lost(question: str) -> None:
    assert make_standalone(question, CONVERSATION).strip().endswith(question.strip())


@pytest.mark.parametrize("question", ["And when?", "x" * (LONGEST_QUESTION - 10) + " and it?"])
def test_what_is_searched_for_is_never_too_long(question: str) -> None:
    conversation = [Turn("why " * (LONGEST_QUESTION // 4), "It was unfair.")]
    assert len(make_standalone(question, conversation)) <= LONGEST_QUESTION
    assert make_standalone(question, conversation).endswith(question)
