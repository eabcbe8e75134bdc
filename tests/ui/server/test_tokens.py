"""A token is made, changed and taken back, and a server that runs heeds it at once."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
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
from starlette.types import ASGIApp, Receive, Scope, Send

from index import AuditLog, DatelineError, IndexSettings, UsageError, allow
from tests.ui.conftest import free_port
from ui.cli.app import app
from ui.server.access import COOKIE, RequireToken
from ui.server.owners import Visitor
from ui.server.tokens import FILE, OLD_FILE, Tokens, list_tokens, make_token, revoke_token


def run(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["token", "--library", str(folder), *options])


def list_made(folder: Path) -> list[dict[str, str | None]]:
    found: list[dict[str, str | None]] = json.loads(run(folder, "--json").output)["tokens"]
    return found


def test_a_token_is_shown_once_and_kept_as_a_hash(tmp_path: Path) -> None:
    assert "has no token" in run(tmp_path).output
    made = run(tmp_path, "--new").output.split()[-1]
    kept = tmp_path / FILE
    assert made not in kept.read_text()
    assert hashlib.sha256(made.encode()).hexdigest() in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert {file.name for file in tmp_path.iterdir()} == {FILE, f"{FILE}.lock"}
    shown = run(tmp_path).output
    assert shown.startswith("main ")
    assert made not in shown
    assert Tokens(tmp_path).find(made)


def test_tokens_have_a_name_and_a_scope_and_are_taken_back_one_by_one(tmp_path: Path) -> None:
    desk = run(tmp_path, "--new", "desk", "--scope", "read").output.split()[-1]
    robot = json.loads(run(tmp_path, "--new", "robot", "--json").output)["token"]
    listed = list_made(tmp_path)
    assert [(made["name"], made["scope"], made["used"]) for made in listed] == [
        ("desk", "read", None),
        ("robot", "write", None),
    ]
    assert "token" not in listed[0]
    tokens = Tokens(tmp_path)
    found = [tokens.find(given) for given in (desk, robot)]
    assert [(t.name, t.may_write) for t in found if t] == [("desk", False), ("robot", True)]
    assert "say which to take back: desk, robot" in str(run(tmp_path, "--revoke").exception)
    assert "There are: desk, robot." in str(run(tmp_path, "--revoke", "nobody").exception)
    assert run(tmp_path, "--revoke", "desk").exit_code == 0
    assert (tokens.find(desk), tokens.find(robot)) == (None, found[1])
    again = run(tmp_path, "--new", "robot", "--scope", "read").output.split()[-1]
    assert tokens.find(robot) is None
    assert (kept := tokens.find(again)) is not None
    assert not kept.may_write


@pytest.mark.parametrize("name", ["", "a b", "../x", ".hidden", "-x", "x" * 65, "a\nb", "ä"])
def test_odd_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="a token's name is"):
        make_token(tmp_path, name)
    assert not list(tmp_path.iterdir())


def test_a_token_may_have_a_last_day(tmp_path: Path) -> None:
    day = datetime.now(UTC).date() + timedelta(days=1)
    made = run(tmp_path, "--new", "--expires", str(day)).output.split()[-1]
    assert f"until {day}" in run(tmp_path).output
    assert Tokens(tmp_path).find(made)
    over = make_token(tmp_path, "over", expires=datetime.now(UTC) - timedelta(seconds=1))
    assert Tokens(tmp_path).find(over) is None
    assert "(over)" in run(tmp_path).output
    for wrong, said in (("2020-01-01", "is over"), ("tomorrow", "is no day"), ("9999-12-31", "is no day")):
        assert said in str(run(tmp_path, "--new", "--expires", wrong).exception)


def test_one_thing_at_a_time_and_a_folder_that_is_there(tmp_path: Path) -> None:
    assert "--revoke" in str(run(tmp_path, "--new", "--revoke").exception)
    assert "--scope and --expires go with --new" in str(run(tmp_path, "--scope", "read").exception)
    assert "there is no library at" in str(run(tmp_path / "none", "--new").exception)
    assert "has no token" in run(tmp_path, "--revoke").output


def test_the_one_token_of_an_earlier_library_goes_on_and_has_a_name_now(tmp_path: Path) -> None:
    old = "made by an earlier Dateline"
    sha256 = hashlib.sha256(old.encode()).hexdigest()
    (tmp_path / OLD_FILE).write_text(sha256 + "\n")
    allow(tmp_path, [f"token {sha256}"])
    tokens = Tokens(tmp_path)
    assert (found := tokens.find(old)) is not None
    assert (found.name, found.scope) == ("main", "write")
    desk = make_token(tmp_path, "desk", "read")
    assert not (tmp_path / OLD_FILE).exists()
    assert tokens.find(old)
    assert tokens.find(desk)
    assert [made["name"] for made in list_made(tmp_path)] == ["main", "desk"]
    new = make_token(tmp_path)
    assert tokens.find(old) is None
    assert tokens.find(new)


def test_use_is_noted_once_a_minute_and_other_tokens_stay(tmp_path: Path) -> None:
    made, other = make_token(tmp_path), make_token(tmp_path, "other")
    tokens = Tokens(tmp_path)
    found = tokens.find(made)
    assert found is not None
    tokens.note_use(found)
    first = (tmp_path / FILE).stat().st_mtime_ns
    tokens.note_use(found)
    assert (tmp_path / FILE).stat().st_mtime_ns == first
    assert [bool(listed["used"]) for listed in list_made(tmp_path)] == [True, False]
    assert tokens.find(other)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("of_file", "with_that"), [('"read"', '"write"'), ('"2', '"3'), ('"expires": "', '"expires": null, "was": "')]
)
def test_what_a_token_allows_is_what_it_was_made_with(tmp_path: Path, of_file: str, with_that: str) -> None:
    """Whoever writes into the folder can't make more of a token that was made here."""
    made = make_token(tmp_path, "desk", "read", datetime.now(UTC) + timedelta(days=1))
    written = (tmp_path / FILE).read_text()
    start = written.index('"scope"') if of_file == '"read"' else written.index('"expires"')
    (tmp_path / FILE).write_text(written[:start] + written[start:].replace(of_file, with_that, 1))
    assert written != (tmp_path / FILE).read_text()
    assert Tokens(tmp_path).find(made) is None
    assert list_made(tmp_path) == []


def test_a_change_counts_at_once(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    assert not tokens.find("")
    first = make_token(tmp_path)
    assert tokens.find(first)
    second = make_token(tmp_path)
    assert not tokens.find(first)
    assert tokens.find(second)
    assert revoke_token(tmp_path)
    assert not tokens.find(second)
    assert not revoke_token(tmp_path)
    assert list_tokens(tmp_path) == []


ODD_FILES = (
    *(b"", b"\n", b"\xff\xfe", b"none", b"0" * 63, b"\0" * 64, b"[]", b"{}", b'{"tokens": 1}', b'{"tokens": [1]}'),
    *(b'{"tokens": [{"name": "main"}]}', b"[" * 100_000),
)


@pytest.mark.parametrize("content", ODD_FILES)
def test_a_file_that_says_nothing_lets_nobody_in(tmp_path: Path, content: bytes) -> None:
    tokens = Tokens(tmp_path)
    made = make_token(tmp_path)
    assert tokens.find(made)
    (tmp_path / FILE).write_bytes(content)
    for given in (made, "", content.decode("latin-1"), "\ud800"):
        assert not tokens.find(given)


def test_whoever_made_a_library_elsewhere_does_not_come_in_with_the_token_in_it(tmp_path: Path) -> None:
    theirs = "known to them"
    (tmp_path / OLD_FILE).write_text(hashlib.sha256(theirs.encode()).hexdigest() + "\n")
    tokens = Tokens(tmp_path)
    assert not tokens.find(theirs)
    assert list_tokens(tmp_path) == []  # so that a server makes one of its own
    assert tokens.find(make_token(tmp_path))
    assert not tokens.find(theirs)


def test_a_token_goes_with_its_folder_alone(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    made = make_token(here)
    shutil.copytree(here, there)
    assert Tokens(here).find(made)
    assert not Tokens(there).find(made)


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


@contextmanager
def serve(app: ASGIApp) -> Iterator[str]:
    """The address at which the app is served within the context."""
    server = uvicorn.Server(uvicorn.Config(app, port=(port := free_port()), log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def url(tmp_path: Path, endless: Endless) -> Iterator[str]:
    audit = AuditLog(IndexSettings(), tmp_path)
    with serve(RequireToken(Starlette(routes=endless.routes()), Tokens(tmp_path), audit)) as address:
        yield address


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


class OneReader:
    """A way to log in by which one reader is known, for as long as they are."""

    provider = "login.example.org"

    def __init__(self) -> None:
        self.known = True

    def find(self, _: Request) -> Visitor | None:
        return Visitor("user:ada", may_write=False) if self.known else None


def test_a_stream_ends_when_its_reader_is_known_no_more(tmp_path: Path, endless: Endless) -> None:
    logins = OneReader()
    audit = AuditLog(IndexSettings(), tmp_path)
    app = RequireToken(Starlette(routes=endless.routes()), Tokens(tmp_path), audit, logins)  # type: ignore[arg-type]
    with serve(app) as url, httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        with client.stream("GET", "/stream") as stream:
            lines = stream.iter_lines()
            assert next(lines) == "data: ALIVE"
            logins.known = False
            assert [part for part in lines if part] == []
        assert endless.ended.acquire(timeout=60)
        assert client.get("/hello").status_code == 401


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
