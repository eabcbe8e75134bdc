"""A conversation on the server: one answer at a time, nothing of a stopped one after the stop, and all of it kept."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from threading import Event

import pytest

from index import DatelineError, read_address
from index.assemble import open_backend
from index.settings import IndexSettings
from rag.records import Answer, Sentence
from tests.postgres import make_url
from ui.chat.conversation import Conversation, Exchange
from ui.chat.conversation_store import ConversationStore
from ui.chat.kept.database import DatabaseConversations
from ui.chat.session import Session, Sessions, Threads

PATIENCE = 60  # seconds, for a slow machine


@pytest.fixture
def threads() -> Iterator[Threads]:
    threads = Threads(2, 2)
    yield threads
    threads.close()


def open_session(threads: Threads) -> Session:
    """An empty conversation that is kept nowhere."""
    return Session(threads, (), lambda turn, exchange: None)


def say(asked: Exchange, conversation: Conversation) -> Generator[Exchange]:
    """An answer that is there at once, and says how long the conversation was."""
    question = asked.question
    yield Exchange(question, Answer(question, question, "test", stage="searching"))
    yield Exchange(question, Answer(question, question, "test", sentences=(Sentence(f"after {len(conversation)}"),)))


class Slow:
    """An answer that says a sentence, is silent until it is released, and then says another."""

    def __init__(self) -> None:
        self.silent, self.release, self.closed = Event(), Event(), Event()

    def __call__(self, asked: Exchange, conversation: Conversation) -> Generator[Exchange]:
        question = asked.question
        try:
            first = Answer(question, question, "test", sentences=(Sentence("first"),), stage="answering")
            yield Exchange(question, first)
            self.silent.set()
            assert self.release.wait(PATIENCE)
            yield Exchange(question, Answer(question, question, "test", sentences=(Sentence("last"),)))
        finally:
            self.closed.set()


def said(conversation: Conversation) -> list[str]:
    return [exchange.answer.text() if exchange.answer else "" for exchange in conversation]


def test_views_end_with_the_whole_answer(threads: Threads) -> None:
    session = open_session(threads)
    for turn in range(3):
        views = list(session.ask(Exchange(f"question {turn}"), say) or ())
        assert [view.busy for view in views] == [True] * (len(views) - 1) + [False]
        assert views[-1] == session.view()
        assert said(views[-1].conversation) == [f"after {n}" for n in range(turn + 1)]


def test_a_second_question_is_turned_away_until_the_first_is_answered(threads: Threads) -> None:
    session, slow = open_session(threads), Slow()
    views = session.ask(Exchange("first?"), slow)
    assert views is not None
    assert slow.silent.wait(PATIENCE)
    assert session.ask(Exchange("second?"), say) is None
    assert [exchange.question for exchange in session.view().conversation] == ["first?"]
    slow.release.set()
    assert said(list(views)[-1].conversation) == ["last"]
    assert session.ask(Exchange("second?"), say) is not None


def test_stop_is_heeded_while_the_model_is_silent(threads: Threads) -> None:
    session, slow = open_session(threads), Slow()
    views = session.ask(Exchange("first?"), slow)
    assert views is not None
    assert slow.silent.wait(PATIENCE)
    session.stop()
    last = list(views)[-1]  # ends though the model has not spoken
    assert not last.busy
    assert [exchange.state for exchange in last.conversation] == ["stopped"]
    assert said(last.conversation) == ["first"]
    list(session.ask(Exchange("second?"), say) or ())
    slow.release.set()
    assert slow.closed.wait(PATIENCE)
    assert said(session.view().conversation) == ["first", "after 1"]


def test_an_exchange_is_kept_when_it_begins_and_when_it_ends(threads: Threads) -> None:
    kept: list[tuple[int, Exchange]] = []
    session, slow = Session(threads, (), lambda turn, exchange: kept.append((turn, exchange))), Slow()
    list(session.ask(Exchange("first?"), say) or ())
    views = session.ask(Exchange("second?"), slow)
    assert slow.silent.wait(PATIENCE)
    assert [(turn, exchange.state) for turn, exchange in kept] == [(0, "stopped"), (0, "answered"), (1, "stopped")]
    slow.release.set()
    conversation = list(views or ())[-1].conversation
    assert kept[-1] == (1, conversation[-1])
    session.stop()  # of nothing
    assert len(kept) == 4


def test_who_comes_later_sees_the_answer_grow_to_its_end(threads: Threads) -> None:
    session, slow = open_session(threads), Slow()
    session.ask(Exchange("first?"), slow)
    assert slow.silent.wait(PATIENCE)
    late = session.watch()
    assert next(late).busy
    slow.release.set()
    assert said(list(late)[-1].conversation) == ["last"]
    assert [view.busy for view in session.watch()] == [False]


def test_a_conversation_that_can_not_be_kept_is_answered_and_says_so(threads: Threads) -> None:
    def fail(turn: int, exchange: Exchange) -> None:
        raise DatelineError("the disk is full")

    views = list(Session(threads, (), fail).ask(Exchange("first?"), say) or ())
    assert said(views[-1].conversation) == ["after 0"]
    assert not views[-1].kept


def test_an_answer_stopped_in_the_line_is_never_begun() -> None:
    threads = Threads(1, 1)
    first, second, slow, late = open_session(threads), open_session(threads), Slow(), Slow()
    first.ask(Exchange("first?"), slow, computed=True)
    views = second.ask(Exchange("second?"), late, computed=True)
    second.stop()
    slow.release.set()
    assert views is not None
    assert [exchange.state for exchange in list(views)[-1].conversation] == ["stopped"]
    assert said(list(open_session(threads).ask(Exchange("third?"), say, computed=True) or ())[-1].conversation) == [
        "after 0"
    ]
    assert not late.silent.is_set()
    threads.close()


def test_an_answer_that_waits_for_others_says_so_until_it_begins() -> None:
    threads, slow = Threads(1, 1), Slow()
    first, second = open_session(threads), open_session(threads)
    views = first.ask(Exchange("first?"), slow, computed=True)
    assert slow.silent.wait(PATIENCE)
    assert not first.view().late
    waited = second.ask(Exchange("second?"), say, computed=True)
    assert second.view().late
    slow.release.set()
    assert not any(view.late for view in views or ())
    assert not list(waited or ())[-1].late
    threads.close()


def test_an_answer_that_is_computed_takes_no_place_from_one_that_is_waited_for() -> None:
    threads, slow = Threads(1, 1), Slow()
    first = open_session(threads).ask(Exchange("first?"), slow, computed=True)
    assert slow.silent.wait(PATIENCE)
    assert said(list(open_session(threads).ask(Exchange("second?"), say) or ())[-1].conversation) == ["after 0"]
    slow.release.set()
    assert said(list(first or ())[-1].conversation) == ["last"]
    threads.close()


def test_conversations_are_apart_and_private_and_end_together(tmp_path: Path) -> None:
    store = ConversationStore(tmp_path)
    sessions, slow = Sessions(store), Slow()
    assert sessions.get("a", "1") is sessions.get("a", "1")
    assert sessions.get("a", "1") is not sessions.get("a", "2")
    views = sessions.get("a", "1").ask(Exchange("first?"), slow)
    assert views is not None
    assert slow.silent.wait(PATIENCE)
    assert sessions.get("b", "1").view() == ((), False, True, False)
    slow.release.set()
    sessions.close()
    assert slow.closed.is_set()
    last = list(views)[-1]
    assert not last.busy
    assert Sessions(store).get("a", "1").view().conversation == last.conversation
    assert Sessions(store).get("b", "1").view().conversation == ()
    store.close()


def test_a_conversation_goes_on_at_another_server() -> None:
    """Two servers on one database: what one has kept, the other shows, and goes on from there."""
    backend = open_backend(read_address(make_url()), IndexSettings(), create=True)
    assert backend.conversations is not None
    one, other = (Sessions(DatabaseConversations(backend.conversations)) for _ in range(2))
    for turn, sessions in enumerate((one, other, one, one, other)):
        assert len(sessions.get("a", "1").view().conversation) == turn
        list(sessions.get("a", "1").ask(Exchange(f"question {turn}?"), say) or ())
    for sessions in (one, other):
        shown = sessions.get("a", "1").view().conversation
        assert [exchange.question for exchange in shown] == [f"question {turn}?" for turn in range(5)]
        sessions.close()
    backend.close()


def test_a_busy_conversation_stays_in_memory_and_an_idle_one_comes_back(tmp_path: Path) -> None:
    store = ConversationStore(tmp_path)
    sessions, slow = Sessions(store), Slow()
    idle, busy = sessions.get("a", "idle"), sessions.get("a", "busy")
    list(idle.ask(Exchange("first?"), say) or ())
    busy.ask(Exchange("first?"), slow)
    for n in range(300):
        sessions.get("a", str(n))
    assert sessions.get("a", "busy") is busy
    assert sessions.get("a", "idle") is not idle
    assert sessions.get("a", "idle").view() == idle.view()
    slow.release.set()
    sessions.close()
    store.close()
