"""What the server remembers of each open page: its talk, and the answer that is under way."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from threading import Condition, Lock
from typing import NamedTuple

from index import Scope
from ui.chat.talk import Exchange, Talk, stop

Answering = Callable[[str, Talk], Generator[Exchange]]
_MOST_SESSIONS = 1_000  # pages whose talks are remembered; the ones unused for longest are forgotten
_AT_ONCE = 16  # answers made side by side, those whose reader pressed Stop while the model was silent included


class View(NamedTuple):
    """A talk at one moment, and whether an answer to its last question is under way."""

    talk: Talk
    busy: bool


class Session:
    """The talk of one page. The only truth about it: what the page shows is a copy, made anew at each change.

    An answer is made in a thread of its own, so that Stop is heeded at once, however long the model is silent.
    Every method may be called from any thread.
    """

    def __init__(self, threads: Executor) -> None:
        self._threads = threads
        self._talk: Talk = ()
        self._run: object | None = None  # the answer that counts
        self._changed = Condition()

    def view(self) -> View:
        """The talk as it is now."""
        with self._changed:
            return View(self._talk, self._run is not None)

    def ask(self, question: str, answer: Answering, scope: Scope | None = None) -> Iterator[View] | None:
        """Begin an answer, and give the talk at each change until its end. None where one is under way already."""
        with self._changed:
            if self._run is not None:
                return None
            run = self._run = object()
            exchanges = answer(question, self._talk)
            self._set((*self._talk, Exchange(question, scope=scope)))
        self._threads.submit(self._grow, run, exchanges)
        return self._watch(run)

    def stop(self) -> None:
        """End the answer under way; what was said of it stays."""
        with self._changed:
            self._run = None
            self._set(stop(self._talk))

    def clear(self) -> None:
        """Forget the talk, and end the answer under way."""
        with self._changed:
            self._run = None
            self._set(())

    def _grow(self, run: object, exchanges: Generator[Exchange]) -> None:
        while self._run is run and (exchange := next(exchanges, None)):
            with self._changed:
                if self._run is run:
                    self._set((*self._talk[:-1], exchange))
        exchanges.close()
        with self._changed:
            if self._run is run:
                self._run = None
                self._changed.notify_all()

    def _watch(self, run: object) -> Iterator[View]:
        shown: Talk = ()
        over = False
        while not over:
            with self._changed:
                while self._talk is shown and self._run is run:
                    self._changed.wait()
                over = self._run is not run
                view = View(self._talk, self._run is not None)
            shown = view.talk
            yield view

    def _set(self, talk: Talk) -> None:
        self._talk = talk
        self._changed.notify_all()


class Sessions:
    """The sessions by the name that the page's browser gives, made when they are first asked for."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_AT_ONCE, "answer")
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._lock = Lock()

    def get(self, name: str) -> Session:
        """The session of that name."""
        with self._lock:
            session = self._sessions.pop(name, None) or Session(self._threads)
            self._sessions[name] = session
            while len(self._sessions) > _MOST_SESSIONS:
                self._sessions.popitem(last=False)[1].stop()
            return session

    def close(self) -> None:
        """End all answers under way."""
        with self._lock:
            for session in self._sessions.values():
                session.stop()
        self._threads.shutdown(cancel_futures=True)
