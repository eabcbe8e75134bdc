"""A server of which nobody asks anything has nothing to look for."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.ui.server.conftest import App

_OFTEN = 0.09  # seconds


def test_nothing_wakes_an_idle_server_often(app: App, browser_a: Any) -> None:
    async def look() -> tuple[set[str], list[float]]:
        loop: Any = asyncio.get_running_loop()
        running = {str(task.get_coro()) for task in asyncio.all_tasks()}
        soon = [timer.when() - loop.time() for timer in loop._scheduled if not timer.cancelled()]
        return running, [wait for wait in soon if wait < _OFTEN]

    waits: list[float] = []
    for _ in range(5):
        running, soon = browser_a.portal.call(look)
        assert not any("start_processing" in name or "progress" in name for name in running)
        waits += soon
    # Gradio removes old states each second, and that may be near.
    assert len(waits) <= 5
