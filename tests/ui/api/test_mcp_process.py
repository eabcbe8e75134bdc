"""The MCP server as programs meet it: a process on stdio, and over HTTP with a user; each may go away at any time."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import pytest
from mcp import Client, MCPError, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from index import Library
from rag import Answer, Settings
from tests.ui.api.doubles_mcp import answer_without_end
from tests.ui.conftest import ROOT, free_port
from tests.ui.running_async import run_async
from ui.api.service import Service
from ui.chat.conversation import Exchange
from ui.chat.conversation_store import make_conversation_id
from ui.server.serve import Access, Serving, launch

USER = "X-Forwarded-User"
PATIENCE = 30  # seconds, for a slow machine; nothing waits that long otherwise
LONG = {"id": "long", "title": "Long", "text": "The lantern parade went on and on. " * 3_000}
COMMAND = ["-m", "tests.ui.api.doubles_mcp"]


@pytest.fixture
def small_library(doubles: None, tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", create=True) as library:
        assert not library.add([LONG]).failed
        yield library


class Served(NamedTuple):
    """A page behind a proxy, which says who the user is."""

    page: Serving
    port: int

    def connect(self, user: str) -> Client:
        client = create_mcp_http_client(headers={USER: user})
        return Client(streamable_http_client(f"http://127.0.0.1:{self.port}/mcp", http_client=client))


@pytest.fixture
def served(small_library: Library) -> Iterator[Served]:
    port = free_port()
    page = launch(small_library, Settings(), "127.0.0.1", port, access=Access(None, USER))
    yield Served(page, port)
    page.close()


async def cancel_at_first_progress(client: Client) -> None:
    """Ask, cancel once the server says how far it is, and see that it goes on serving."""
    with anyio.CancelScope() as scope:

        async def cancel(progress: float, total: float | None, message: str | None) -> None:
            scope.cancel()

        await client.call_tool("ask", {"question": "Why?"}, progress_callback=cancel)
    assert scope.cancelled_caught
    read: Any = await client.call_tool("read_article", {"article_id": "long"})
    assert read.structured_content["title"] == "Long"


async def wait_until(is_so: Callable[[], bool]) -> None:
    with anyio.fail_after(PATIENCE):
        while not is_so():
            await anyio.sleep(0.02)


def test_a_cancelled_question_ends_on_stdio(small_library: Library, tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [*COMMAND, str(small_library.folder), str(ended)]

    async def walk() -> None:
        parameters = StdioServerParameters(command=sys.executable, args=command, env=environment)
        async with Client(stdio_client(parameters)) as client:
            await cancel_at_first_progress(client)
            await wait_until(ended.exists)

    run_async(walk())


def test_a_cancelled_question_ends_over_http(
    small_library: Library, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = tmp_path / "ended"
    monkeypatch.setattr(Service, "stream", lambda self, request: answer_without_end(request, ended))

    async def walk() -> None:
        async with served.connect("ada") as client:
            await cancel_at_first_progress(client)
            await wait_until(ended.exists)

    run_async(walk())


def test_a_conversation_is_given_to_whose_it_is(served: Served) -> None:
    kept, unanswered = make_conversation_id(), make_conversation_id()
    answer = Answer("Why?", "Why?", "offline", refused=True, reason="Nothing says.")
    store = served.page.page.sessions.store
    store.put("user:ada", kept, 0, Exchange("Why?", answer))
    store.put("user:ada", unanswered, 0, Exchange("When?", stopped=True))
    uri = f"dateline://conversations/{kept}"

    async def walk() -> None:
        async with served.connect("ada") as ada, served.connect("eve") as eve:
            templates = [template.uri_template for template in (await ada.list_resource_templates()).resource_templates]
            assert "dateline://conversations/{conversation_id}" in templates
            listed = {resource.uri: resource.name for resource in (await ada.list_resources()).resources}
            assert listed.pop(uri) == "Why?"
            [content] = (await ada.read_resource(uri)).contents
            assert json.loads(content.text)["reason"] == "Nothing says."  # type: ignore[union-attr]
            assert [resource.name for resource in (await eve.list_resources()).resources] == ["Long"]
            wrong = [
                (eve, uri),
                (ada, f"dateline://conversations/{unanswered}"),
                (ada, f"{uri}x"),
                (ada, f"{uri[:-1]}%00"),
            ]
            for client, address in wrong:
                with pytest.raises(MCPError, match=r"no such conversation|Unknown resource"):
                    await client.read_resource(address)

    run_async(walk())


def test_clients_that_never_read_keep_nobody_waiting(served: Served) -> None:
    call = {"name": "read_article", "arguments": {"article_id": "long"}}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}).encode()
    head = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n{USER}: eve\r\nContent-Type: application/json\r\n"
    head += f"Accept: application/json, text/event-stream\r\nContent-Length: {len(body)}\r\n\r\n"

    async def walk() -> None:
        async with served.connect("ada") as client:
            read: Any = await client.call_tool("read_article", {"article_id": "long"})
            assert not read.is_error

    with contextlib.ExitStack() as stack:
        for _ in range(50):  # more than there are threads
            deaf = stack.enter_context(socket.create_connection(("127.0.0.1", served.port)))
            deaf.sendall(head.encode() + body)
        assert deaf.recv(12) == b"HTTP/1.1 200"
        run_async(walk())


def write(process: subprocess.Popen[bytes], method: str, number: int | None, **params: Any) -> None:
    assert process.stdin is not None
    message = {"jsonrpc": "2.0", "method": method, "params": params} | ({"id": number} if number is not None else {})
    process.stdin.write(json.dumps(message).encode() + b"\n")
    process.stdin.flush()


def test_a_client_that_never_reads_takes_the_process_with_it(small_library: Library) -> None:
    command = [sys.executable, *COMMAND, str(small_library.folder)]
    pipe = subprocess.PIPE
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        who = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
        write(process, "initialize", 0, **who)
        write(process, "notifications/initialized", None)
        for number in range(1, 9):  # more than a pipe holds
            write(process, "tools/call", number, name="read_article", arguments={"article_id": "long"})
        assert process.stdin and process.stdout and process.stderr  # noqa: PT018
        assert process.stdout.read(1) == b"{"
        process.stdin.close()
        process.stdout.close()
        assert process.wait(PATIENCE) == 0
        assert process.stderr.read() == b""
