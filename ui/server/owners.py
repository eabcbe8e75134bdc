"""Who asks, and whose conversations these are: the browser's, known by a cookie, or the user's who logged in or whom a
proxy names.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Any, NamedTuple

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index import USER, Actor, Entrance, on_behalf_of
from ui.health_paths import HEALTH_PATHS
from ui.refusals import refuse

COOKIE = "dateline_reader"
HEADER = "x-dateline-reader"  # between this middleware and the page; what a client sends under this name is dropped
_MONTHS = 400 * 24 * 3600  # seconds; browsers keep none for longer
_COOKIE_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
VISITOR = "dateline.visitor"  # where in the scope it stands who was let in
_ACTOR = "dateline.actor"  # and on whose behalf the request is answered
_ENTRANCES: dict[str, Entrance] = {"api": "rest", "v1": "openai", "mcp": "mcp"}


class Visitor(NamedTuple):
    """Who was let in: "token:desk", or "user:ada@example.org"."""

    name: str
    may_write: bool


def read_owner(request: Any) -> str:
    """Who asks, by a request as Gradio or Starlette have it."""
    return str(request.headers[HEADER])


def read_actor(request: Any) -> Actor:
    """On whose behalf an event of the page is done, by the request as Gradio has it: its events lose the context."""
    actor: Actor = request.request.scope[_ACTOR]
    return actor


def find_owner(context: Any) -> str:
    """Who asks, by the context of an MCP request; nobody where it came by no HTTP."""
    return str((context.headers or {}).get(HEADER, ""))


class KnowOwner:
    """ASGI middleware that tells the page who is reading, in the header `HEADER`, and acts on their behalf.

    A browser is known by 256 random bits in a cookie that no script sees. The page gets their sha256, so that nothing
    that is kept lets anybody in. Whoever logged in is known by their name. With `user_header`, a proxy's word counts,
    and a request without it is turned away.
    """

    def __init__(self, app: ASGIApp, user_header: str = "") -> None:
        self._app = app
        self._user_header = user_header.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in HEALTH_PATHS:
            await self._app(scope, receive, send)
        elif self._user_header:
            await self._by_proxy(scope, receive, send)
        elif VISITOR in scope and scope[VISITOR].name.startswith(USER):
            await self._pass_on(scope, scope[VISITOR].name, receive, send)
        else:
            await self._by_cookie(scope, receive, send)

    async def _by_proxy(self, scope: Scope, receive: Receive, send: Send) -> None:
        users = HTTPConnection(scope).headers.getlist(self._user_header)
        if len(users) != 1 or not users[0].strip():
            said = f"the proxy in front does not say who you are, in {self._user_header}."
            await refuse(scope["path"], 401, said)(scope, receive, send)
            return
        await self._pass_on(scope, f"{USER}{users[0].strip()}", receive, send)

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

        owner = f"browser:{hashlib.sha256(cookie.encode()).hexdigest()}"
        await self._pass_on(scope, owner, receive, send_with_cookie if scope["path"] == "/" else send)

    async def _pass_on(self, scope: Scope, owner: str, receive: Receive, send: Send) -> None:
        """Answer on behalf of whoever was let in, else of the owner of the conversations."""
        visitor = scope.get(VISITOR) or Visitor(owner, may_write=True)
        actor = Actor(visitor.name, find_entrance(scope["path"]), visitor.may_write, find_address(scope))
        with on_behalf_of(actor):
            await self._app({**_tell(scope, owner), _ACTOR: actor}, receive, send)


def find_entrance(path: str) -> Entrance:
    """The entrance that a request's path leads to."""
    return _ENTRANCES.get(path.split("/")[1], "page")


def find_address(scope: Scope) -> str:
    """The address of the client's machine, or of the proxy before it; empty where there is none."""
    return str((scope.get("client") or ("",))[0])


def _tell(scope: Scope, owner: str) -> Scope:
    name = HEADER.encode()
    kept = [pair for pair in scope["headers"] if pair[0].lower() != name]
    return {**scope, "headers": [*kept, (name, owner.encode("latin-1", "replace"))]}
