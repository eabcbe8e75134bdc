"""Who may come in when the page is served to other machines: those who have the token.

It is made once and shown once; the library's folder keeps its sha256. A token is 256 random bits, so a fast hash is
enough (OWASP, Password Storage: slow ones are for what people think up).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

FILE = "token.sha256"
COOKIE = "dateline_token"
LOGIN = "/login"
# What is answered without a token. Gradio asks itself for the last one when it starts; it does nothing twice.
_OPEN = ("/health", "/gradio_api/startup-events")
_PAGE = Path(__file__).parent / "login.html"
_MONTH = 30 * 24 * 3600  # seconds


class Secret(NamedTuple):
    """The sha256 of the token, and the token itself where it has just been made."""

    sha256: str
    token: str = ""


def load_secret(folder: Path) -> Secret:
    """The library's secret, made where there is none; deleting the file makes another."""
    file = folder / FILE
    if file.is_file():
        return Secret(file.read_text(encoding="ascii").strip())
    token = secrets.token_urlsafe(32)
    file.touch(mode=0o600)
    file.write_text(_hash(token) + "\n", encoding="ascii")
    return Secret(_hash(token), token)


class RequireToken:
    """ASGI middleware that lets nothing in without the token, in a cookie or as `Authorization: Bearer`."""

    def __init__(self, app: ASGIApp, sha256: str) -> None:
        self._app = app
        self._sha256 = sha256

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"] in _OPEN:
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing here speaks by websocket
            return
        request = Request(scope, receive)
        if scope["path"] == LOGIN:
            await (await self._log_in(request))(scope, receive, send)
        elif self._fits(_given(request)):
            await self._app(scope, receive, send)
        else:
            await _turn_away(request)(scope, receive, send)

    async def _log_in(self, request: Request) -> Response:
        if request.method != "POST":
            return HTMLResponse(_PAGE.read_text(encoding="utf-8"))
        async with request.form(max_files=0, max_fields=5) as form:
            token = str(form.get("token", "")).strip()
        if not self._fits(token):
            return HTMLResponse(_PAGE.read_text(encoding="utf-8").replace("<!--wrong-->", "That is not it."), 401)
        response = RedirectResponse("/", 303)
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, token, max_age=_MONTH, httponly=True, samesite="strict", secure=secure)
        return response

    def _fits(self, token: str) -> bool:
        return hmac.compare_digest(_hash(token), self._sha256)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _given(request: Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else request.cookies.get(COOKIE, "")


def _turn_away(request: Request) -> Response:
    if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
        return RedirectResponse(LOGIN, 303)
    said = "a token is needed: `Authorization: Bearer TOKEN`. It was shown when the server was first started."
    return JSONResponse({"error": said}, 401, {"WWW-Authenticate": "Bearer"})
