"""Questions come from anybody who reaches the API: whatever they hold, what they mean is worked out in peace."""

from __future__ import annotations

from hypothesis import given, strategies as st

from index import LONGEST_QUESTION, DatelineError, check_question
from rag import Turn
from rag.english.gate import (
    expected_kind,
    is_english,
    list_dates,
    make_standalone,
    read_question_filters,
    split_question,
)

WORDS = st.sampled_from(
    "why and what who 2023 31 February March yesterday last week since before according to Reuters in French did she"
    " say the , ? . « » \" ' ( ) [1] -- - / \\ \u202e \u200b \u0301 \U0001f600 9999999999999999 13/13 1.2.3".split()
)
QUESTIONS = st.lists(WORDS | st.text(max_size=12), max_size=60).map(" ".join)
HIDDEN = "\u202e\u200b\x1b\x00"
OUTLETS = ["Reuters", "The Harbour Post", "a"]


@given(QUESTIONS)
def test_a_question_is_asked_or_refused_in_a_line(question: str) -> None:
    refused = ""
    try:
        check_question(question)
    except DatelineError as error:
        refused = str(error)
    assert "\n" not in refused


@given(QUESTIONS, st.lists(st.builds(Turn, QUESTIONS, QUESTIONS), max_size=3))
def test_a_follow_up_stands_alone_in_one_question(question: str, history: list[Turn]) -> None:
    standalone = make_standalone(question, history, OUTLETS, ["en", "fr"])
    assert len(standalone) <= max(len(question), LONGEST_QUESTION)
    assert standalone == question or "\n" not in standalone
    assert standalone == question or not set(standalone) & set(HIDDEN) - set(question)
    for part in split_question(standalone):
        assert part.asked in part.whole or not standalone.strip()
        expected_kind(part.asked)
        list_dates(part.whole)


@given(QUESTIONS)
def test_a_filter_names_outlets_and_languages_that_are_there(question: str) -> None:
    filters = read_question_filters(question, OUTLETS, ["en", "fr"])
    assert set(filters.sources) <= set(OUTLETS)
    assert set(filters.languages) <= {"en", "fr"}
    if filters.after and filters.before:
        assert filters.after <= filters.before
    is_english(question)
