"""Sleep that Ctrl-C ends at once."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, strategies as st

from ui import sleep as module
from ui.sleep import sleep

MOST_NAPS = 1_000


class Clock:
    """Stands in for `time`; Ctrl-C is pressed in the last nap."""

    def __init__(self) -> None:
        self.naps: list[float] = []

    def monotonic(self) -> float:
        return sum(self.naps)

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        if len(self.naps) == MOST_NAPS:
            raise KeyboardInterrupt


@given(st.floats(0, 100))
def test_it_is_naps_that_are_together_as_long_as_asked(seconds: float) -> None:
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "time", clock)
        sleep(seconds)
    assert math.isclose(sum(clock.naps), seconds)
    assert all(nap <= 0.5 for nap in clock.naps)


def test_without_a_length_it_lasts_until_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    with pytest.raises(KeyboardInterrupt):
        sleep()
    assert len(clock.naps) == MOST_NAPS
