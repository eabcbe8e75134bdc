"""What happens on a server: counted for Prometheus, and written to the log that the setting `log_file` names."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index import AddReport, DatelineError, UsageError
from rag import Answer, EventLog, Settings
from ui.api.metrics import Metrics, count_outcomes

_APIS = {"api": "rest", "v1": "openai", "mcp": "mcp", "health": "health", "metrics": "metrics"}
_ASKED_ALL_DAY = ("health", "metrics")  # which nobody reads about while all is well

_log = logging.getLogger("dateline.server")


class ServerEvents:
    """Takes note of requests, answers, adds and errors. Any number of threads may use one.

    The stages of a question are in the log already; here they are only counted.
    """

    def __init__(self, settings: Settings) -> None:
        self.metrics = Metrics()
        self._log = EventLog(settings)
        self._failing = False

    def note_request(self, scope: Scope, status: int, seconds: float) -> None:
        """Note a request. The label is the API and not the path, which anybody can make up."""
        path = scope["path"]
        api = _APIS.get(path.split("/")[1] if "/" in path else "", "page")
        self.metrics.count_request(api, status, seconds)
        if api not in _ASKED_ALL_DAY or status >= 400:
            query = scope.get("query_string", b"").decode("latin-1")
            address = f"{path}?{query}" if query else path
            about = {"api": api, "method": scope["method"], "status": status, "seconds": round(seconds, 4)}
            self._write("request", **about, address=address)

    def note_answer(self, answer: Answer) -> None:
        """Note an answer that is done."""
        self.metrics.count_answer(answer)

    def note_added(self, report: AddReport) -> None:
        """Note what became of articles that were given to be added."""
        counts = count_outcomes(report)
        self.metrics.count_added(counts)
        self._write("add", **counts)

    def note_error(self, error: Exception) -> None:
        """Note an error that somebody is shown. The log has its words where they are not those of a question."""
        kind = type(error).__name__
        self.metrics.count_error(kind)
        sayable = isinstance(error, DatelineError) and not isinstance(error, UsageError)
        self._write("error", kind=kind, **({"error": str(error)} if sayable else {}))

    def _write(self, stage: str, **fields: Any) -> None:
        """Write to the log; where that fails, requests are answered all the same, and it is said once."""
        try:
            self._log.write(stage, **fields)
            self._failing = False
        except DatelineError as error:
            if not self._failing:
                _log.error("%s", error)
            self._failing = True


class NoteRequests:
    """ASGI middleware that notes every request, and those that are turned away, in `events`."""

    def __init__(self, app: ASGIApp, events: ServerEvents) -> None:
        self._app = app
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, clock = 500, perf_counter()

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note)
        finally:
            self._events.note_request(scope, status, perf_counter() - clock)
