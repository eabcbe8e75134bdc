"""Idempotency keys: who sends a request twice gets the first one's answer."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Annotated, Any, NamedTuple

from fastapi import Header, Request
from fastapi.responses import JSONResponse

from index import UsageError
from ui.api.errors import ConflictError, UnfitError

REPLAYED = "Idempotency-Replayed"
_DAY = 24 * 3600  # seconds that an answer is kept
_MOST_KEYS = 1_000
_MOST_BYTES = 16 * 1024**2  # of all answers that are kept
_SHAPE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")
_USER = "x-dateline-reader"  # as `ui/server/owners.py` tells it

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="A name of your own for this request. Sent again within a day with the same body, it gets the same "
        "answer, and nothing is done twice; with another body it is refused.",
    ),
]


class _Kept(NamedTuple):
    fingerprint: str
    body: str
    until: float


class KeptAnswers:
    """The answers to requests with a key. All threads may use it; a restart forgets them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._under_way: set[str] = set()
        self._lock = Lock()

    def answer(self, request: Request, key: str | None, content: str, make: Callable[[], Any]) -> JSONResponse:
        """What `make` gives, or gave to the same request before; one that fails is not kept.

        `content` is the request's body, or stands for it. Raises UsageError for a key of another shape, UnfitError
        where it came with another body, ConflictError while the first is under way.
        """
        if key is None:
            return JSONResponse(make())
        if not _SHAPE.fullmatch(key):
            raise UsageError("Idempotency-Key: 1 to 255 visible characters of ASCII. Send a UUID, for example.")
        name = _hash(_name_asker(request), key)
        fingerprint = _hash(request.method, request.url.path, content)
        if (known := self._begin(name, fingerprint)) is not None:
            return JSONResponse(json.loads(known), headers={REPLAYED: "true"})
        try:
            made = make()
            self._keep(name, _Kept(fingerprint, json.dumps(made), self._clock() + _DAY))
        finally:
            with self._lock:
                self._under_way.discard(name)
        return JSONResponse(made)

    def _begin(self, name: str, fingerprint: str) -> str | None:
        """The answer that is kept; None where there is none, and this request is the first."""
        with self._lock:
            self._forget_old()
            if name in self._under_way:
                raise ConflictError("a request with this Idempotency-Key is being answered. Send it again in a moment.")
            kept = self._kept.get(name)
            if kept is None:
                self._under_way.add(name)
                return None
        if kept.fingerprint != fingerprint:
            raise UnfitError("this Idempotency-Key came with another request before. Send another key.")
        return kept.body

    def _keep(self, name: str, kept: _Kept) -> None:
        with self._lock:
            self._kept[name] = kept
            self._forget_old()

    def _forget_old(self) -> None:
        size = sum(len(kept.body) for kept in self._kept.values())
        while self._kept:
            name, oldest = next(iter(self._kept.items()))
            if len(self._kept) <= _MOST_KEYS and size <= _MOST_BYTES and oldest.until > self._clock():
                return
            size -= len(oldest.body)
            del self._kept[name]


def _name_asker(request: Request) -> str:
    """Who asks, so that nobody gets the answer to another's request: a proxy's user, else whoever has this token."""
    user = request.headers.get(_USER, "")
    return user if user.startswith("user:") else request.headers.get("Authorization", "")


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
