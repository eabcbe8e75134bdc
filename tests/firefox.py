"""Firefox, driven by WebDriver BiDi as it speaks that itself: Playwright drives none but a build of its own."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
_PATIENCE = 120  # seconds


def find_firefox() -> str | None:
    """The browser that the tests drive: $FIREFOX, else Debian's."""
    return shutil.which(os.environ.get("FIREFOX") or "firefox-esr")


class Firefox:
    """A tab of it."""

    def __init__(self, address: str) -> None:
        # A thread of its own: Playwright, once it was started, keeps a loop running in that of the tests.
        self._thread, self._runner = ThreadPoolExecutor(1), asyncio.Runner()
        self._numbers = itertools.count(1)
        self._socket, self._client = self._do(self._connect(f"{address}/session"))
        self.send("session.new", {"capabilities": {}})
        self.tab = self.send("browsingContext.getTree", {})["contexts"][0]["context"]

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._thread.submit(self._runner.run, work).result()

    async def _connect(self, address: str) -> tuple[Any, Any]:
        aiohttp = pytest.importorskip("aiohttp", reason="not installed: the extra llm")
        client = aiohttp.ClientSession()
        return await client.ws_connect(address, max_msg_size=0), client

    def send(self, method: str, params: dict[str, Any]) -> Any:
        """Give a command, and return what came of it."""
        return self._do(self._send(method, params))

    async def _send(self, method: str, params: dict[str, Any]) -> Any:
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        while True:
            reply = await self._socket.receive_json(timeout=_PATIENCE)
            if reply.get("id") == number:
                assert reply["type"] == "success", reply
                return reply["result"]

    def open(self, url: str, width: int = 1280, height: int = 800) -> None:
        """Load a page in a window of that size."""
        size = {"width": width, "height": height}
        self.send("browsingContext.setViewport", {"context": self.tab, "viewport": size})
        self.send("browsingContext.navigate", {"context": self.tab, "url": url, "wait": "complete"})

    def run(self, script: str) -> Any:
        """What an expression gives, which may be a promise, as JSON can have it."""
        asked = {
            "expression": f"(async () => JSON.stringify((await ({script})) ?? null))()",
            "target": {"context": self.tab},
            "awaitPromise": True,
            "userActivation": True,
        }
        done = self.send("script.evaluate", asked)
        assert done["type"] == "success", done
        return json.loads(done["result"]["value"])

    def wait(self, condition: str) -> None:
        """Return when an expression gives true."""
        self.run(
            f"new Promise((done) => {{ const look = () => ({condition}) ? done() : setTimeout(look, 50); look(); }})"
        )

    def type(self, text: str) -> None:
        """Press the keys, where the focus is."""
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keys", "actions": keys}]
        self.send("input.performActions", {"context": self.tab, "actions": actions})

    def close(self) -> None:
        """End the connection; the browser ends with its process."""
        self._do(self._client.close())
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()


@contextmanager
def start_firefox(profile: Path) -> Iterator[Firefox]:
    """A headless Firefox with a profile of its own; skips the test where there is none."""
    found = find_firefox()
    if found is None:
        pytest.skip("no Firefox: install Debian's firefox-esr, or name one in $FIREFOX")
    command = [found, "--headless", "--remote-debugging-port=0", "--profile", str(profile), "--no-remote"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            address = next(match[1] for line in process.stderr if (match := _LISTENS.search(line)))
            firefox = Firefox(address)
            yield firefox
            firefox.close()
        finally:
            process.terminate()
