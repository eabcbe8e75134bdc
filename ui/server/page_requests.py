"""What the page may ask of Gradio: in its own sessions alone, and of files those alone that it uploaded."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import OrderedDict
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index import NotAllowed, check_may_write
from ui.advice import MAY_ONLY_READ
from ui.refusals import refuse
from ui.server.bodies import BODY, replay
from ui.server.owners import HEADER
from ui.server.page_events import BadRequestError, QuietBlocks, check_event, is_writing, note_unreadable
from ui.server.uploads import close_to_others, make_room, open_folder

_log = logging.getLogger("dateline.server")

_API = "/gradio_api/"
_UPLOAD = f"{_API}upload"
_JOIN = f"{_API}queue/join"
_EVENTS = (_JOIN, f"{_API}run/predict")
_CANCEL = f"{_API}cancel"
_STREAM = f"{_API}queue/data"
# What Gradio tells a page whose session is not there; it would end in a traceback after that.
_NO_SESSION = {
    "msg": "unexpected_error",
    "message": "404: Not Found",
    "session_not_found": True,
    "success": False,
}
_HEARTBEAT = f"{_API}heartbeat/"
_OWN = ("session_hash", "upload_id")  # names that a page makes up for what is its own
_LONGEST_NAME = 100  # characters
_MOST_KNOWN = 10_000  # uploads that are remembered; they are read at once
_MOST_UPLOADING = 16  # at the same time


class GuardPage:
    """ASGI middleware around Gradio's app.

    The name of a session or an upload counts together with who asks: whoever learns another's names a session that is
    not there. A file in a body must be one that the same reader uploaded; its address is left out, so that nothing
    that Gradio sees is an address.
    """

    def __init__(self, app: ASGIApp, blocks: QuietBlocks) -> None:
        self._app = app
        self._blocks = blocks
        self._uploads: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._uploading = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        owner = dict(scope["headers"])[HEADER.encode()].decode("latin-1")
        started = False
        unreadable = note_unreadable()

        async def note(message: Message) -> None:
            nonlocal started
            started = True
            if unreadable and message["type"] == "http.response.start":
                message["status"] = 400
            await send(message)

        try:
            await self._pass_on(scope, owner, receive, note)
        except BadRequestError as error:
            said = f"{error}. Load the page again, and try once more."
            await refuse(scope["path"], 400, said)(scope, receive, send)
        except NotAllowed as error:
            await refuse(scope["path"], 403, f"{error} {MAY_ONLY_READ}")(scope, receive, send)
        except Exception as error:
            if started:
                raise
            _log.warning("Gradio could not read a request: %s: %s", type(error).__name__, error)
            _log.debug("it ended in", exc_info=error)
            said = "the request is none that a page sends. Load the page again, and try once more."
            await refuse(scope["path"], 400, said)(scope, receive, send)

    async def _pass_on(self, scope: Scope, owner: str, receive: Receive, send: Send) -> None:
        if not scope["path"].startswith(_API):
            await self._app(scope, receive, send)
            return
        asked = _own_names(scope, owner)
        if scope["path"] == _UPLOAD:
            check_may_write()
            await self._upload(asked, owner, receive, send)
        elif scope["path"] == _STREAM and not self._knows_session(asked):
            await Response(f"data: {json.dumps(_NO_SESSION)}\n\n", media_type="text/event-stream")(scope, receive, send)
        elif BODY in scope:
            body = self._check_body(scope, owner)
            await self._app(_with_length(asked, body), replay(body, receive), send)
        else:
            await self._app(asked, receive, send)

    def _knows_session(self, scope: Scope) -> bool:
        sessions = [value for name, value in parse_qsl(scope["query_string"].decode()) if name == "session_hash"]
        return len(sessions) == 1 and sessions[0] in self._blocks._queue.pending_messages_per_session

    def _check_body(self, scope: Scope, owner: str) -> bytes:
        body = scope[BODY]
        if not isinstance(body, dict):
            raise BadRequestError("the request is no object")
        session = body.get("session_hash")
        if session is not None:
            body = {**body, "session_hash": _own(session, owner)}
        body = self._check_files(body, owner)
        if scope["path"] == _CANCEL:
            self._check_cancelled(body)
        elif scope["path"] in _EVENTS:
            body = check_event(body, self._blocks.fns, queued=scope["path"] == _JOIN)
            if is_writing(body, self._blocks.fns):
                check_may_write()
        return json.dumps(body).encode()

    def _check_files(self, value: Any, owner: str) -> Any:
        """The value, without the addresses of files. Raises BadRequestError for a file that is not this reader's."""
        if isinstance(value, list):
            return [self._check_files(part, owner) for part in value]
        if not isinstance(value, dict):
            return value
        if value.get("path") is None and value.get("url") is None and not _is_file(value):
            return {name: self._check_files(part, owner) for name, part in value.items()}
        path = value.get("path")
        if not isinstance(path, str) or (owner, path) not in self._uploads:
            raise BadRequestError("it names a file that this page did not upload")
        kept = {name: part for name, part in value.items() if name in ("path", "orig_name", "size", "mime_type")}
        return {**kept, "url": None, "meta": {"_type": "gradio.FileData"}}

    def _check_cancelled(self, body: dict[str, Any]) -> None:
        """An event is cancelled by the session that it belongs to."""
        events = self._blocks._queue.pending_event_ids_session.get(body.get("session_hash"), ())
        if body.get("event_id") not in [*events, None]:
            raise BadRequestError("it names an event that is not this page's, or is over")

    async def _upload(self, scope: Scope, owner: str, receive: Receive, send: Send) -> None:
        if self._uploading >= _MOST_UPLOADING or not await run_in_threadpool(make_room, open_folder()):
            await refuse(_UPLOAD, 503, "too much is being uploaded. Try again in a minute.")(scope, receive, send)
            return
        answer = bytearray()

        async def note(message: Message) -> None:
            if message["type"] == "http.response.body":
                answer.extend(message.get("body", b""))
                if not message.get("more_body"):
                    self._know(owner, bytes(answer))
            await send(message)

        self._uploading += 1
        try:
            await self._app(scope, receive, note)
        finally:
            self._uploading -= 1

    def _know(self, owner: str, answer: bytes) -> None:
        try:
            paths = json.loads(answer)
        except ValueError:  # it says in words what was wrong
            return
        for path in paths if isinstance(paths, list) else ():
            close_to_others(Path(path))
            self._uploads[owner, path] = None
        while len(self._uploads) > _MOST_KNOWN:
            self._uploads.popitem(last=False)


def _own(name: object, owner: str) -> str:
    """The name that Gradio knows for what a page calls `name`."""
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
        raise BadRequestError(f"a name in it is no text of at most {_LONGEST_NAME} characters")
    return hashlib.sha256(f"{owner}\n{name}".encode()).hexdigest()


def _own_names(scope: Scope, owner: str) -> Scope:
    """The request with its own names for session and upload, in the path and behind it."""
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True, max_num_fields=20)
    pairs = [(name, _own(value, owner) if name in _OWN else value) for name, value in query]
    path = scope["path"]
    if path.startswith(_HEARTBEAT):
        path = _HEARTBEAT + _own(path.removeprefix(_HEARTBEAT), owner)
    return {**scope, "path": path, "raw_path": quote(path).encode(), "query_string": urlencode(pairs).encode()}


def _with_length(scope: Scope, body: bytes) -> Scope:
    kept = [pair for pair in scope["headers"] if pair[0].lower() != b"content-length"]
    return {**scope, "headers": [*kept, (b"content-length", str(len(body)).encode())]}


def _is_file(value: dict[str, Any]) -> bool:
    meta = value.get("meta")
    return isinstance(meta, dict) and "_type" in meta
