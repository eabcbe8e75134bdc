"""Gradio's app, cut down to what our page asks of it: it fetches nothing, and does nothing while nobody asks."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Collection
from typing import Any, NoReturn

import gradio as gr
from fastapi import FastAPI
from gradio import processing_utils, route_utils, routes
from gradio.queueing import Event, Queue
from gradio.utils import run_coro_in_background, set_task_name
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Match, Route

from index import DatelineError
from ui.server.limits import LARGEST_UPLOAD
from ui.server.page_events import QuietBlocks
from ui.server.page_requests import GuardPage
from ui.server.uploads import open_folder

_SESSIONS = 500  # pages of which Gradio keeps the state, 0.2 MiB each, closed or not
API = "/gradio_api"
# All that the page asks for, as Gradio writes it. Whatever else Gradio answers, now or in a later version, is cut off.
_NEEDED = {
    ("GET", "/"),
    ("HEAD", "/"),
    ("GET", "/assets/{path:path}"),
    ("GET", "/config"),
    ("GET", "/favicon.ico"),
    ("GET", "/static/{path:path}"),
    ("GET", "/theme.css"),
    ("GET", f"{API}/app_id"),  # a page that lost the server asks whether it is back
    ("GET", f"{API}/heartbeat/{{session_hash}}"),
    ("GET", f"{API}/queue/data"),
    ("POST", f"{API}/cancel"),
    ("POST", f"{API}/queue/join"),
    ("POST", f"{API}/reset"),
    ("POST", f"{API}/run/predict"),
}
_FOR_UPLOADS = {("GET", f"{API}/upload_progress"), ("POST", f"{API}/upload")}


class PromptQueue(Queue):  # type: ignore[misc]
    """Gradio's queue, which begins an event when it comes. Gradio's own looks for one a thousand times a second.

    Nor does it look for progress, of which our page shows none, or count events for a page of figures that we don't
    serve.
    """

    def __init__(self, blocks: QuietBlocks, threads: int) -> None:
        """A queue for the events of `blocks`, of which so many are done at the same time."""
        super().__init__(live_updates=True, concurrency_count=threads, update_intervals=1, max_size=None, blocks=blocks)
        self.ANALYTICS_MAX_EVENTS = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begin, in the event loop that runs."""
        self.active_jobs: list[list[Event] | None] = [None] * self.max_thread_count
        self._loop = asyncio.get_running_loop()

    def close(self) -> None:
        """End what is under way, and begin nothing else. May be called from any thread."""
        super().close()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._cancel_asyncio_tasks)

    async def push(self, *given: Any, **named: Any) -> Any:
        """Take an event, and begin it at once where there is room."""
        pushed = await super().push(*given, **named)
        self._begin_events()
        return pushed

    def _begin_events(self, *_: object) -> None:
        """Begin those events for which there is room. Called for each that comes, and when one is done."""
        while not self.stopped and None in self.active_jobs and (found := self.get_events()):
            self._begin(*found)

    def _begin(self, events: list[Event], batch: bool, concurrency_id: str) -> None:
        """What Gradio's `start_processing` does with events that it has found."""
        fn, began = events[0].fn, time.time()
        self.active_jobs[self.active_jobs.index(None)] = events
        queue = self.event_queue_per_concurrency_id[concurrency_id]
        queue.current_concurrency += 1
        queue.start_times_per_fn[fn].add(began)
        task = run_coro_in_background(self.process_events, events, batch, began, fn)
        set_task_name(task, events[0].session_hash, fn._id, events[0]._id, batch)
        self._asyncio_tasks.add(task)
        task.add_done_callback(self._asyncio_tasks.discard)
        task.add_done_callback(self._begin_events)
        self.broadcast_estimations(concurrency_id)


def mount_page(app: FastAPI, blocks: QuietBlocks, *, threads: int, read_only: bool, **looks: Any) -> None:
    """Serve `blocks` with `app`, behind all of its routes. `looks` are Gradio's theme and styles.

    Raises DatelineError where this version of Gradio lacks what the page needs.
    """
    open_folder()
    _fetch_nothing()
    blocks.state_session_capacity = _SESSIONS
    blocks.max_threads = threads
    blocks._queue = PromptQueue(blocks, threads)
    gr.mount_gradio_app(
        app,
        blocks,
        path="",
        app_kwargs={
            "middleware": [Middleware(GuardPage, blocks=blocks)],
            "docs_url": None,
            "redoc_url": None,
            "openapi_url": None,
        },
        root_path="",
        allowed_paths=[],
        show_error=False,
        max_file_size=LARGEST_UPLOAD,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        run_history=False,
        footer_links=[],
        **looks,
    )
    blocks.app = app.routes.pop().app  # type: ignore[attr-defined]
    app.routes.extend(let_through(blocks.app, _NEEDED if read_only else _NEEDED | _FOR_UPLOADS))


def let_through(app: Starlette, needed: Collection[tuple[str, str]]) -> list[Route]:
    """Routes to those of an app's that are needed. Raises DatelineError where one is not there."""
    for method, path in sorted(needed):
        scope = {"type": "http", "method": method, "path": re.sub(r"\{.*?\}", "x", path), "root_path": ""}
        if not any(route.matches(dict(scope))[0] is Match.FULL for route in app.routes):
            raise DatelineError(
                f"Gradio {gr.__version__} has no {method} {path}, which the page needs. Install the version that "
                "Dateline names: pip install 'dateline[chat]'."
            )
    return [Route(path, app, methods=[method]) for method, path in sorted(needed)]


def _fetch_nothing() -> None:
    """Put an error in the place of what Gradio fetches with. None of our requests gets so far."""
    processing_utils.async_ssrf_protected_get = _refuse
    processing_utils.async_ssrf_protected_download = _refuse
    processing_utils.ssrf_protected_download = _refuse
    processing_utils.save_url_to_cache = _refuse
    processing_utils.unsafe_download = _refuse
    route_utils.secure_url_stream_response = _refuse
    routes.secure_url_stream_response = _refuse


def _refuse(*_: object, **__: object) -> NoReturn:
    raise PermissionError("nothing is fetched for a page.")
