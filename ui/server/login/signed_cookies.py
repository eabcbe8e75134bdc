"""Cookies that only this server can have written: JSON Web Tokens, signed by HMAC-SHA256."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from starlette.requests import Request
from starlette.responses import Response

UNREADABLE = (JoseError, ValueError, TypeError, RecursionError)  # what a token raises that somebody made up


class SignedCookie:
    """One cookie, which holds for `seconds`. No script sees it; other sites have it sent by links alone.

    It is signed with a key made of `secret` and its name, so that servers with the same secret know each other's.
    """

    def __init__(self, name: str, path: str, seconds: int, secret: str, *, secure: bool) -> None:
        self._name = name
        self._path = path
        self._seconds = seconds
        self._secure = secure
        self._key = OctKey.import_key(hashlib.sha256(f"{name}\n{secret}".encode()).digest())
        self._ended: dict[str, float] = {}  # until when those would hold that hold no more

    def put(self, response: Response, values: Mapping[str, Any]) -> None:
        """Have the browser keep the values."""
        now = int(time.time())
        claims = {**values, "exp": now + self._seconds, "jti": secrets.token_urlsafe(16)}
        written = jwt.encode({"alg": "HS256"}, claims, self._key, algorithms=["HS256"])
        response.set_cookie(
            self._name,
            written,
            max_age=self._seconds,
            path=self._path,
            httponly=True,
            samesite="lax",
            secure=self._secure,
        )

    def read(self, request: Request) -> dict[str, Any] | None:
        """The values; None where there are none, they are not ours, or their time is over."""
        try:
            claims = jwt.decode(request.cookies.get(self._name, ""), self._key, algorithms=["HS256"]).claims
        except UNREADABLE:
            return None
        holds = claims.get("exp", 0) > time.time() and claims.get("jti") not in self._ended
        return claims if holds else None

    def end(self, request: Request, response: Response) -> None:
        """Have what this browser has hold no more, copies of it among that, as far as this server is asked."""
        if claims := self.read(request):
            now = time.time()
            self._ended = {name: until for name, until in self._ended.items() if until > now}
            self._ended[claims["jti"]] = claims["exp"]
        response.delete_cookie(self._name, path=self._path, httponly=True, samesite="lax", secure=self._secure)
