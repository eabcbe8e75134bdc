"""Running coroutines beside a browser, whose driver has an event loop running in the tests' own thread."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
_SECONDS = 300


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """What the coroutine gives, run in a thread of its own; raises TimeoutError after five minutes."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(asyncio.wait_for(work, _SECONDS))).result()
