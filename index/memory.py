"""Memory that goes back to the system."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from functools import cache

_M_ARENA_MAX = -8  # mallopt(3)


@cache
def keep_few_arenas() -> None:
    """Have the threads of this process share two arenas of memory, where the C library is glibc.

    It gives each new thread one that hardly takes anything back, and each commit of the full text starts threads: the
    memory of an `add` would grow with it. Arenas that are there stay, so this comes before any model.
    """
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)
