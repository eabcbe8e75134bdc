"""How many connections there are, of whom, and how long each may take: for the server below the app.

A connection that asks for nothing makes way for a new one. So whoever opens many, and is silent on them or slow, takes
nobody else's place; and as not all may be busy at the same time, there is always room for `/health`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import h11
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from ui.health_paths import HEALTH_PATHS
from ui.refusals import refuse

FILES = 8_192  # what is asked of the system, as far as it allows
SPARE_FILES = 512  # for the library, the models, and connections that are about to be closed
MOST_CONNECTIONS = 2_000  # in all
MOST_OF_ADDRESS = 500  # of them, of one client address
ROOM = 32  # connections of each of these that may not be busy, so that new ones have a place
HEADER_SECONDS = 10  # for a request's headers, and for silence between requests
BODY_SECONDS = 30  # for a body, and a second more for each
BODY_PACE = 10_000  # bytes of it that have come
TAKING_SECONDS = 60  # for a client to take what is ready for it, 48 KiB at least
_BUSY = "too many requests are under way. Close some pages, or try again in a moment."

_log = logging.getLogger("dateline.server")


class Most(NamedTuple):
    """The most connections: in all, and of one address."""

    connections: int = MOST_CONNECTIONS
    of_address: int = MOST_OF_ADDRESS


def raise_file_limit() -> int:
    """Ask the system for `FILES` open files, and return how many it allows."""
    try:
        import resource
    except ImportError:  # not a Unix, and there is no such limit
        return FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return FILES if soft == resource.RLIM_INFINITY else soft


def choose_most(files: int, *, behind_proxy: bool) -> Most:
    """The most connections where the system allows so many open files. A proxy's are everybody's."""
    connections = max(2 * ROOM, min(MOST_CONNECTIONS, files - SPARE_FILES))
    return Most(connections, connections if behind_proxy else min(MOST_OF_ADDRESS, connections))


class Connections:
    """The connections that are open. All methods are called from the server's event loop."""

    def __init__(self, most: Most) -> None:
        self.most = most
        self._open: dict[Connection, None] = {}
        self._of_address: Counter[str] = Counter()
        self._busy: Counter[str] = Counter()  # of them by address, those whose request is answered
        self._waiting: dict[Connection, None] = {}  # those that are asked for nothing, the longest so first
        self._crowded_out = 0

    def add(self, connection: Connection) -> None:
        """Take a new one, and close another where that is one too many: the one that has waited longest."""
        self._open[connection] = None
        self._of_address[connection.address] += 1
        self._waiting[connection] = None
        if self._of_address[connection.address] > self.most.of_address:
            self._make_room(c for c in self._waiting if c.address == connection.address)
        elif len(self._open) > self.most.connections:
            self._make_room(iter(self._waiting))

    def remove(self, connection: Connection) -> None:
        """Forget one that is closed."""
        if connection in self._open:
            del self._open[connection]
            _count_down(self._of_address, connection.address)
            if connection in self._waiting:
                del self._waiting[connection]
            else:
                _count_down(self._busy, connection.address)

    def note(self, connection: Connection) -> None:
        """Note whether one waits or is busy."""
        if connection not in self._open or connection.busy != (connection in self._waiting):
            return
        if connection.busy:
            del self._waiting[connection]
            self._busy[connection.address] += 1
        else:
            self._waiting[connection] = None
            _count_down(self._busy, connection.address)

    def is_full(self, address: str) -> bool:
        """True where no more requests may be under way, in all or for this address. The one that asks counts."""
        busy = len(self._open) - len(self._waiting)
        return busy > self.most.connections - ROOM or self._busy[address] > self.most.of_address - ROOM

    def close_late(self) -> None:
        """Close those that take too long. To be called every second."""
        now = time.monotonic()
        for connection in [c for c in self._open if c.is_late(now)]:
            self._close(connection)
        if self._crowded_out:
            _log.warning("%d connections too many were closed, of those that asked for nothing.", self._crowded_out)
            self._crowded_out = 0

    def _make_room(self, waiting: Iterator[Connection]) -> None:
        self._crowded_out += 1
        self._close(next(waiting))

    def _close(self, connection: Connection) -> None:
        self.remove(connection)
        connection.transport.abort()


def _count_down(counts: Counter[str], address: str) -> None:
    counts[address] -= 1
    if not counts[address]:
        del counts[address]


class Connection(H11Protocol):
    """Uvicorn's HTTP/1.1, held to the limits. h11 itself limits headers to 64 KiB, and refuses lengths that differ."""

    book: Connections  # set by the subclass that a server makes for itself

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app = KeepRoom(self.app, self)
        self.address = self.client[0] if self.client else ""
        self._since = time.monotonic()  # it waits so long, or its request's headers were read then
        self._received = 0  # bytes since
        self._paused: float | None = None  # since then the client takes nothing
        self.book.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.book.remove(self)
        super().connection_lost(exc)

    @property
    def busy(self) -> bool:
        """True while a request is answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        super().data_received(data)

    def handle_events(self) -> None:
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._begin()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._begin()

    def _begin(self) -> None:
        self._since = time.monotonic()
        self._received = 0
        self.book.note(self)

    def send_400_response(self, msg: str) -> None:
        if self.conn.our_state is h11.IDLE:
            super().send_400_response(msg)
        else:  # an answer has begun, and another can't be put into it
            self.transport.abort()

    def pause_writing(self) -> None:
        self._paused = time.monotonic()
        super().pause_writing()

    def resume_writing(self) -> None:
        self._paused = None
        super().resume_writing()

    def is_late(self, now: float) -> bool:
        """True where its client takes too long: with headers, with a body, or with taking what it asked for."""
        if self._paused is not None and now > self._paused + TAKING_SECONDS:
            return True
        if not self.busy:
            return now > self._since + HEADER_SECONDS
        reading = self.cycle.more_body and not self.flow.read_paused
        return reading and now > self._since + BODY_SECONDS + self._received / BODY_PACE

    def _unsupported_upgrade_warning(self) -> None:
        """Nothing here speaks by websocket; whoever asks for one gets the page, without a word in the log."""


def make_protocol(book: Connections) -> type[Connection]:
    """The protocol for a server whose connections are kept in `book`."""
    return type("OwnConnection", (Connection,), {"book": book})


class KeepRoom:
    """The app for one connection: 503 where too many requests are under way, but for `/health`."""

    def __init__(self, app: Any, connection: Connection) -> None:
        self._app = app
        self._connection = connection

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        full = scope["path"] not in HEALTH_PATHS and self._connection.book.is_full(self._connection.address)
        busy = refuse(scope["path"], 503, _BUSY, {"Retry-After": "5", "Connection": "close"}) if full else None
        await (busy or self._app)(scope, receive, send)
