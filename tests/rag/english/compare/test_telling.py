"""A text that says what it is not names what another text answers."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from rag.english.compare.telling import denies_answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("The count showed that 31 boats, not 20, were lost.", "about 20"),
        ("The letter is by a clerk, not Ottersen himself.", "Jon Ottersen"),
        ("The dead were herders rather than rebels, the village said.", "nine rebels"),
        ("It will open in June instead of in April.", "April"),
    ],
)
def test_what_is_denied_is_noticed(text: str, answer: str) -> None:
    assert denies_answer(text, answer)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("He said that 20 boats were lost.", "20"),
        ("He is not only Ottersen's friend but his heir.", "Ottersen's friend"),
        ("It was not clear who had written it.", "Jon Ottersen"),
        ("Not one of the twenty boats sank.", "twelve"),
        ("", ""),
    ],
)
def test_what_is_not_denied_is_not(text: str, answer: str) -> None:
    assert not denies_answer(text, answer)


@given(st.text(max_size=80), st.text(max_size=30))
def test_any_text_can_be_asked(text: str, answer: str) -> None:
    if denies_answer(text, answer):
        assert any(word in text.lower() for word in ("not", "rather", "instead", "never", "nor"))
