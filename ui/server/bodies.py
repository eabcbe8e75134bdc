"""JSON in requests: read strictly, once, before anything else reads it."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.refusals import refuse
from ui.server.limits import UPLOADS
from ui.server.strict_json import BadJson, read_json

BODY = "dateline.body"  # where in the scope the body is, as it was read
_ENTRANCES = ("/api/", "/v1/", "/mcp", "/gradio_api/")
_SHORT = 16 * 1024  # bytes that are read in no time, so that it needs no thread


class ReadBodies:
    """ASGI middleware that answers 4xx to a body that is not strict JSON, on all entrances that take JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _takes_json(scope):
            await self._app(scope, receive, send)
            return
        try:
            body = await Request(scope, receive).body()
        except ClientDisconnect:
            return
        kind = Headers(scope=scope).get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            refusal = refuse(scope["path"], 415, "send the body as JSON, with Content-Type: application/json.")
            await refusal(scope, receive, send)
            return
        try:
            value = read_json(body) if len(body) < _SHORT else await run_in_threadpool(read_json, body)
        except BadJson as error:
            refusal = refuse(scope["path"], 400, f"the body can't be read: {error}. Send JSON as RFC 8259 has it.")
            await refusal(scope, receive, send)
            return
        await self._app({**scope, BODY: value}, replay(body, receive), send)


def replay(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read already, then what comes after it."""
    given = False

    async def give() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give


def _takes_json(scope: Scope) -> bool:
    return (
        scope["type"] == "http"
        and scope["method"] in ("POST", "PUT", "PATCH")
        and scope["path"].startswith(_ENTRANCES)
        and scope["path"] not in UPLOADS
    )
