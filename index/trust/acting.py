"""In whose name a library in a database is asked: a server's own, or that of the user that a proxy names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_USER: ContextVar[str] = ContextVar("acting", default="")


@contextmanager
def acting_as(user: str) -> Iterator[None]:
    """Ask in the name of a user for as long as this lasts, in this task and in the threads that take its context."""
    before = _USER.set(user)
    try:
        yield
    finally:
        _USER.reset(before)


def acting_user() -> str:
    """Who is asking; empty for the program itself."""
    return _USER.get()
