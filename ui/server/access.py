"""Who may come in when the page is served to other machines: those who have a token, or log in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index import Actor, AuditLog, DatelineError, on_behalf_of
from ui.health_paths import HEALTH_PATHS
from ui.refusals import refuse
from ui.server.owners import VISITOR, Visitor, find_address, find_entrance
from ui.server.tokens import Tokens

COOKIE = "dateline_token"
LOGIN = "/login"
START, BACK, LOGOUT = "/login/start", "/login/back", "/logout"
_PAGE = Path(__file__).parent / "login.html"
_MONTH = 30 * 24 * 3600  # seconds
_LONGEST_FORM = 4096  # bytes
_LOOK_AGAIN = 1  # seconds until we see that a token was taken back
_NOBODY = "nobody"  # who failed to come in
_FORM = "application/x-www-form-urlencoded"

_log = logging.getLogger("dateline.server")


class LoginFailed(Exception):
    """Why nobody was logged in, for whoever tried; `detail` is for the audit log alone."""

    def __init__(self, said: str, status: int, detail: str = "") -> None:
        super().__init__(said)
        self.status = status
        self.detail = detail


class Logins(Protocol):
    """How people log in at a provider, and how they are known afterwards."""

    @property
    def provider(self) -> str:
        """What the provider is called."""
        ...

    def find(self, request: Request) -> Visitor | None:
        """Who has logged in; None where nobody has, or the time of that is over."""
        ...

    async def start(self, request: Request) -> Response:
        """Send the reader to the provider. Raises LoginFailed."""
        ...

    async def finish(self, request: Request) -> tuple[Visitor, Response]:
        """Let the reader in who comes back from the provider. Raises LoginFailed."""
        ...

    def end(self, request: Request, response: Response) -> None:
        """Have the reader's login count no more, here and in their browser."""
        ...


class _Admission(NamedTuple):
    """Who was let in, and whether they still are."""

    visitor: Visitor
    holds: Callable[[], bool]


class RequireToken:
    """ASGI middleware that lets nobody in without a token, in a cookie or as `Authorization: Bearer`, or a login.

    What is being answered ends when the token is taken back or its time is over, or its reader has logged out.
    """

    def __init__(self, app: ASGIApp, tokens: Tokens, audit: AuditLog, logins: Logins | None = None) -> None:
        self._app = app
        self._tokens = tokens
        self._audit = audit
        self._logins = logins
        self._answering: dict[asyncio.Task[object], Callable[[], bool]] = {}  # and whether they may go on
        self._revoked: set[asyncio.Task[object]] = set()
        self._watching: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in HEALTH_PATHS:
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing here speaks by websocket
            return
        request = Request(scope, receive)
        if scope["path"] in (LOGIN, START, BACK, LOGOUT):
            try:
                response = await self._take_login(request)
            except LoginFailed as error:
                response = self._say_failed(request, error)
            await response(scope, receive, send)
        elif admission := self._admit(request):
            await self._answer(admission, scope, receive, send)
        else:
            if "Authorization" in request.headers and find_entrance(scope["path"]) != "page":  # whose rate is limited
                self._note_failed(scope, "there is no such token")
            await _turn_away(request)(scope, receive, send)

    def _admit(self, request: Request) -> _Admission | None:
        given = _read_token(request)
        token = self._tokens.find(given)
        if token is not None:
            self._tokens.note_use(token)
            visitor = Visitor(f"token:{token.name}", token.may_write)
            return _Admission(visitor, lambda: self._tokens.find(given) is not None)
        logins = self._logins
        if logins is None or "Authorization" in request.headers or (found := logins.find(request)) is None:
            return None
        return _Admission(found, lambda: logins.find(request) is not None)

    async def _answer(self, admission: _Admission, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def note(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        task = asyncio.current_task()
        assert task is not None  # a server runs each request in one
        self._answering[task] = admission.holds
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        try:
            await self._app({**scope, VISITOR: admission.visitor}, receive, note)
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
        """End what is answered for those who are let in no more."""
        while self._answering:
            await asyncio.sleep(_LOOK_AGAIN)
            for task, holds in list(self._answering.items()):
                if task not in self._revoked and not holds():
                    self._revoked.add(task)
                    task.cancel()

    # Coming in

    async def _take_login(self, request: Request) -> Response:
        path, is_reading = request.url.path, request.method in ("GET", "HEAD")
        if path == LOGOUT:
            return self._log_out(request)
        if path == LOGIN:
            return self._show_form(request) if is_reading else await self._log_in(request)
        if self._logins is None:
            raise LoginFailed("Nobody logs in here but by a token.", 404)
        if not is_reading:
            raise LoginFailed("Log in by the link.", 405)
        if path == START:
            return await self._logins.start(request)
        visitor, response = await self._logins.finish(request)
        self._note(request.scope, "login", visitor.name)
        return response

    async def _log_in(self, request: Request) -> Response:
        token = await _read_form(request)
        found = self._tokens.find(token)
        if found is None:
            raise LoginFailed("That is not it.", 401, "there is no such token")
        self._note(request.scope, "login", f"token:{found.name}")
        response = RedirectResponse("/", 303)
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, token, max_age=_MONTH, httponly=True, samesite="strict", secure=secure)
        return response

    def _log_out(self, request: Request) -> Response:
        if request.method != "POST":  # a link must not do it
            return self._show_form(request, "Log out by the button.", 405)
        if admission := self._admit(request):
            with suppress(LoginFailed):  # whoever wants to leave may
                self._note(request.scope, "logout", admission.visitor.name)
        response = RedirectResponse(LOGIN, 303)
        response.delete_cookie(COOKIE)
        if self._logins is not None:
            self._logins.end(request, response)
        return response

    def _say_failed(self, request: Request, error: LoginFailed) -> Response:
        if error.detail:
            self._note_failed(request.scope, error.detail)
        return self._show_form(request, str(error), error.status)

    def _note_failed(self, scope: Scope, why: str) -> None:
        with suppress(LoginFailed):  # nobody comes in either way
            self._note(scope, "login failed", _NOBODY, why=why)

    def _note(self, scope: Scope, action: str, who: str, **what: str) -> None:
        """Log it. Raises LoginFailed where that can't be: nobody comes in without anybody knowing."""
        with on_behalf_of(Actor(who, find_entrance(scope["path"]), address=find_address(scope))):
            try:
                self._audit.note(action, **what)
            except DatelineError as error:
                _log.warning("%s", error)
                raise LoginFailed("It can't be logged who comes in, so nobody can. Try again later.", 503) from None

    def _show_form(self, request: Request, wrong: str = "", status: int = 200) -> HTMLResponse:
        """The form for a token, with the way to the provider, or the way out for those who are in."""
        page = _PAGE.read_text(encoding="utf-8").replace("<!--wrong-->", escape(wrong))
        if self._logins is not None:
            name = escape(self._logins.provider)
            page = page.replace("<!--provider-->", f'<a id="provider" href="{START}">Sign in with {name}</a>')
        if admission := self._admit(request):
            who, may_write = admission.visitor
            may = "may read, add and remove" if may_write else "may read"
            said = f'You are in as {escape(who.partition(":")[2])}, and {may}. <a href="/">To the page</a>'
            out = f'<form method="post" action="{LOGOUT}"><p>{said}</p><button>Log out</button></form>'
            page = page.replace("<!--out-->", out)
        return HTMLResponse(page, status)


async def _read_form(request: Request) -> str:
    """The token of the form. Raises LoginFailed for what is no such form."""
    if request.method != "POST":
        raise LoginFailed("Send the token by POST.", 405)
    if request.headers.get("Content-Type", "").partition(";")[0].strip() != _FORM:
        raise LoginFailed(f"Send the token as a form: {_FORM}.", 415)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_FORM:
            raise LoginFailed("That is too long for a token.", 413)
    try:
        (token,) = parse_qs(body.decode("ascii"), strict_parsing=True, errors="strict", max_num_fields=5)["token"]
    except (ValueError, KeyError):
        raise LoginFailed("There is no token in that. Type it into the field.", 400) from None
    return token.strip()


def _read_token(request: Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else request.cookies.get(COOKIE, "")


def _turn_away(request: Request) -> Response:
    if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
        return RedirectResponse(LOGIN, 303)
    said = "a token is needed: `Authorization: Bearer TOKEN`. `dateline token --new` on the server makes one."
    return refuse(request.url.path, 401, said, {"WWW-Authenticate": "Bearer"})
