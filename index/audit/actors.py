"""Who acts: the user of this process, or whomever a server answers. What a thread or a task does is on their behalf."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Literal, NamedTuple

from index.errors import NotAllowed

USER = "user:"  # what the name of a user begins with whom a proxy or a login names

Entrance = Literal["python", "terminal", "rest", "openai", "mcp", "page"]


class Actor(NamedTuple):
    """Who acts, and by which entrance they came in.

    `name` says how they are known: "os:ada", "user:ada@example.org", "token:desk" or "browser:5f…". `address` is that
    of their machine, or of the proxy before it; empty for this process' own user.
    """

    name: str
    entrance: Entrance
    may_write: bool = True
    address: str = ""


_ACTING: ContextVar[Actor | None] = ContextVar("acting", default=None)


def current_actor() -> Actor:
    """On whose behalf this thread or task does what it does."""
    return _ACTING.get() or own_actor("python")


def acting_user() -> str:
    """The user in whose name a database is asked: whom a proxy or a login names; empty for the program's own."""
    name = current_actor().name
    return name.removeprefix(USER) if name.startswith(USER) else ""


def own_actor(entrance: Entrance) -> Actor:
    """The user whose process this is."""
    return Actor(f"os:{_os_user()}", entrance)


@contextmanager
def on_behalf_of(actor: Actor) -> Iterator[None]:
    """Have all that is done within the context be on this actor's behalf. A thread needs a copy of the context."""
    token = _ACTING.set(actor)
    try:
        yield
    finally:
        _ACTING.reset(token)


def check_may_write() -> None:
    """Raise NotAllowed where whoever acts may only read."""
    actor = current_actor()
    if not actor.may_write:
        raise NotAllowed(actor.name)


@cache
def _os_user() -> str:
    """The name of the user whose process this is: the system's word, which the environment can't change."""
    try:
        import pwd
    except ImportError:  # not a Unix
        import getpass

        return getpass.getuser()
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
