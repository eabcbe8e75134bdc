"""Questions that ask several things."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from rag.english.question_parts import split_question


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "How many soldiers were there, and when did they leave?",
            ["How many soldiers were there?", "when did they leave?"],
        ),
        ("Who led the coup and in which town?", ["Who led the coup?", "in which town?"]),
        ("What did the U.S. say? When?", ["What did the U.S. say?", "When?"]),
        ("Why did they go, who was left and how many died?", ["Why did they go, who was left?", "how many died?"]),
        ("Which country and which city hosts it?", None),
        ("Who left and why?", None),
        ("Which soldiers who stayed and where they slept is known?", None),
        ("The bridge fell on Monday. Where was it?", None),
        ("Why did Niger revoke the deal?", None),
    ],
)
def test_a_question_is_split_where_it_asks_again(question: str, parts: list[str] | None) -> None:
    assert [part.asked for part in split_question(question)] == (parts or [question])


@given(st.text(alphabet="whoy andwhen?,. ", max_size=60) | st.text(max_size=60))
def test_any_text_has_parts_with_all_of_its_words(question: str) -> None:
    parts = split_question(question)
    assert 1 <= len(parts) <= 4
    if len(parts) == 1:
        assert parts in ([(question, question)], [(marked := f"{question.strip()}?", marked)])
    else:
        assert all(part.asked.endswith("?") for part in parts)
        assert all(word in question for part in parts for word in part.asked[:-1].split())
        assert all(part.whole.endswith(part.asked) for part in parts)


def test_a_part_that_leans_on_the_first_brings_it_along() -> None:
    first, second = split_question("How many French soldiers were there, and when did they leave?")
    assert first.whole == first.asked
    assert second.whole == "How many French soldiers were there? when did they leave?"
    assert split_question("Who led the coup, and which airport did France close?")[1].whole == (
        "which airport did France close?"
    )


@pytest.mark.parametrize(
    "question", ["why did Niger revoke the deal", "who won", "did the troops leave", "Who led it and when did they go"]
)
def test_the_mark_that_people_leave_out_changes_nothing(question: str) -> None:
    assert split_question(question) == split_question(f"{question}?")
    assert split_question(f"{question}?")[-1].whole.endswith("?")


@pytest.mark.parametrize("words", ["Niger deal", "the latest on Ukraine", "Why now?", "who won!"])
def test_what_is_no_question_or_has_its_mark_gets_none(words: str) -> None:
    assert [part.whole for part in split_question(words)] == [words]
