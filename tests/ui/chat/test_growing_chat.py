"""What is new of a conversation: as much for a long one as for a short one, and never a wrong part."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from index import Library
from tests.ui.chat.test_conversation_store import make_exchange
from ui.chat.growing.growing_chat import GrowingChat
from ui.chat.session import View

ID, OTHER = "conversation", "other-one-12"


@pytest.fixture
def growing(doubles: None, tmp_path: Path) -> GrowingChat:
    with Library.open(tmp_path / "library", create=True) as library:
        made = GrowingChat(library)
        made.build()
        return made


def test_what_is_sent_of_a_long_conversation_is_its_end(growing: GrowingChat) -> None:
    sizes = []
    for turns in (2, 5, 50):
        view = View(tuple(make_exchange(f"question {n:02d}?") for n in range(turns)), busy=False)
        first = growing.find_first(ID, view, f"{ID} {turns - 1}")
        news = growing.render(ID, view, first)
        assert (news["first"], news["turns"], len(news["messages"])) == (turns - 2, turns, 4)
        sizes.append(len(json.dumps(news)))
        whole = growing.render(ID, view)
        assert whole["messages"][2 * first :] == news["messages"]
    assert max(sizes) - min(sizes) < 100


@pytest.mark.parametrize("turns", ["", "x", "-1", "²", "0", "4", "9", "9" * 5_000])
@pytest.mark.parametrize("known", [ID, OTHER, ""])
def test_a_page_that_shows_something_else_gets_everything(growing: GrowingChat, known: str, turns: str) -> None:
    view = View(tuple(make_exchange(f"question {n}?") for n in range(3)), busy=False)
    assert growing.find_first(ID, view, f"{known} {turns}") == 0


@given(st.text() | st.builds("conversation {}".format, st.integers() | st.text()))
def test_whatever_a_page_says_it_shows_is_heeded_or_not(shown: str) -> None:
    view = View(tuple(make_exchange(f"question {n}?") for n in range(3)), busy=False)
    growing = GrowingChat.__new__(GrowingChat)
    assert 0 <= growing.find_first(ID, view, shown) <= 2
