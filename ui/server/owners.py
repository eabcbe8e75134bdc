"""Whose conversations these are: the browser's, known by a cookie, or the user's that a proxy names."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index import acting_as

COOKIE = "dateline_reader"
HEADER = "x-dateline-reader"  # between this middleware and the page; what a client sends under this name is dropped
_USER = "user:"  # how the owner begins whom a proxy names
_MONTHS = 400 * 24 * 3600  # seconds; browsers keep none for longer
_COOKIE_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
_OPEN = "/health"  # asked by programs of this machine, for nobody


def read_owner(request: Any) -> str:
    """Who asks, by a request as Gradio or Starlette have it."""
    return str(request.headers[HEADER])


def read_user(request: Any) -> str:
    """The user that a proxy names; empty where it is a browser."""
    owner = str(request.headers.get(HEADER, "")) if request is not None else ""
    return owner.removeprefix(_USER) if owner.startswith(_USER) else ""


class KnowOwner:
    """ASGI middleware that tells the page who is reading, in the header `HEADER`.

    Without `user_header` a browser is known by 256 random bits in a cookie that no script sees. The page gets their
    sha256, so that nothing that is kept lets anybody in. With `user_header`, a proxy's word counts: the library is
    asked in that user's name, and a request without it is turned away.
    """

    def __init__(self, app: ASGIApp, user_header: str = "") -> None:
        self._app = app
        self._user_header = user_header.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == _OPEN:
            await self._app(scope, receive, send)
        elif self._user_header:
            await self._by_proxy(scope, receive, send)
        else:
            await self._by_cookie(scope, receive, send)

    async def _by_proxy(self, scope: Scope, receive: Receive, send: Send) -> None:
        users = HTTPConnection(scope).headers.getlist(self._user_header)
        if len(users) != 1 or not users[0].strip():
            said = f"the proxy in front does not say who you are, in {self._user_header}."
            await JSONResponse({"error": said}, 401)(scope, receive, send)
            return
        user = users[0].strip()
        with acting_as(user):
            await self._app(_tell(scope, f"{_USER}{user}"), receive, send)

    async def _by_cookie(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        given = connection.cookies.get(COOKIE, "")
        cookie = given if _COOKIE_SHAPE.fullmatch(given) else secrets.token_urlsafe(32)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                secure = "; Secure" if connection.url.scheme == "https" else ""
                kept = f"{COOKIE}={cookie}; Max-Age={_MONTHS}; Path=/; HttpOnly; SameSite=Strict{secure}"
                MutableHeaders(scope=message).append("Set-Cookie", kept)
            await send(message)

        named = _tell(scope, f"browser:{hashlib.sha256(cookie.encode()).hexdigest()}")
        await self._app(named, receive, send_with_cookie if scope["path"] == "/" else send)


def _tell(scope: Scope, owner: str) -> Scope:
    name = HEADER.encode()
    kept = [pair for pair in scope["headers"] if pair[0].lower() != name]
    return {**scope, "headers": [*kept, (name, owner.encode("latin-1", "replace"))]}
