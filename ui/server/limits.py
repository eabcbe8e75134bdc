"""What a request may be: from this page, of a bearable size, and not one of too many."""

from __future__ import annotations

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from index import NotAllowed, check_may_write
from ui.advice import MAY_ONLY_READ
from ui.refusals import refuse

LARGEST_BODY = 1024 * 1024  # bytes; a long conversation has some tens of thousands
LARGEST_UPLOAD = 100 * LARGEST_BODY  # bytes; all files of one upload together
PER_MINUTE = 120  # requests that make work, for each client address
QUICK_PER_MINUTE = 1200  # of the page's own events that are done in a moment: a visit has about ten
_ENTRANCES = ("/api/", "/v1/", "/mcp", "/login/")
# What is asked by POST, and changes nothing. The page and MCP look into the body.
_READING = ("/api/ask", "/v1/chat/completions", "/v1/responses", "/v1/embeddings")
UPLOADS = ("/gradio_api/upload", "/api/articles/files")
_QUICK = "/gradio_api/run/predict"
_PAGES_OWN = "/gradio_api/"  # what the page asks for by itself, and nobody by a link
_OWN_SITES = ("none", "same-origin")  # as browsers say; none: typed, or a bookmark
_LONGEST_LENGTH = 15  # digits


class CheckRequests:
    """ASGI middleware that turns requests away which come from a foreign page, or have too large a body.

    A body needs its `Content-Length`, which the server below holds it to. With `read_only` there are no uploads.
    """

    def __init__(self, app: ASGIApp, *, read_only: bool = False) -> None:
        self._app = app
        self._upload = 0 if read_only else LARGEST_UPLOAD

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        largest = self._upload if scope.get("path") in UPLOADS else LARGEST_BODY
        refusal = _check(scope, largest) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)


def _check(scope: Scope, largest: int) -> JSONResponse | None:
    headers = Headers(scope=scope)
    origin = headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != headers.get("Host"):
        return _refuse(scope, 403, "requests from other sites' pages are not answered.")
    if headers.get("Sec-Fetch-Site", "none") not in _OWN_SITES and not _follows_link(scope, headers):
        return _refuse(scope, 403, "requests from other sites' pages are not answered; links from there are.")
    if "Transfer-Encoding" in headers:
        return _refuse(scope, 411, "send the body with its Content-Length.")
    length = headers.get("Content-Length", "0")
    if not (length.isascii() and length.isdigit()):
        return _refuse(scope, 400, "Content-Length is no number. Send the body's length in bytes.")
    if not largest:
        return _refuse(scope, 403, "nothing is added here. Ask whoever serves the library.")
    if len(length) > _LONGEST_LENGTH or int(length) > largest:
        return _refuse(scope, 413, f"the request is larger than {largest:,} bytes. Send less.")
    return None


class RefuseWrites:
    """ASGI middleware that answers 403 to whoever may only read, where a request would add or remove.

    The library refuses that too, at last; here it is refused before anything is read or fetched for it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _would_write(scope):
            try:
                check_may_write()
            except NotAllowed as error:
                await refuse(scope["path"], 403, f"{error} {MAY_ONLY_READ}")(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _would_write(scope: Scope) -> bool:
    """True for a request to REST or `/v1` that is not known for one that only reads."""
    reads = scope["method"] in ("GET", "HEAD", "OPTIONS") or scope["path"] in _READING
    return scope["path"].startswith(("/api/", "/v1/")) and not reads


def _follows_link(scope: Scope, headers: Headers) -> bool:
    """True for a reader who comes by a link or a bookmark, as a browser says. It opens nothing that does anything."""
    return (
        scope["method"] == "GET"
        and headers.get("Sec-Fetch-Mode") == "navigate"
        and headers.get("Sec-Fetch-Dest", "document") == "document"
        and not scope["path"].startswith(_PAGES_OWN)
    )


def _refuse(scope: Scope, status: int, why: str) -> JSONResponse:
    # A body that is not read would be taken for the next request.
    return refuse(scope["path"], status, why, {"Connection": "close"})


class LimitRate:
    """ASGI middleware that answers 429 to a client with more than `PER_MINUTE` requests that make work.

    The page's quick events have a limit of their own, `QUICK_PER_MINUTE`, so that people who open the page from one
    address don't shut each other out. A client is an address, or the user whom a proxy names in `user_header`.
    """

    def __init__(self, app: ASGIApp, *, user_header: str = "") -> None:
        self._app = app
        self._user_header = user_header
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._work = RateLimitItemPerMinute(PER_MINUTE, namespace="work")
        self._quick = RateLimitItemPerMinute(QUICK_PER_MINUTE, namespace="quick")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (scope["method"] == "POST" or scope["path"].startswith(_ENTRANCES)):
            user = Headers(scope=scope).get(self._user_header) if self._user_header else None
            client = user or str((scope.get("client") or ("unknown",))[0])
            limit = self._quick if scope["path"] == _QUICK else self._work
            if not self._limiter.hit(limit, client):
                said = f"more than {limit.amount} requests in a minute. Wait a minute, then go on."
                await refuse(scope["path"], 429, said, {"Retry-After": "60"})(scope, receive, send)
                return
        await self._app(scope, receive, send)
