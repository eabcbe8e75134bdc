"""A polite rate for each host, and no more of a host that does not answer."""

from __future__ import annotations

import time
from collections import Counter
from math import inf

from index.fetch.fetch_error import FetchError

_LONGEST_WAIT = 60.0  # seconds that we wait for a host that asks us to
_AWAY: dict[str, float] = {}  # until when hosts asked this process to be left alone, whoever reads them
_MOST_SILENCES = 3  # in a row, after which a host is left alone


class Pace:
    """When each host may be asked again."""

    def __init__(self) -> None:
        self._next: dict[str, float] = {}
        self._silent: Counter[str] = Counter()

    def wait(self, host: str, delay: float) -> None:
        """Wait until the host may be asked, and see that `delay` seconds pass before it is asked again.

        Raises FetchError where that is too long.
        """
        if self._silent[host] >= _MOST_SILENCES:
            raise FetchError(f"{host} did not answer {_MOST_SILENCES} times; try again later", passing=True)
        left = max(self._next.get(host, -inf), _AWAY.get(host, -inf)) - time.monotonic()
        if left > _LONGEST_WAIT:
            raise FetchError(f"{host} asks to be left alone for {left:,.0f} seconds; try again then", passing=True)
        if left > 0:
            time.sleep(left)
        self._next[host] = time.monotonic() + delay

    def postpone(self, host: str, seconds: float) -> None:
        """The host asks to be left alone so long."""
        _AWAY[host] = time.monotonic() + seconds

    def note(self, host: str, *, answered: bool) -> None:
        """Say whether the host answered."""
        self._silent[host] = 0 if answered else self._silent[host] + 1
