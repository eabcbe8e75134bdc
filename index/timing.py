"""What each stage of a search took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

Seconds = dict[str, float]  # by stage


@contextmanager
def timed(seconds: Seconds | None, stage: str) -> Iterator[None]:
    """Add the time that the block takes to `seconds[stage]`; nothing where nobody asks."""
    if seconds is None:
        yield
        return
    start = time.perf_counter()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - start
