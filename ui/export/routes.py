"""The way to a conversation, or to one answer of it, as text to copy or as a file.

Their addresses are `/conversations/ID.md` and `/conversations/ID/TURN.docx`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from index import AuditLog, DatelineError
from rag import Answer
from ui.chat.conversation_store import is_conversation_id
from ui.chat.session import Sessions
from ui.export.docx import write_docx
from ui.export.texts import write_html, write_json, write_markdown, write_plain
from ui.server.owners import read_owner

FILES = ("md", "docx", "json")
_WRITERS: dict[str, tuple[str, Callable[[Sequence[Answer]], str | bytes]]] = {
    "txt": ("text/plain", write_plain),
    "md": ("text/markdown", write_markdown),
    # As text, so that the browser never shows it as a page of ours; the script puts it on the clipboard as HTML.
    "html": ("text/plain", write_html),
    "json": ("application/json", write_json),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", write_docx),
}
_TURN = re.compile(r"[0-9]{1,6}")

_log = logging.getLogger("dateline.chat")


def conversation_address(conversation: str) -> str:
    """The address of a conversation's exports, but for the dot and the format."""
    return f"/conversations/{conversation}"


def make_export_routes(sessions: Sessions, audit: AuditLog) -> list[Route]:
    """The routes. A reader gets their own conversations, and no others."""

    async def export(request: Request) -> Response:
        conversation, turn, name = (
            str(request.path_params.get(part, "")) for part in ("conversation", "turn", "format")
        )
        if not is_conversation_id(conversation) or name not in _WRITERS or (turn and not _TURN.fullmatch(turn)):
            return _missing()
        return await run_in_threadpool(_export, sessions, audit, read_owner(request), conversation, turn, name)

    # Version 0.1.0 called them talks; links from then still work.
    return [
        Route(f"/{name}/{{conversation}}{turn}.{{format}}", export)
        for name in ("conversations", "talks")
        for turn in ("/{turn}", "")
    ]


def _export(sessions: Sessions, audit: AuditLog, owner: str, conversation: str, turn: str, name: str) -> Response:
    try:
        exchanges = sessions.get(owner, conversation).view().conversation
    except DatelineError as error:
        _log.warning("%s", error)
        return PlainTextResponse("The conversations can't be read.", 503)
    chosen = exchanges[int(turn) : int(turn) + 1] if turn else exchanges
    answers = [exchange.answer for exchange in chosen if exchange.answer is not None]
    if not answers:
        return _missing()
    try:
        audit.note("export", what="answer" if turn else "conversation", conversation=conversation, to=name)
    except DatelineError as error:
        _log.warning("%s", error)
        return PlainTextResponse("It can't be logged who exports, so nobody can.", 503)
    kind, write = _WRITERS[name]
    # Always a file: what articles and models say must not be shown as a page of ours.
    headers = {"Content-Disposition": f'attachment; filename="{"answer" if turn else "conversation"}.{name}"'}
    return Response(write(answers), media_type=kind, headers=headers)


def _missing() -> Response:
    return PlainTextResponse("There is no such conversation, or no answer in it.", 404)
