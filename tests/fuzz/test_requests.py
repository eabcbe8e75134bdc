"""Hostile requests, at every entrance of the server: each is answered, or refused in a line; none is our error."""

from __future__ import annotations

import contextlib
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import pytest
from hypothesis import example, given, strategies as st
from starlette.testclient import TestClient

from index import AuditLog, IndexSettings, Library
from index.settings import load_settings
from rag.settings import Settings
from ui.server.access import RequireToken
from ui.server.serve import ANYBODY, make_app
from ui.server.tokens import Tokens, make_token

JSON = {"Content-Type": "application/json"}
MCP = {**JSON, "Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "ask", "arguments": {"question": "Why?"}}}

odd_numbers = st.integers() | st.integers(-(2**70), 2**70) | st.sampled_from([2**63, -(2**63) - 1, 10**300, -1])
scalars = st.none() | st.booleans() | odd_numbers | st.floats() | st.text(st.characters(), max_size=50)
odd_text = st.sampled_from(
    ["\ud800", "\x00", "\u202e", "a" * 5_000, "../../etc/passwd", "http://127.0.0.1:1/", "{{7*7}}"]
)
values = st.recursive(
    scalars | odd_text,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=10) | st.sampled_from(["path", "url", "meta", "__proto__"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


class Server(NamedTuple):
    """The app over an empty library, a browser, and the numbers of the page's events with how many values they take."""

    client: TestClient
    events: dict[int, int]
    queued: dict[int, bool]


@pytest.fixture(scope="module")
def server(run_models: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("requests") / "library"
    with Library.open(folder, create=True) as library:
        page, app = make_app(library, load_settings(Settings, Path(folder)), "127.0.0.1", ANYBODY_RUNS, ANYBODY)
        with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
            assert client.get("/").status_code == 200
            functions = page._blocks.fns
            yield Server(
                client,
                {number: len(function.inputs) for number, function in functions.items() if function.fn},
                {number: bool(function.queue) for number, function in functions.items()},
            )


ANYBODY_RUNS = Path("no-runs")


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.tracebacks: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[0]:
            self.tracebacks.append(f"{record.getMessage()}: {record.exc_info[1]!r}")


@contextlib.contextmanager
def no_traceback() -> Iterator[None]:
    """See that nothing writes a traceback, to the log or to the terminal."""
    errors, said = _Errors(), io.StringIO()
    logging.getLogger().addHandler(errors)
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            yield
    finally:
        logging.getLogger().removeHandler(errors)
    assert errors.tracebacks == []
    assert "Traceback" not in said.getvalue(), said.getvalue()[-3_000:]


def send(server: Server, path: str, body: bytes, headers: dict[str, str]) -> int:
    """Send a body, and see that it is answered, or refused in a line that says something."""
    with no_traceback():
        answer = server.client.post(path, content=body, headers=headers)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert len(answer.text) > 10
    return int(answer.status_code)


def write(value: Any) -> bytes:
    """JSON as a careless client writes it: with NaN, and halves of characters."""
    return json.dumps(value).encode()


def deeply(body: dict[str, Any], name: str) -> bytes:
    nested = "[" * 100_000 + "]" * 100_000
    return json.dumps({**body, name: "HERE"}).replace('"HERE"', nested).encode()


ENTRANCES: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
    "ask": ("/api/ask", JSON, {"question": "Why?", "after": "2024-01-01", "sources": ["A"], "history": []}),
    "v1": (
        "/v1/chat/completions",
        JSON,
        {"model": "offline", "messages": [{"role": "user", "content": "Why?"}], "temperature": 0.5, "stream": False},
    ),
    "mcp": ("/mcp", MCP, CALL),
    "join": ("/gradio_api/queue/join", JSON, {"data": [], "fn_index": 0, "session_hash": "s", "event_data": None}),
    "run": ("/gradio_api/run/predict", JSON, {"data": [], "fn_index": 0, "session_hash": "s", "trigger_id": 1}),
    "cancel": ("/gradio_api/cancel", JSON, {"session_hash": "s", "fn_index": 0, "event_id": "e"}),
    "reset": ("/gradio_api/reset", JSON, {"event_id": "e"}),
}
RAW: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{bad",
    "not UTF-8": b'{"question": "\xff"}',
    "UTF-16": '{"question": "x"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"question": "x"}',
    "100,000 lists": b"[" * 100_000,
    "100,000 objects": b'{"a":' * 100_000,
    "NaN": b'{"question": NaN}',
    "infinity": b'{"question": -Infinity}',
    "a huge number": b'{"question": 1e999}',
    "many digits": b'{"question": ' + b"9" * 100_000 + b"}",
    "half a character": b'{"question": "\\ud800"}',
    "a name twice": b'{"question": "a", "question": "b"}',
    "a name twice, deep": b'{"question": {"a": 1, "a": 2}}',
    "a string": b'"question"',
    "a list": b"[]",
    "null": b"null",
    "two values": b"{} {}",
    "NUL": b'{"question": "\\u0000"}',
    "a large string": b'{"question": "' + b"a" * 1_000_000 + b'"}',
    "many names": json.dumps({str(n): n for n in range(20_000)}).encode(),
    "too large": b" " * (1024 * 1024 + 1),
}
FORM = "application/x-www-form-urlencoded"
KINDS = ("text/plain", "", FORM, "multipart/form-data", "application/json; charset=utf-16")


@pytest.mark.parametrize("raw", RAW)
@pytest.mark.parametrize("entrance", ENTRANCES)
def test_bodies_that_are_known_to_be_odd_are_refused(server: Server, entrance: str, raw: str) -> None:
    path, headers, _ = ENTRANCES[entrance]
    status = send(server, path, RAW[raw], headers)
    assert 400 <= status < 500 or (entrance, raw) == ("reset", "many names")


@pytest.mark.parametrize("kind", KINDS[:4])
@pytest.mark.parametrize("entrance", ENTRANCES)
def test_bodies_of_another_kind_are_refused(server: Server, entrance: str, kind: str) -> None:
    path, headers, body = ENTRANCES[entrance]
    assert send(server, path, write(body), {**headers, "Content-Type": kind}) == 415


@pytest.mark.parametrize("entrance", ENTRANCES)
@given(body=st.binary(max_size=200))
def test_bytes(server: Server, entrance: str, body: bytes) -> None:
    path, headers, _ = ENTRANCES[entrance]
    assert send(server, path, body, headers) >= 400


@pytest.mark.parametrize("entrance", ENTRANCES)
@given(data=st.data())
def test_a_good_body_with_something_odd_in_it(server: Server, entrance: str, data: st.DataObject) -> None:
    path, headers, good = ENTRANCES[entrance]
    body = dict(good)
    name = data.draw(st.sampled_from([*good, "odd"]))
    match data.draw(st.sampled_from(["other", "gone", "inside", "deep"])):
        case "other":
            body[name] = data.draw(values)
        case "gone":
            body.pop(name, None)
        case "inside" if isinstance(body.get(name), dict):
            body[name] = {
                **body[name],
                data.draw(st.text(max_size=5) | st.sampled_from([*body[name]])): data.draw(values),
            }
        case "deep":
            assert 400 <= send(server, path, deeply(body, name), headers) < 500
            return
    send(server, path, write(body), headers)


@given(data=st.data())
def test_events_of_the_page_with_any_values(server: Server, data: st.DataObject) -> None:
    """Each event is run to its end: what it does with them is no traceback either."""
    number = data.draw(st.sampled_from([*server.events]))
    of_parts = st.none() | st.text(max_size=30) | st.lists(st.text(max_size=10), max_size=3) | odd_text | values
    size = server.events[number]
    given = data.draw(st.lists(of_parts, min_size=size, max_size=size))
    about = data.draw(values | st.fixed_dictionaries({}, optional=dict.fromkeys(ABOUT, values)))
    trigger = data.draw(st.none() | st.integers(-5, 200))
    body = {"data": given, "fn_index": number, "session_hash": "fuzz", "event_data": about, "trigger_id": trigger}
    if not server.queued[number]:
        send(server, "/gradio_api/run/predict", write(body), JSON)
    elif send(server, "/gradio_api/queue/join", write(body), JSON) == 200:
        with no_traceback(), server.client.stream("GET", "/gradio_api/queue/data?session_hash=fuzz") as stream:
            messages = [json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: ")]
        assert messages[-1]["msg"] == "close_stream"


PLACES = (
    *("/", "/config", "/api/search", "/api/articles", "/api/articles/{}", "/conversations/{}.md", "/talks/{}/{}.docx"),
    *("/evals/report/{}", "/static/{}", "/assets/{}", "/gradio_api/file={}", "/{}"),
    *("/gradio_api/queue/data", "/gradio_api/upload_progress", "/v1/models", "/v1/{}", "/mcp/{}", "/theme.css"),
)
NAMES = (
    "question",
    "limit",
    "offset",
    "after",
    "sources",
    "without",
    "mode",
    "conversation",
    "talk",
    "article",
    "quotes",
)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        "..",
        "../../../etc/passwd",
        "//evil.example",
        "%00",
        "%ff",
        "%2e%2e%2f",
        "\x00",
        "a" * 3_000,
        "http://127.0.0.1:1/",
    ]
)


@given(place=st.sampled_from(PLACES), word=words, asked=st.lists(st.tuples(st.sampled_from(NAMES), words), max_size=4))
@example(place="/static/{}", word="a" * 3_000, asked=[])
@example(place="/assets/{}", word="\x00", asked=[])
def test_addresses(server: Server, place: str, word: str, asked: list[tuple[str, str]]) -> None:
    path = place.replace("{}", quote(word, safe="%/") or "x")
    with no_traceback():
        answer = server.client.get(path, params=urlencode(asked), follow_redirects=False)
    assert answer.status_code < 500
    assert "root:" not in answer.text
    assert "evil.example" not in answer.headers.get("location", "").partition("?")[0]


ABOUT = ("index", "value", "liked", "kind", "place", "click", "chip", "turn", "conversation", "press")


@pytest.fixture(scope="module")
def login(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    folder = tmp_path_factory.mktemp("login")
    make_token(folder)

    async def nobody_comes_here(*_: object) -> None:
        raise AssertionError("a request came in without the token")

    audit = AuditLog(IndexSettings(), folder)
    return TestClient(RequireToken(nobody_comes_here, Tokens(folder), audit), base_url="http://127.0.0.1")


@given(
    body=st.binary(max_size=300) | st.binary(max_size=100).map(lambda token: b"token=" + token),
    kind=st.sampled_from([*KINDS, f"{FORM}; charset=utf-7"]),
    cookie=st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=50),
)
@example(body=b"token=%ff", kind=FORM, cookie="")
@example(body=b"--b", kind="multipart/form-data; boundary=b", cookie="dateline_token=\xff")
def test_login(login: TestClient, body: bytes, kind: str, cookie: str) -> None:
    headers = {b"Content-Type": kind.encode(), b"Cookie": cookie.encode("latin-1")}
    with no_traceback():
        answer = login.post("/login", content=body, headers=headers)
        assert 400 <= answer.status_code < 500
        assert '<p role="alert">' in answer.text
        bearer = {b"Authorization": b"Bearer " + cookie.encode("latin-1")}
        assert login.get("/api/articles", headers=bearer).status_code == 401
