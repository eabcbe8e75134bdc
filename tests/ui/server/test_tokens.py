"""A token is made, changed and taken back, and a server that runs heeds it at once."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import anyio
import httpx
import pytest
import uvicorn
from click.testing import CliRunner, Result
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from index import DatelineError
from tests.ui.conftest import free_port
from ui.cli.app import app
from ui.server.access import COOKIE, RequireToken
from ui.server.tokens import FILE, Tokens, make_token, revoke_token, token_made_at


def run(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["token", "--library", str(folder), *options])


def test_a_token_is_shown_once_and_kept_as_a_hash(tmp_path: Path) -> None:
    assert "has no token" in run(tmp_path).output
    made = run(tmp_path, "--new").output.split()[-1]
    kept = tmp_path / FILE
    assert made not in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [kept]
    shown = run(tmp_path).output
    assert "The token was made on" in shown
    assert made not in shown
    assert Tokens(tmp_path).fits(made)
    assert json.loads(run(tmp_path, "--json").output)["made"]


def test_one_thing_at_a_time_and_a_folder_that_is_there(tmp_path: Path) -> None:
    assert "--revoke" in str(run(tmp_path, "--new", "--revoke").exception)
    assert "there is no library at" in str(run(tmp_path / "none", "--new").exception)
    assert "has no token" in run(tmp_path, "--revoke").output


def test_a_change_counts_at_once(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    assert not tokens.fits("")
    first = make_token(tmp_path)
    assert tokens.fits(first)
    second = make_token(tmp_path)
    assert not tokens.fits(first)
    assert tokens.fits(second)
    assert revoke_token(tmp_path)
    assert not tokens.fits(second)
    assert not revoke_token(tmp_path)
    assert token_made_at(tmp_path) is None


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"none", b"0" * 63, b"\0" * 64])
def test_a_file_that_says_nothing_lets_nobody_in(tmp_path: Path, content: bytes) -> None:
    tokens = Tokens(tmp_path)
    made = make_token(tmp_path)
    assert tokens.fits(made)
    (tmp_path / FILE).write_bytes(content)
    for given in (made, "", content.decode("latin-1"), "\ud800"):
        assert not tokens.fits(given)


def test_whoever_made_a_library_elsewhere_does_not_come_in_with_the_token_in_it(tmp_path: Path) -> None:
    theirs = "known to them"
    (tmp_path / FILE).write_text(hashlib.sha256(theirs.encode()).hexdigest() + "\n")
    tokens = Tokens(tmp_path)
    assert not tokens.fits(theirs)
    assert token_made_at(tmp_path) is None  # so that a server makes one of its own
    assert tokens.fits(make_token(tmp_path))
    assert not tokens.fits(theirs)


def test_a_token_goes_with_its_folder_alone(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    made = make_token(here)
    shutil.copytree(here, there)
    assert Tokens(here).fits(made)
    assert not Tokens(there).fits(made)


def test_a_token_that_cannot_be_remembered_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/dev/null")
    with pytest.raises(DatelineError, match="Make that folder writable"):
        make_token(tmp_path)
    assert not list(tmp_path.iterdir())


class Endless:
    """An app with a stream that says one thing and never ends by itself, and an answer that never comes."""

    def __init__(self) -> None:
        self.ended = threading.Semaphore(0)

    async def stream(self, _: Request) -> StreamingResponse:
        async def events() -> AsyncIterator[str]:
            try:
                yield "data: ALIVE\n\n"
                await anyio.sleep_forever()
            finally:
                self.ended.release()

        return StreamingResponse(events(), media_type="text/event-stream")

    async def never(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await anyio.sleep_forever()
        finally:
            self.ended.release()

    def routes(self) -> list[Route]:
        return [
            Route("/stream", self.stream),
            Route("/never", _AsApp(self.never)),
            Route("/hello", lambda _: PlainTextResponse("hello")),
        ]


class _AsApp:
    def __init__(self, call: Callable[..., object]) -> None:
        self._call = call

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._call(scope, receive, send)  # type: ignore[misc]


@pytest.fixture
def endless() -> Endless:
    return Endless()


@pytest.fixture
def url(tmp_path: Path, endless: Endless) -> Iterator[str]:
    guarded = RequireToken(Starlette(routes=endless.routes()), Tokens(tmp_path))
    server = uvicorn.Server(uvicorn.Config(guarded, port=(port := free_port()), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def test_streams_end_when_their_token_is_taken_back(
    tmp_path: Path, url: str, endless: Endless, caplog: pytest.LogCaptureFixture
) -> None:
    old = make_token(tmp_path)
    bearer, cookie = {"Authorization": f"Bearer {old}"}, {"Cookie": f"{COOKIE}={old}"}
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        assert client.get("/hello", headers=cookie).text == "hello"
        with (
            client.stream("GET", "/stream", headers=cookie) as first,
            client.stream("GET", "/stream", headers=bearer) as second,
        ):
            lines = [stream.iter_lines() for stream in (first, second)]
            assert [next(line) for line in lines] == ["data: ALIVE"] * 2
            new = make_token(tmp_path)
            for headers in (bearer, cookie):
                assert client.get("/hello", headers=headers).status_code == 401
            assert [[part for part in line if part] for line in lines] == [[], []]  # they end, and end well
        assert endless.ended.acquire(timeout=60)
        assert endless.ended.acquire(timeout=60)
        assert client.get("/hello", headers={"Authorization": f"Bearer {new}"}).text == "hello"
    assert not caplog.records


def test_an_answer_that_had_not_begun_is_a_401(tmp_path: Path, url: str, endless: Endless) -> None:
    old = make_token(tmp_path)
    answers: list[int] = []

    def ask() -> None:
        with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
            answers.append(client.get("/never", headers={"Authorization": f"Bearer {old}"}).status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        assert client.get("/hello", headers={"Authorization": f"Bearer {old}"}).text == "hello"
    revoke_token(tmp_path)
    asking.join(60)
    assert answers == [401]
