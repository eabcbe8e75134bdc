"""Some seconds of what `soak` does for minutes."""

from __future__ import annotations

import pytest

from tests.index.queue.soak import Plan, soak
from tests.postgres import start_server


@pytest.mark.slow
@pytest.mark.usefixtures("doubles")
def test_what_was_acknowledged_is_there_once_whatever_happens() -> None:
    start_server()  # skips where there is none to be had
    plan = Plan(seconds=4, writers=3, readers=1, workers=2, kill_seconds=1, restarts=1, pause_seconds=0.1)
    found = soak(plan)
    assert found["wrong"] == found["failed"] == []
    assert found["killed"] > 1
    assert found["acknowledged"] > 10
