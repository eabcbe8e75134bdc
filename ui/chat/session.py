"""The conversations that are open, each with the answer that is under way. What ends is kept in the store."""

from __future__ import annotations

import logging
import os
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from threading import Condition, Lock
from typing import NamedTuple

from index import DatelineError
from ui.chat.conversation import Conversation, Exchange, stop
from ui.chat.conversation_store import Conversations

Answering = Callable[[Exchange, Conversation], Generator[Exchange]]
Keeping = Callable[[int, Exchange], None]
_MOST_OPEN = 100  # conversations in memory; of the others, those unused for longest are read again when they are needed
_AT_ONCE = 16  # models waited for side by side, those whose reader pressed Stop while they were silent included
# Answers computed side by side. More would take turns on the cores, and all be ready late; so one after the other is.
_COMPUTED_AT_ONCE = os.cpu_count() or 1

_log = logging.getLogger("dateline.chat")


class View(NamedTuple):
    """A conversation at one moment, whether an answer to its last question is under way, and whether it is being kept.

    `late` says that the answer waits for others to be done.
    """

    conversation: Conversation
    busy: bool
    kept: bool = True
    late: bool = False


class Threads:
    """Where answers are made: those that this machine computes, and those for which it waits for a model elsewhere."""

    def __init__(self, computing: int, waiting: int) -> None:
        """How many of each are made side by side."""
        self._most = computing
        self._computing = ThreadPoolExecutor(computing, "offline")
        self._waiting = ThreadPoolExecutor(waiting, "answer")
        self._ahead = 0  # answers that are computed, or are to be
        self._lock = Lock()

    def submit(self, work: Callable[..., None], *given: object, computed: bool) -> bool:
        """Do the work when its turn comes, in the name of whom it is for; return True where others come first."""
        if not computed:
            self._waiting.submit(copy_context().run, work, *given)
            return False
        with self._lock:
            late = self._ahead >= self._most
            self._ahead += 1
        self._computing.submit(copy_context().run, work, *given).add_done_callback(self._count_done)
        return late

    def _count_done(self, _: Future[None]) -> None:
        with self._lock:
            self._ahead -= 1

    def close(self) -> None:
        """Finish what is under way, and begin nothing else."""
        for pool in (self._computing, self._waiting):
            pool.shutdown(cancel_futures=True)


class Session:
    """One conversation. The only truth about it: what pages show is a copy, made anew at each change.

    An answer is made in a thread of its own, so that Stop is heeded at once, however long the model is silent, and
    goes on when its reader leaves. `keep` is given each exchange when it begins, as one that was stopped, and when
    it ends: whatever happens to the process, the conversation is there. Every method may be called from any thread.
    """

    def __init__(self, threads: Threads, conversation: Conversation, keep: Keeping) -> None:
        self._threads = threads
        self._conversation = conversation
        self._keep_exchange = keep
        self._kept = True
        self._late = False
        self._run: object | None = None  # the answer that counts
        self._changed = Condition()

    @property
    def busy(self) -> bool:
        """True while an answer is under way."""
        return self._run is not None

    def is_at_rest(self) -> bool:
        """True where no answer is under way, and all of it is kept."""
        with self._changed:
            return self._run is None and self._kept

    def view(self) -> View:
        """The conversation as it is now."""
        with self._changed:
            return self._view()

    def ask(self, asked: Exchange, answer: Answering, *, computed: bool = False) -> Iterator[View] | None:
        """Begin an answer, and give the conversation at each change until its end. None where one is under way already.

        `computed` says that this machine makes the answer, which begins when those before it are done.
        """
        with self._changed:
            if self._run is not None:
                return None
            run = self._run = object()
            exchanges = answer(asked, self._conversation)
            self._late = self._threads.submit(self._grow, run, exchanges, computed=computed)
            self._set((*self._conversation, asked))
            self._keep()
        return self._watch(run)

    def watch(self) -> Iterator[View]:
        """The conversation as it is now, and at each change until the answer under way has ended."""
        return self._watch(self._run)

    def stop(self) -> None:
        """End the answer under way; what was said of it stays."""
        with self._changed:
            if self._run is not None:
                self._run = None
                self._late = False
                self._set(stop(self._conversation))
                self._keep()

    def _grow(self, run: object, exchanges: Generator[Exchange]) -> None:
        with self._changed:
            self._late = self._late and self._run is not run
        while self._run is run and (exchange := next(exchanges, None)):
            with self._changed:
                if self._run is run:
                    self._set((*self._conversation[:-1], exchange))
        exchanges.close()
        with self._changed:
            if self._run is run:
                self._run = None
                self._keep()
                self._changed.notify_all()

    def _keep(self) -> None:
        try:
            self._keep_exchange(len(self._conversation) - 1, stop(self._conversation)[-1])
            self._kept = True
        except DatelineError as error:
            _log.warning("%s", error)
            self._kept = False

    def _view(self) -> View:
        return View(self._conversation, self._run is not None, self._kept, self._late)

    def _watch(self, run: object | None) -> Iterator[View]:
        shown: Conversation | None = None
        over = False
        while not over:
            with self._changed:
                while self._conversation is shown and self._run is run:
                    self._changed.wait()
                over = run is None or self._run is not run
                view = self._view()
            shown = view.conversation
            yield view

    def _set(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._changed.notify_all()


class Sessions:
    """The conversations that are open, by owner and id, read from the store when they are first asked for.

    Those of a store that other servers have are read again each time that nothing is under way in them.
    """

    def __init__(self, store: Conversations) -> None:
        self.store = store
        self._threads = Threads(_COMPUTED_AT_ONCE, _AT_ONCE)
        self._sessions: OrderedDict[tuple[str, str], Session] = OrderedDict()
        self._lock = Lock()

    def get(self, owner: str, conversation: str) -> Session:
        """The conversation of that id; empty where this owner has none. Raises DatelineError where it can't be read."""
        key = (owner, conversation)
        with self._lock:
            session = self._sessions.pop(key, None)
            if session is None or (self.store.is_shared and session.is_at_rest()):  # another server may have gone on
                keep = partial(self.store.put, owner, conversation)
                session = Session(self._threads, self.store.read(owner, conversation), keep)
            self._sessions[key] = session
            idle = [other for other, opened in self._sessions.items() if not opened.busy and other != key]
            for other in idle[: max(0, len(self._sessions) - _MOST_OPEN)]:
                del self._sessions[other]
            return session

    def forget(self, owner: str, conversation: str) -> None:
        """End what is under way in a conversation, and drop it from memory."""
        with self._lock:
            session = self._sessions.pop((owner, conversation), None)
        if session is not None:
            session.stop()

    def close(self) -> None:
        """End all answers under way."""
        with self._lock:
            for session in self._sessions.values():
                session.stop()
        self._threads.close()
