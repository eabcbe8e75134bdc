"""Who may come in when the page is served to other machines: those who have the token."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.refusals import refuse
from ui.server.tokens import Tokens

COOKIE = "dateline_token"
LOGIN = "/login"
_OPEN = "/health"  # what is answered without a token
_PAGE = Path(__file__).parent / "login.html"
_MONTH = 30 * 24 * 3600  # seconds
_LONGEST_FORM = 4096  # bytes
_LOOK_AGAIN = 1  # seconds until we see that a token was taken back


class RequireToken:
    """ASGI middleware that lets nothing in without the token, in a cookie or as `Authorization: Bearer`.

    What is being answered ends when its token is taken back.
    """

    def __init__(self, app: ASGIApp, tokens: Tokens) -> None:
        self._app = app
        self._tokens = tokens
        self._answering: dict[asyncio.Task[object], str] = {}  # and with which token
        self._revoked: set[asyncio.Task[object]] = set()
        self._watching: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] == _OPEN:
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing here speaks by websocket
            return
        request = Request(scope, receive)
        token = _given(request)
        if scope["path"] == LOGIN:
            await (await self._log_in(request))(scope, receive, send)
        elif self._tokens.fits(token):
            await self._answer(token, scope, receive, send)
        else:
            await _turn_away(request)(scope, receive, send)

    async def _answer(self, token: str, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def note(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        task = asyncio.current_task()
        assert task is not None  # a server runs each request in one
        self._answering[task] = token
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        try:
            await self._app(scope, receive, note)
        except asyncio.CancelledError:
            if task not in self._revoked:
                raise
            task.uncancel()
            if started:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            else:
                await _turn_away(Request(scope))(scope, receive, send)
        finally:
            self._answering.pop(task, None)
            self._revoked.discard(task)

    async def _watch(self) -> None:
        """End what is answered for a token that was taken back."""
        while self._answering:
            await asyncio.sleep(_LOOK_AGAIN)
            for task, token in list(self._answering.items()):
                if task not in self._revoked and not self._tokens.fits(token):
                    self._revoked.add(task)
                    task.cancel()

    async def _log_in(self, request: Request) -> Response:
        if request.method in ("GET", "HEAD"):
            return _show_form()
        if request.method != "POST":
            return _show_form("Send the token by POST.", 405)
        if request.headers.get("Content-Type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
            return _show_form("Send the token as a form: application/x-www-form-urlencoded.", 415)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LONGEST_FORM:
                return _show_form("That is too long for a token.", 413)
        try:
            (token,) = parse_qs(body.decode("ascii"), strict_parsing=True, errors="strict", max_num_fields=5)["token"]
        except (ValueError, KeyError):
            return _show_form("There is no token in that. Type it into the field.", 400)
        token = token.strip()
        if not self._tokens.fits(token):
            return _show_form("That is not it.", 401)
        response = RedirectResponse("/", 303)
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, token, max_age=_MONTH, httponly=True, samesite="strict", secure=secure)
        return response


def _show_form(wrong: str = "", status: int = 200) -> HTMLResponse:
    return HTMLResponse(_PAGE.read_text(encoding="utf-8").replace("<!--wrong-->", wrong), status)


def _given(request: Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else request.cookies.get(COOKIE, "")


def _turn_away(request: Request) -> Response:
    if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
        return RedirectResponse(LOGIN, 303)
    said = "a token is needed: `Authorization: Bearer TOKEN`. `dateline token --new` on the server makes one."
    return refuse(request.url.path, 401, said, {"WWW-Authenticate": "Bearer"})
