"""Which questions ask how things stand now."""

from __future__ import annotations

import pytest

from rag.english.dates.newest import asks_for_newest


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Who is now the richest?", True),
        ("What are the latest figures?", True),
        ("Is the bridge still closed?", True),
        ("what is the most recent count", True),
        ("What happened in Nowa Huta?", False),
        ("Who left in 2019?", False),
        ("Who had already left by then?", False),
        ("How did it feel to be first?", False),
    ],
)
def test_a_question_asks_for_the_newest_in_words(question: str, asks: bool) -> None:
    assert asks_for_newest(question) is asks
