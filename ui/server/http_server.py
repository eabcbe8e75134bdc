"""The server below the app: its socket, its thread, and the end of both."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Sequence
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from index import DatelineError
from ui.server.connections import Connections, choose_most, make_protocol, raise_file_limit

_BACKLOG = 128  # connections that the system holds until we take them; as many are taken at once
_PATIENCE = 5  # seconds for answers under way when the server ends

_log = logging.getLogger("dateline.server")


class _Server(uvicorn.Server):
    """Uvicorn's server, which looks after its connections, and ends where it can take no more."""

    def __init__(self, config: uvicorn.Config, connections: Connections) -> None:
        super().__init__(config)
        self._connections = connections
        self.failure = ""

    async def on_tick(self, counter: int) -> bool:
        if counter == 0:
            asyncio.get_running_loop().set_exception_handler(self._note_failure)
        if counter % 10 == 0:  # a second has passed
            self._connections.close_late()
        if not all(server.is_serving() for server in self.servers):
            self.fail("its socket was closed")
        return await super().on_tick(counter)

    def fail(self, why: str) -> None:
        """End, and have it be said why."""
        self.failure = self.failure or why
        self.should_exit = True

    def _note_failure(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Note what nobody caught, in a line: asyncio's own way opens files, and may fail where there are none.

        Where the system lacks files or memory for a connection, asyncio tries again in a second. Any other error of
        the listening socket stays.
        """
        error, what = context.get("exception"), str(context.get("message", ""))
        _log.warning("%s %s", what, error or "")
        if isinstance(error, OSError) and "accept_connection()" in what and "out of system resource" not in what:
            self.fail(error.strerror or str(error))


class HttpServer:
    """A server that runs in a thread of its own."""

    def __init__(self, app: ASGIApp, sockets: Sequence[socket.socket], *, behind_proxy: bool = False) -> None:
        """Serve `app` on bound sockets. `behind_proxy` says that all clients come by one address."""
        connections = Connections(choose_most(raise_file_limit(), behind_proxy=behind_proxy))
        config = uvicorn.Config(
            cast(Any, app),
            log_level="error",
            access_log=False,
            loop="asyncio",
            http=make_protocol(connections),
            ws="none",
            lifespan="on",
            backlog=_BACKLOG,
            server_header=False,
        )
        self._server = _Server(config, connections)
        self._sockets = list(sockets)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="serving", daemon=True)

    def start(self) -> None:
        """Begin, and return when requests are answered. Raises DatelineError where that can't be."""
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.01)
            self.check()

    def _run(self) -> None:
        try:
            self._server.run(sockets=self._sockets)
        except BaseException as error:
            self._error = error

    def check(self) -> None:
        """Raise DatelineError where the server has ended of itself."""
        if self._thread.is_alive():
            return
        why = self._server.failure or repr(self._error or "without a reason")
        raise DatelineError(f"the server has ended ({why}). Start it again.") from self._error

    def close(self) -> None:
        """End; answers under way have some seconds."""
        self._server.should_exit = True
        self._thread.join(_PATIENCE)
        self._server.force_exit = True
        self._thread.join(1)
