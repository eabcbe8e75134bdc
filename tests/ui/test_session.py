"""A page's talk on the server: one answer at a time, and nothing of a stopped one after the stop."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from threading import Event

import pytest

from rag.records import Answer, Sentence
from ui.chat.session import Session, Sessions
from ui.chat.talk import Exchange, Talk

PATIENCE = 60  # seconds, for a slow machine


@pytest.fixture
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def say(question: str, talk: Talk) -> Generator[Exchange]:
    """An answer that is there at once, and says how long the talk was."""
    yield Exchange(question, Answer(question, question, "test", stage="searching"))
    yield Exchange(question, Answer(question, question, "test", sentences=(Sentence(f"after {len(talk)}"),)))


class Slow:
    """An answer that says a sentence, is silent until it is released, and then says another."""

    def __init__(self) -> None:
        self.silent, self.release, self.closed = Event(), Event(), Event()

    def __call__(self, question: str, talk: Talk) -> Generator[Exchange]:
        try:
            first = Answer(question, question, "test", sentences=(Sentence("first"),), stage="answering")
            yield Exchange(question, first)
            self.silent.set()
            assert self.release.wait(PATIENCE)
            yield Exchange(question, Answer(question, question, "test", sentences=(Sentence("last"),)))
        finally:
            self.closed.set()


def said(talk: Talk) -> list[str]:
    return [exchange.answer.text() if exchange.answer else "" for exchange in talk]


def test_views_end_with_the_whole_answer(threads: Executor) -> None:
    session = Session(threads)
    for turn in range(3):
        views = list(session.ask(f"question {turn}", say) or ())
        assert [view.busy for view in views] == [True] * (len(views) - 1) + [False]
        assert views[-1] == session.view()
        assert said(views[-1].talk) == [f"after {n}" for n in range(turn + 1)]


def test_a_second_question_is_turned_away_until_the_first_is_answered(threads: Executor) -> None:
    session, slow = Session(threads), Slow()
    views = session.ask("first?", slow)
    assert views is not None
    assert slow.silent.wait(PATIENCE)
    assert session.ask("second?", say) is None
    assert [exchange.question for exchange in session.view().talk] == ["first?"]
    slow.release.set()
    assert said(list(views)[-1].talk) == ["last"]
    assert session.ask("second?", say) is not None


def test_stop_is_heeded_while_the_model_is_silent(threads: Executor) -> None:
    session, slow = Session(threads), Slow()
    views = session.ask("first?", slow)
    assert views is not None
    assert slow.silent.wait(PATIENCE)
    session.stop()
    last = list(views)[-1]  # ends though the model has not spoken
    assert not last.busy
    assert [exchange.state for exchange in last.talk] == ["stopped"]
    assert said(last.talk) == ["first"]
    list(session.ask("second?", say) or ())
    slow.release.set()
    assert slow.closed.wait(PATIENCE)
    assert said(session.view().talk) == ["first", "after 1"]


def test_a_cleared_talk_stays_clear(threads: Executor) -> None:
    session, slow = Session(threads), Slow()
    views = session.ask("first?", slow)
    assert views is not None
    assert slow.silent.wait(PATIENCE)
    session.clear()
    assert list(views)[-1] == session.view() == ((), False)
    slow.release.set()
    assert slow.closed.wait(PATIENCE)
    assert session.view() == ((), False)


def test_an_answer_stopped_in_the_line_is_never_begun() -> None:
    with ThreadPoolExecutor(1) as one:
        first, second, slow, late = Session(one), Session(one), Slow(), Slow()
        first.ask("first?", slow)
        views = second.ask("second?", late)
        second.stop()
        slow.release.set()
        assert views is not None
        assert [exchange.state for exchange in list(views)[-1].talk] == ["stopped"]
    assert not late.silent.is_set()


def test_sessions_are_apart_and_end_together() -> None:
    sessions, slow = Sessions(), Slow()
    assert sessions.get("a") is sessions.get("a")
    assert sessions.get("a") is not sessions.get("b")
    views = sessions.get("a").ask("first?", slow)
    assert views is not None
    assert slow.silent.wait(PATIENCE)
    assert sessions.get("b").view() == ((), False)
    slow.release.set()
    sessions.close()
    assert slow.closed.is_set()
    assert not list(views)[-1].busy
