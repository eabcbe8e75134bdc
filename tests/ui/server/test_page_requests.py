"""What the page may ask of Gradio, and nothing else: no address, no other's file, no other's session."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from gradio import processing_utils
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from index import DatelineError, Library
from index.settings import load_settings
from rag.settings import Settings
from tests.ui.conftest import ROOT
from ui.server import uploads
from ui.server.gradio_app import _FOR_UPLOADS, _NEEDED, let_through
from ui.server.serve import ANYBODY, Access, make_app
from ui.server.uploads import MOST_BYTES, make_room, open_folder

API = "/gradio_api"


@pytest.fixture(scope="module")
def empty_library(run_models: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("empty") / "library", create=True) as library:
        yield library


class App:
    """The app over an empty library, asked without a network."""

    def __init__(self, library: Library, access: Access) -> None:
        self.library = library
        settings = load_settings(Settings, library.folder)
        self.page, self.app = make_app(library, settings, "127.0.0.1", access=access)

    def visit(self) -> TestClient:
        """A browser that has opened the page."""
        client = TestClient(self.app, base_url="http://127.0.0.1")
        client.__enter__()
        assert client.get("/").status_code == 200
        return client

    def event(self, name: str) -> int:
        """The number of an event of the page."""
        found: int = next(f["id"] for f in self.page._blocks.config["dependencies"] if f["api_name"] == name)
        return found


@pytest.fixture(scope="module")
def app(empty_library: Library) -> App:
    return App(empty_library, ANYBODY)


@pytest.fixture(scope="module")
def browser_a(app: App) -> Iterator[TestClient]:
    client = app.visit()
    yield client
    client.__exit__(None, None, None)


@pytest.fixture(scope="module")
def browser_b(app: App, browser_a: TestClient) -> TestClient:
    other = TestClient(app.app, base_url="http://127.0.0.1")
    other.portal = browser_a.portal
    assert other.get("/").status_code == 200
    return other


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine's loopback, and what it was asked for."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"a secret page")

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_port}/secret.txt", asked
    server.shutdown()
    server.server_close()


# Routes


def test_only_what_the_page_needs_is_answered(app: App, browser_a: TestClient) -> None:
    """All that Gradio offers, by its own description, and whatever it leaves out of that."""
    offered: dict[str, dict[str, Any]] = app.page._blocks.app.openapi()["paths"]
    assert len(offered) > 30
    closed = 0
    for path, methods in offered.items():
        for method in map(str.upper, methods):
            known = [re.sub(r":path\}", "}", needed) for verb, needed in _NEEDED | _FOR_UPLOADS if verb == method]
            if path.rstrip("/") not in known and path not in known:
                asked = re.sub(r"\{.*?\}", "x", path)
                if asked != "/login":  # the token's form, where there is a token
                    assert browser_a.request(method, asked, json={}).status_code in (404, 405), path
                    closed += 1
    assert closed > 20


CLOSED = (
    "file=http://127.0.0.1:1/",
    "file=/etc/passwd",
    "file/etc/passwd",
    "file=%68ttp://127.0.0.1:1/",
    "proxy=http://127.0.0.1:1/",
    "deep_link?session_hash=x",
    "info",
    "openapi.json",
    "mcp/",
    "mcp/sse",
    "startup-events",
    "token",
    "dev/reload",
    "stream/x/1/1/playlist.m3u8",
    "custom_component/x/client/component/index.js",
    "call/converse/x",
    "queue/status",
    "vibe-code",
    "profiling/summary",
    "monitoring",
)


@pytest.mark.parametrize("path", CLOSED)
def test_what_could_fetch_or_tell_is_closed(browser_a: TestClient, path: str) -> None:
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
        assert browser_a.request(method, f"{API}/{path}", json={}).status_code in (404, 405)


def test_no_file_route_fetches_an_address(browser_a: TestClient, elsewhere: tuple[str, list[str]]) -> None:
    address, asked = elsewhere
    for path in (f"file={address}", f"file/{address}", f"proxy={address}", f"file=http:/{address[6:]}"):
        assert browser_a.get(f"{API}/{path}").status_code == 404
    assert not asked


def test_gradio_itself_can_not_fetch(app: App, elsewhere: tuple[str, list[str]], tmp_path: Path) -> None:
    address, asked = elsewhere
    for fetch in (
        processing_utils.ssrf_protected_download,
        processing_utils.save_url_to_cache,
        processing_utils.unsafe_download,
    ):
        with pytest.raises(PermissionError):
            fetch(address, str(tmp_path))
    assert not asked


def test_a_gradio_without_a_route_that_is_needed_is_said_in_a_line() -> None:
    async def say(_: object) -> PlainTextResponse:
        return PlainTextResponse("said")

    offering = Starlette(routes=[Route("/old", say), Route("/new/{path:path}", say)])
    routes = let_through(offering, {("GET", "/old")})
    client = TestClient(Starlette(routes=routes))
    assert client.get("/old").text == "said"
    assert client.get("/new/x").status_code == 404
    for lacking in (("POST", "/old"), ("GET", "/gone/{path:path}")):
        with pytest.raises(
            DatelineError, match=rf"Gradio {re.escape(gr.__version__)} has no {lacking[0]} {lacking[1]}"
        ):
            let_through(offering, {lacking})


# Files in bodies


def make_bodies(address: str) -> list[dict[str, Any]]:
    """Files at an address, in all the places where Gradio looks for them."""
    meta = {"_type": "gradio.FileData"}
    files: list[Any] = [
        {"path": address, "meta": meta},
        {"path": address},
        {"path": "", "url": address, "meta": meta},
        {"path": "/etc/passwd", "meta": meta},
        {"path": "../../etc/passwd", "url": address},
        {"path": address.upper(), "meta": meta, "orig_name": "a.txt", "size": 1, "mime_type": "text/plain"},
        {"path": None, "url": address},
        {"meta": meta},
        {"path": [address], "meta": meta},
        {"path": {"path": address}, "meta": meta},
    ]
    deep: Any = files[0]
    for _ in range(20):
        deep = {"a": [deep]}
    places = [[[file] for file in files], [[[file]] for file in files], [[deep]]]
    bodies = [{"data": data} for place in places for data in place]
    return [*bodies, *({"data": [], "event_data": file} for file in files), {"data": [], "extra": files[0]}]


def test_no_body_names_an_address(app: App, browser_a: TestClient, elsewhere: tuple[str, list[str]]) -> None:
    address, asked = elsewhere
    for path in ("queue/join", "run/predict", "cancel"):
        for body in make_bodies(address):
            given = {"fn_index": app.event("add_files"), "session_hash": "s", "event_id": "e", **body}
            refused = browser_a.post(f"{API}/{path}", json=given)
            assert refused.status_code == 400, given
            assert refused.json()["error"].startswith("it names a file that this page did not upload.")
    assert not asked
    assert app.library.status().articles == 0


def upload(client: TestClient, name: str = "a.txt", text: bytes = b"A text.") -> str:
    (path,) = client.post(f"{API}/upload", files={"files": (name, text)}).json()
    return str(path)


def test_a_file_is_its_uploaders_alone(app: App, browser_a: TestClient, browser_b: TestClient) -> None:
    path = upload(browser_a, text=b"Only A has this.")
    body = {"data": [[{"path": path, "meta": {"_type": "gradio.FileData"}}]], "fn_index": app.event("add_files")}
    assert browser_b.post(f"{API}/queue/join", json={**body, "session_hash": "b"}).status_code == 400
    assert browser_a.post(f"{API}/queue/join", json={**body, "session_hash": "a"}).status_code == 200


def test_uploads_are_closed_to_others(browser_a: TestClient) -> None:
    path = Path(upload(browser_a, "../../b.txt"))
    assert path.name == "b.txt"
    assert open_folder() in path.parents
    assert path.stat().st_mode & 0o777 == 0o600
    while path != path.parent and path != open_folder().parent:
        path = path.parent
        if path != open_folder().parent:
            assert path.stat().st_mode & 0o777 == 0o700


def test_uploads_are_limited_and_old_ones_go(
    browser_a: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / "a" / "old.txt", tmp_path / "b" / "new.txt"
    for file in (old, new):
        file.parent.mkdir()
        file.write_bytes(b"1234")
    os.utime(old, (0, 0))
    assert make_room(tmp_path)
    assert not old.exists()
    monkeypatch.setattr(uploads, "MOST_BYTES", 4)
    assert not make_room(tmp_path)
    assert MOST_BYTES == 1024**3
    upload_again = browser_a.post(f"{API}/upload", files={"files": ("c.txt", b"12345")})
    assert upload_again.status_code in (200, 503)
    refused = browser_a.post(f"{API}/upload", files={"files": ("d.txt", b"12345")})
    assert refused.status_code == 503
    assert refused.json()["error"].startswith("too much is being uploaded.")


ODD_UPLOADS: dict[str, tuple[str, bytes]] = {
    "no boundary": ("multipart/form-data", b"x"),
    "JSON": ("application/json", b"{}"),
    "no type": ("", b"x"),
    "no end": ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"'),
    "no file": (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="files"\r\n\r\nx\r\n--b--',
    ),
    "no name": ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--"),
    "another boundary": ("multipart/form-data; boundary=b", b"--c\r\n\r\nx\r\n--c--"),
    "long headers": ("multipart/form-data; boundary=b", b"--b\r\nX: " + b"x" * 100_000),
    "a charset that is none": ("multipart/form-data; boundary=b; charset=none", b"--b--"),
}


@pytest.mark.parametrize("odd", ODD_UPLOADS)
def test_odd_uploads_are_refused(browser_a: TestClient, odd: str, capfd: pytest.CaptureFixture[str]) -> None:
    kind, body = ODD_UPLOADS[odd]
    answer = browser_a.post(f"{API}/upload", content=body, headers={"Content-Type": kind})
    assert answer.status_code in (400, 413, 415) or answer.json() == []
    assert "Traceback" not in "".join(capfd.readouterr())


# Sessions


def read_stream(client: TestClient, session: str) -> list[dict[str, Any]]:
    with client.stream("GET", f"{API}/queue/data", params={"session_hash": session}) as stream:
        return [json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: ")]


def test_a_stream_is_its_askers_whoever_knows_its_name(app: App, browser_a: TestClient, browser_b: TestClient) -> None:
    """B names A's session: in the stream, to cancel, and to ask in it. Nothing of A's comes."""
    asked = {"data": ["What of Quvex?", "", "", "offline", None, None, [], []], "fn_index": app.event("converse")}
    event = browser_a.post(f"{API}/queue/join", json={**asked, "session_hash": "known"}).json()["event_id"]
    (nothing,) = read_stream(browser_b, "known")
    assert nothing["session_not_found"] is True
    cancel = {"session_hash": "known", "fn_index": asked["fn_index"], "event_id": event}
    assert browser_b.post(f"{API}/cancel", json=cancel).status_code == 400
    messages = read_stream(browser_a, "known")
    assert messages[-1]["msg"] == "close_stream"
    assert any(message.get("event_id") == event and message["msg"] == "process_completed" for message in messages)
    assert "Quvex" in json.dumps(messages)


@pytest.mark.parametrize("session", ["", "x" * 101, 5, ["x"], {"a": 1}, True])
def test_a_session_has_a_name(app: App, browser_a: TestClient, session: Any) -> None:
    body = {"data": [], "fn_index": 0, "session_hash": session}
    for path in ("queue/join", "run/predict", "cancel"):
        assert browser_a.post(f"{API}/{path}", json=body).status_code in (400, 422)
    if isinstance(session, str) and session:
        assert browser_a.get(f"{API}/queue/data", params={"session_hash": session}).status_code == 400
        assert browser_a.get(f"{API}/heartbeat/{session}").status_code == 400


# The folder


CRASHES = "from ui.server.uploads import open_folder; print(open_folder(), flush=True); input()"


@pytest.mark.parametrize("end", [signal.SIGKILL, None], ids=["killed", "ended"])
def test_the_folder_goes_with_its_process_or_at_the_next_start(tmp_path: Path, end: int | None) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}

    def begin() -> tuple[subprocess.Popen[str], Path]:
        process = subprocess.Popen(
            [sys.executable, "-c", CRASHES], env=environment, stdin=-1, stdout=-1, stderr=subprocess.DEVNULL, text=True
        )
        assert process.stdout is not None
        return process, Path(process.stdout.readline().strip())

    def finish(process: subprocess.Popen[str]) -> None:
        process.communicate("\n")

    (first, left), (running, kept) = begin(), begin()
    (left / "upload.txt").write_text("private")
    assert left.stat().st_mode & 0o777 == 0o700
    if end:
        first.send_signal(end)
    finish(first)
    assert left.exists() == bool(end)
    last, own = begin()
    assert not left.exists()
    assert kept.exists()  # it is in use
    assert own.exists()
    finish(running)
    finish(last)
    assert not list(tmp_path.iterdir())


def test_read_only_takes_no_upload(empty_library: Library) -> None:
    client = App(empty_library, Access(read_only=True)).visit()
    assert client.post(f"{API}/upload", files={"files": ("a.txt", b"A text.")}).status_code in (404, 405, 413)
    assert client.get(f"{API}/upload_progress?upload_id=x").status_code == 404
    client.__exit__(None, None, None)


# Other sites


@pytest.mark.parametrize(
    ("headers", "path", "method", "answered"),
    [
        ({}, "/config", "GET", True),
        ({"Sec-Fetch-Site": "same-origin"}, "/config", "GET", True),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, "/", "GET", True),
        (
            {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
            "/",
            "GET",
            True,
        ),
        (
            {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
            "/?article=x",
            "GET",
            True,
        ),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, "/", "GET", False),
        (
            {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
            "/",
            "POST",
            False,
        ),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, "/", "GET", False),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, "/config", "GET", False),
        ({"Sec-Fetch-Site": "cross-site"}, "/api/articles", "GET", False),
        ({"Sec-Fetch-Site": "odd"}, "/config", "GET", False),
        (
            {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
            f"{API}/queue/data?session_hash=x",
            "GET",
            False,
        ),
    ],
)
def test_other_sites_pages_are_refused_and_links_followed(
    browser_a: TestClient, headers: dict[str, str], path: str, method: str, answered: bool
) -> None:
    status = browser_a.request(method, path, headers=headers).status_code
    assert (status == 403) != answered
    assert status == 200 or not answered


Opened = Callable[..., Any]


def test_the_page_asks_for_nothing_that_is_closed(visit: Opened) -> None:
    """In a real browser: loading, asking, opening an article, all three tabs; nothing is refused or missing."""
    tab = visit()
    failed: list[str] = []
    tab.page.on("response", lambda r: failed.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    tab.page.reload()
    tab.page.locator(".dl-conversations").wait_for(state="attached")
    tab.ask("why did Niger revoke the deal?")
    tab.open_citation()
    for name in ("Library", "Evals", "Ask"):
        tab.page.get_by_role("tab", name=name).click()
        tab.page.get_by_role("tab", name=name, selected=True).wait_for()
    tab.page.locator("#question textarea").fill("Who led the American delegation?")
    tab.page.keyboard.press("Enter")
    with tab.page.expect_response("**/gradio_api/cancel"):
        tab.page.locator("#new-conversation").click()
    tab.page.wait_for_function("() => !document.querySelector('.dl-question')")
    assert failed == []
    assert tab.errors == []
