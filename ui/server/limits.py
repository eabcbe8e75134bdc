"""What a request may be: from this page, of a bearable size, and not one of too many."""

from __future__ import annotations

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LARGEST_BODY = 1024 * 1024  # bytes; a long conversation has some tens of thousands
LARGEST_UPLOAD = 100 * LARGEST_BODY  # bytes; all files of one upload together
PER_MINUTE = 120  # requests that make work, for each client address
_DOORS = ("/api/", "/v1/", "/mcp")
_UPLOAD = "/gradio_api/upload"
_PROXY = "/gradio_api/proxy="  # with which Gradio fetches from elsewhere for a page; ours never does


class CheckRequests:
    """ASGI middleware that turns requests away which come from a foreign page, or have too large a body.

    A body needs its `Content-Length`, which the server below holds it to. With `read_only` there are no uploads.
    """

    def __init__(self, app: ASGIApp, *, read_only: bool = False) -> None:
        self._app = app
        self._upload = 0 if read_only else LARGEST_UPLOAD

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path", "").startswith(_PROXY):
            await JSONResponse({"error": "nothing is fetched from elsewhere."}, 404)(scope, receive, send)
            return
        largest = self._upload if scope.get("path") == _UPLOAD else LARGEST_BODY
        refusal = _check(Headers(scope=scope), largest) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)


def _check(headers: Headers, largest: int) -> JSONResponse | None:
    origin = headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != headers.get("Host"):
        return JSONResponse({"error": "requests from other sites' pages are not answered."}, 403)
    if "Transfer-Encoding" in headers:
        return JSONResponse({"error": "send the body with its Content-Length."}, 411)
    if int(headers.get("Content-Length", 0)) > largest:
        return JSONResponse({"error": f"the request is larger than {largest:,} bytes. Send less."}, 413)
    return None


class LimitRate:
    """ASGI middleware that answers 429 to a client with more than `PER_MINUTE` requests that make work.

    A client is an address, or the user whom a proxy names in `user_header`.
    """

    def __init__(self, app: ASGIApp, *, user_header: str = "") -> None:
        self._app = app
        self._user_header = user_header
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(PER_MINUTE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (scope["method"] == "POST" or scope["path"].startswith(_DOORS)):
            user = Headers(scope=scope).get(self._user_header) if self._user_header else None
            client = user or str((scope.get("client") or ("unknown",))[0])
            if not self._limiter.hit(self._limit, client):
                said = f"more than {PER_MINUTE} requests in a minute. Wait a minute, then go on."
                await JSONResponse({"error": said}, 429, {"Retry-After": "60"})(scope, receive, send)
                return
        await self._app(scope, receive, send)
