"""Gradio's app, cut down to what our page asks of it, and with no way to fetch anything."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, NoReturn

import gradio as gr
from fastapi import FastAPI
from gradio import processing_utils, route_utils, routes
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


def mount_page(app: FastAPI, blocks: QuietBlocks, *, threads: int, read_only: bool, **looks: Any) -> None:
    """Serve `blocks` with `app`, behind all of its routes. `looks` are Gradio's theme and styles.

    Raises DatelineError where this version of Gradio lacks what the page needs.
    """
    open_folder()
    _fetch_nothing()
    blocks.state_session_capacity = _SESSIONS
    blocks.max_threads = blocks._queue.max_thread_count = threads
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
