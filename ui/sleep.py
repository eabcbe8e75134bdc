"""Sleeping until Ctrl-C."""

from __future__ import annotations

import math
import time

_LONGEST_NAP = 0.5  # seconds


def sleep(seconds: float = math.inf) -> None:
    """Sleep so long, or until KeyboardInterrupt.

    Python looks whether Ctrl-C was pressed before it falls asleep and after it wakes up. Pressed in the moment between
    the two, it would be noticed at the end of the sleep alone: so we only ever nap.
    """
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, _LONGEST_NAP))
