"""Many connections, and slow ones, take nobody's place; a server that ends says so."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from index import DatelineError, Library
from tests.ui.conftest import ROOT, free_port
from ui.health_paths import HEALTH_PATHS
from ui.server import connections
from ui.server.connections import ROOM, choose_most, raise_file_limit
from ui.server.http_server import HttpServer

pytestmark = pytest.mark.slow

PATIENCE = 60  # seconds
LARGE = 50 * 1024 * 1024  # bytes, more than sockets hold


async def _stream(_: Request) -> StreamingResponse:
    async def events() -> AsyncIterator[str]:
        yield "begun"
        await anyio.sleep_forever()

    return StreamingResponse(events())


async def _echo(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def _large(_: Request) -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(LARGE // 65536):
            yield b"x" * 65536

    return StreamingResponse(parts())


ROUTES = [
    *(Route(path, lambda _: PlainTextResponse("ok")) for path in HEALTH_PATHS),
    Route("/", lambda _: PlainTextResponse("hello")),
    Route("/stream", _stream),
    Route("/echo", _echo, methods=["POST"]),
    Route("/large", _large),
]


class Start:
    """Starts servers with other limits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.servers: list[HttpServer] = []

    def __call__(self, **limits: float) -> int:
        """Start one, and give its port."""
        for name, value in limits.items():
            self._monkeypatch.setattr(connections, name, value)
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        self.servers.append(HttpServer(Starlette(routes=ROUTES), [listening]))
        self.servers[-1].start()
        return int(listening.getsockname()[1])

    def count(self) -> int:
        """How many connections are open."""
        return len(self.servers[-1]._server._connections._open)


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    made = Start(monkeypatch)
    yield made
    for server in made.servers:
        server.close()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def get(port: int, path: str) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
        return client.get(f"http://127.0.0.1:{port}{path}")


def is_closed(connection: socket.socket) -> bool:
    """True when the server has closed it; waits for that."""
    with suppress(ConnectionError):
        while connection.recv(65536):
            pass
    return True


@pytest.mark.parametrize(
    "limits", [{"MOST_CONNECTIONS": 100}, {"MOST_OF_ADDRESS": 100}], ids=["in all", "of an address"]
)
def test_silent_connections_make_way_for_new_ones(start: Start, limits: dict[str, int]) -> None:
    port = start(HEADER_SECONDS=PATIENCE * 10, **limits)
    with ExitStack() as stack:
        silent = [stack.enter_context(connect(port)) for _ in range(300)]
        for path, said in (("/health", "ok"), ("/", "hello")):
            assert get(port, path).text == said
        assert all(is_closed(connection) for connection in silent[:199])  # the oldest
        silent[-1].sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert silent[-1].recv(65536).startswith(b"HTTP/1.1 200")  # the newest may still ask


@pytest.mark.parametrize("path", sorted(HEALTH_PATHS))
def test_health_is_answered_where_all_places_are_busy(start: Start, path: str) -> None:
    port = start(MOST_CONNECTIONS=100)
    with ExitStack() as stack:
        streams = []
        for _ in range(100 - ROOM):
            stream = stack.enter_context(connect(port))
            stream.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"200 OK" in stream.recv(65536)
            streams.append(stream)
        refused = get(port, "/")
        assert refused.status_code == 503
        assert refused.json()["error"].startswith("too many requests are under way.")
        assert get(port, path).text == "ok"
        streams[0].close()
        while get(port, "/").status_code != 200:  # until the server has seen that one went
            pass


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"],
    ids=["nothing", "a line", "half a header", "one request and no more"],
)
def test_slow_headers_end_the_connection(start: Start, sent: bytes) -> None:
    port = start(HEADER_SECONDS=0.1)
    with connect(port) as slow:
        slow.sendall(sent)
        assert is_closed(slow)


def test_headers_that_drip_end_the_connection(start: Start) -> None:
    port = start(HEADER_SECONDS=0.1)
    with connect(port) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: ")
        closed = threading.Event()
        drip = threading.Thread(target=_drip, args=(slow, closed))
        drip.start()
        assert is_closed(slow)
        closed.set()
        drip.join()


def test_a_body_that_drips_ends_the_connection(start: Start) -> None:
    port = start(BODY_SECONDS=0.1)
    with connect(port) as slow:
        slow.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
        closed = threading.Event()
        drip = threading.Thread(target=_drip, args=(slow, closed))
        drip.start()
        assert is_closed(slow)
        closed.set()
        drip.join()


def _drip(connection: socket.socket, closed: threading.Event) -> None:
    with suppress(OSError):
        while not closed.wait(0.05):
            connection.sendall(b"x")


def test_a_large_body_that_comes_at_a_pace_is_read(start: Start) -> None:
    port = start()
    body = b"x" * 5_000_000
    with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
        assert client.post(f"http://127.0.0.1:{port}/echo", content=body).text == str(len(body))


@pytest.mark.slow
def test_who_takes_nothing_loses_the_connection(start: Start) -> None:
    port = start(TAKING_SECONDS=0.1)
    with connect(port) as slow:
        slow.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        assert slow.recv(1)
        while start.count():  # until it is closed; then comes what was on its way, and no more
            time.sleep(0.05)
        received = 0
        with suppress(ConnectionError):
            while chunk := slow.recv(65536):
                received += len(chunk)
        assert 0 < received < LARGE


SMUGGLED: dict[str, bytes] = {
    "two lengths": b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a length that is none": b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na",
    "a space before the colon": b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length : 1\r\n\r\na",
    "a folded line": b"POST /echo HTTP/1.1\r\nHost: x\r\n folded: 1\r\nA\x00: b\r\n\r\n",
    "two encodings": b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
    "a chunk that is none": b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "headers without end": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 200_000,
}


@pytest.mark.parametrize("name", SMUGGLED)
def test_requests_that_can_be_read_in_two_ways_are_refused(
    start: Start, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    port = start()
    with connect(port) as sender:
        with suppress(ConnectionError):
            sender.sendall(SMUGGLED[name])
        answer = b""
        with suppress(ConnectionError):
            while chunk := sender.recv(65536):
                answer += chunk
    assert not answer or answer.split()[1][:1] == b"4"
    assert answer.count(b"HTTP/1.1") <= 1
    assert not [record for record in caplog.records if record.exc_info]
    assert get(port, "/").text == "hello"


def test_whoever_waits_to_send_a_body_is_told_to(start: Start) -> None:
    with connect(start()) as sender:
        sender.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        assert sender.recv(65536).startswith(b"HTTP/1.1 100")
        sender.sendall(b"abc")
        assert sender.recv(65536).startswith(b"HTTP/1.1 200")


def test_the_file_limit_is_raised_and_the_connections_follow_from_it() -> None:
    assert raise_file_limit() == resource.getrlimit(resource.RLIMIT_NOFILE)[0] or raise_file_limit() == 8_192
    assert choose_most(8_192, behind_proxy=False) == (2_000, 500)
    assert choose_most(8_192, behind_proxy=True) == (2_000, 2_000)
    assert choose_most(1_024, behind_proxy=False) == (512, 500)
    assert choose_most(64, behind_proxy=False) == (2 * ROOM, 2 * ROOM)


def test_a_server_that_ended_is_noticed() -> None:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = HttpServer(Starlette(routes=ROUTES), [listening])
    server.start()
    server.check()
    server._server.servers[0].close()
    server._thread.join(PATIENCE)
    with pytest.raises(DatelineError, match=r"the server has ended \(its socket was closed\)\. Start it again"):
        server.check()


ENDS = """
import ui.server.serve as serving
launch = serving._launch
def launch_and_end(*given):
    served = launch(*given)
    loop = served.server._server.servers[0].get_loop()
    loop.call_soon_threadsafe(serving_ends, loop)
    return served
def serving_ends(loop):
    raise SystemExit(3)
serving._launch = launch_and_end
from ui.cli.app import main
main()
"""


@pytest.mark.slow
def test_the_process_ends_with_its_server(tmp_path: Path, run_models: None) -> None:
    command = [sys.executable, "-c", ENDS, "chat", "--library", str(tmp_path / "library"), "--port", str(free_port())]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if line.startswith("dateline:")]
    assert len(said) == 1
    assert said[0].startswith("dateline: the server has ended (")


@pytest.mark.slow
def test_1_100_idle_connections_where_1_024_files_may_be_open(tmp_path: Path, run_models: None) -> None:
    """The page, the APIs and `/health` are answered beside them, and after them."""
    with Library.open(tmp_path / "library", create=True):
        pass
    port = free_port()
    command = [sys.executable, "-m", "ui.cli", "chat", "--library", str(tmp_path / "library"), "--port", str(port)]
    with subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1_024, 1_024)),
    ) as process:
        try:
            assert process.stderr is not None
            assert "Dateline is on" in process.stderr.readline()
            with ExitStack() as stack:
                for _ in range(1_100):
                    stack.enter_context(connect(port))
                for path in ("/health", "/", "/api/articles", "/v1/models"):
                    assert get(port, path).status_code == 200
                assert process.poll() is None
            assert get(port, "/health").status_code == 200
        finally:
            process.terminate()
            _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "Traceback" not in err
