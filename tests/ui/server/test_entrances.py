"""Every entrance knows who comes in: who may only read adds and removes nothing, and all that is done is logged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from index import Library
from rag.settings import Settings
from tests.cli.running import dateline_here
from tests.doubles import HashingEmbedder, OverlapReranker, WordReader
from tests.index.audit.test_audit_log import read_lines
from tests.ui.conftest import free_port
from tests.ui.running_async import run_async
from ui.advice import MAY_ONLY_READ
from ui.api.service import Service
from ui.server.serve import Access, Serving, launch, make_app
from ui.server.tokens import Tokens, make_token, revoke_token

QUESTION = "When did the Quvex bridge open?"
TOPICS = ("timeline", "quotes", "brief", "disagreements")


class Served(NamedTuple):
    """A page that is served, its library, its log, and a token that reads and one that writes."""

    url: str
    folder: Path
    log: Path
    read: str
    write: str
    serving: Serving

    def client(self, token: str) -> httpx.Client:
        """A program with that token."""
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=60)

    def lines(self) -> list[dict[str, Any]]:
        """What was logged since this was last asked."""
        lines = read_lines(self.log) if self.log.exists() else []
        self.log.unlink(missing_ok=True)  # as whoever rotates it may at any moment
        return lines

    def event(self, function: str) -> dict[str, Any]:
        """An event of the page, by the function that it calls."""
        events = self.serving.page._blocks.fns.items()
        (number, found) = next((n, f) for n, f in events if f.fn and f.fn.__qualname__ == function)
        return {"fn_index": number, "trigger_id": None, "event_data": None, "queue": found.queue}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder, log = tmp_path_factory.mktemp("entrances") / "library", tmp_path_factory.mktemp("log") / "audit.jsonl"
    settings = Settings(audit_log=str(log))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.library.make_embedder", lambda name, runtime="": HashingEmbedder())
        patch.setattr("index.library.make_reranker", lambda name: OverlapReranker())
        patch.setattr("index.library.make_reader", lambda name: WordReader())
        with Library.open(folder, create=True, settings=settings) as library:
            library.warm(reader=True)
            library.add([_make("bridge", "The Quvex bridge opened on 4 March 2024."), _make("toll", "It has no toll.")])
            tokens = make_token(folder, "desk", "read"), make_token(folder, "robot", "write")
            port = free_port()
            serving = launch(library, settings, "127.0.0.1", port, access=Access(Tokens(folder)))
            yield Served(f"http://127.0.0.1:{port}", folder, log, *tokens, serving)
            serving.close()


def _make(article_id: str, text: str) -> Any:
    return {"id": article_id, "title": f"News of the {article_id}", "text": text, "date": "2024-03-05"}


class Page:
    """A browser on the page, as far as the server sees it."""

    def __init__(self, served: Served, token: str) -> None:
        self.client = served.client(token)
        self._served = served
        assert self.client.get("/").status_code == 200

    def send(self, function: str, *data: Any, about: Any = None) -> httpx.Response:
        """Send an event; the answer to it where it is done at once, else that it waits in the queue."""
        event = self._served.event(function)
        path = "queue/join" if event.pop("queue") else "run/predict"
        body = {**event, "data": list(data), "event_data": about, "session_hash": "one"}
        return self.client.post(f"/gradio_api/{path}", json=body)

    def wait(self) -> Any:
        """What the events that wait in the queue give, until all of them are done."""
        with self.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "one"}) as stream:
            news = (json.loads(line[5:]) for line in stream.iter_lines() if line.startswith("data:"))
            return next(said["output"] for said in news if said["msg"] == "process_completed")

    def do(self, function: str, *data: Any, about: Any = None) -> Any:
        """Send an event and return what it gives."""
        response = self.send(function, *data, about=about)
        assert response.status_code == 200, response.text
        return self.wait() if "event_id" in response.json() else response.json()

    def upload(self, name: str, content: bytes) -> httpx.Response:
        return self.client.post("/gradio_api/upload", files={"files": (name, content)})


ASKED: tuple[Any, ...] = (QUESTION, "abcdefghijkl", "", "offline", "", None, None, [], [], [])


def test_what_is_asked_is_logged_at_every_entrance(served: Served) -> None:
    served.lines()
    with served.client(served.read) as client:
        assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200
        assert client.post("/api/ask", json={"question": QUESTION, "stream": True}).status_code == 200
        assert client.get("/api/search", params={"question": QUESTION}).status_code == 200
        for topic in TOPICS:
            assert client.get(f"/api/{topic}", params={"topic": "bridge"}).status_code == 200
        message = {"role": "user", "content": QUESTION}
        body = {"model": "offline", "messages": [message], "stream": True}
        assert client.post("/v1/chat/completions", json=body).status_code == 200

    async def walk() -> None:
        http = create_mcp_http_client(headers={"Authorization": f"Bearer {served.read}"})

        async with Client(streamable_http_client(f"{served.url}/mcp", http_client=http)) as client:
            assert not (await client.call_tool("ask", {"question": QUESTION})).is_error

    run_async(walk())
    page = Page(served, served.read)
    page.do("AskTab.converse", *ASKED)
    lines = served.lines()
    assert [(line["entrance"], line["action"]) for line in lines] == [
        *[("rest", action) for action in ("ask", "ask", "search", *TOPICS)],
        ("openai", "ask"),
        ("mcp", "ask"),
        ("page", "ask"),
    ]
    assert {(line["who"], line["address"]) for line in lines} == {("token:desk", "127.0.0.1")}
    assert not any("question" in line for line in lines)  # only where the setting says so


def test_a_writer_s_changes_on_the_page_are_logged(served: Served) -> None:
    page = Page(served, served.write)
    served.lines()
    (path,) = page.upload(
        "ferry.txt", b"The Quvex ferry\n\nThe Quvex ferry sank on 6 March 2024 in the harbour."
    ).json()
    file = {"path": path, "orig_name": "ferry.txt", "meta": {"_type": "gradio.FileData"}}
    page.do("AddForm.add_files", [file], "")
    page.do("ArticlePanel.open_source", "abcdefghijkl", about={"kind": "stored", "place": "toll", "click": 1})
    page.do("Removal.remove", None)
    page.do("Removal.undo", None)
    lines = served.lines()
    assert [(line["action"], line["who"], line["entrance"]) for line in lines] == [
        (action, "token:robot", "page") for action in ("add", "remove", "add")
    ]
    assert [line["articles"] for line in lines[1:]] == [["toll"], ["toll"]]


def test_an_export_of_the_page_is_logged(served: Served) -> None:
    page = Page(served, served.write)
    page.do("AskTab.converse", *ASKED)
    served.lines()
    assert page.client.get("/conversations/abcdefghijkl.md").status_code == 200
    assert page.client.get("/conversations/abcdefghijkl/0.json").status_code == 200
    assert page.client.get("/conversations/otherotherot.md").status_code == 404
    assert [(line["action"], line["what"], line["to"]) for line in served.lines()] == [
        ("export", "conversation", "md"),
        ("export", "answer", "json"),
    ]


def test_who_may_only_read_changes_nothing_on_the_page(served: Served) -> None:
    page = Page(served, served.read)
    page.do("ArticlePanel.open_source", "abcdefghijkl", about={"kind": "stored", "place": "toll", "click": 1})
    refused = [
        page.upload("a.txt", b"A text."),
        page.send("AddForm.add_files", None, ""),
        page.send("AddForm.add_address", "http://127.0.0.1:9/", ""),
        page.send("AskTab.add_sample"),
        page.send("Removal.remove", None),
        page.send("Removal.undo", None),
    ]
    for response in refused:
        assert response.status_code == 403, response.text
        assert response.json()["error"].endswith(MAY_ONLY_READ)
    with served.client(served.read) as client:
        assert client.get("/api/articles/toll").status_code == 200


def test_whatever_a_read_only_page_lacks_is_marked_as_writing(served: Served, tmp_path: Path) -> None:
    """An event that adds or removes, and is not marked, would be let through to those who may only read."""
    library = served.serving.page._library
    closed, _ = make_app(library, Settings(), "127.0.0.1", access=Access(read_only=True))
    closed.build()

    def list_events(page: Any) -> dict[str, bool]:
        return {f.fn.__qualname__: getattr(f.fn, "writes", False) for f in page._blocks.fns.values() if f.fn}

    offered, left = list_events(served.serving.page), list_events(closed)
    lacking = {name: writes for name, writes in offered.items() if name not in left}
    # Who may read may judge, too; looking at a question of Remove changes nothing.
    free = {name for name, writes in lacking.items() if not writes and not name.startswith(("Thumbs.", "Removal."))}
    assert free == {"AddForm.offer"}
    assert {name for name, writes in offered.items() if writes} == {
        *("AddForm.add_files", "AddForm.add_address", "AskTab.add_sample", "Removal.remove", "Removal.undo"),
    }


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_who_may_only_read_gets_403_where_programs_would_write(served: Served, method: str) -> None:
    with served.client(served.read) as reader, served.client(served.write) as writer:
        for path in ("/api/articles", "/api/articles/none", "/v1/files", "/api/search"):
            refused = reader.request(method, path, json={})
            assert refused.status_code == 403, path
            assert MAY_ONLY_READ in refused.text
            assert writer.request(method, path, json={}).status_code in (400, 404, 405, 422)


def test_the_library_itself_refuses_at_last(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever way a reader's request finds to what changes the library, it ends there: 403, and for MCP an error."""
    library = served.serving.page._library
    monkeypatch.setattr(Service, "article", lambda self, article_id: library.remove_all([article_id]))
    with served.client(served.read) as client:
        refused = client.get("/api/articles/toll")
        assert (refused.status_code, refused.json()["detail"].endswith(MAY_ONLY_READ)) == (403, True)

    async def walk() -> str:
        http = create_mcp_http_client(headers={"Authorization": f"Bearer {served.read}"})

        async with Client(streamable_http_client(f"{served.url}/mcp", http_client=http)) as client:
            result: Any = await client.call_tool("read_article", {"article_id": "toll"})
            assert result.is_error
            return str(result.content[0].text)

    assert run_async(walk()).endswith(MAY_ONLY_READ)
    assert library.find("toll")


def test_coming_in_and_failing_to_is_logged(served: Served) -> None:
    served.lines()
    with httpx.Client(base_url=served.url, trust_env=False) as client:
        assert client.post("/login", data={"token": "wrong\n{}"}).status_code == 401
        assert client.get("/api/articles", headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert client.get("/api/articles").status_code == 401
        assert client.post("/login", data={"token": served.read}).status_code == 303
        assert "You are in as desk, and may read." in client.get("/login").text
        assert client.get("/logout").status_code == 405
        assert client.post("/logout").status_code == 303
        assert client.get("/api/articles").status_code == 401
    lines = served.lines()
    assert [(line["action"], line["who"], line["entrance"]) for line in lines] == [
        ("login failed", "nobody", "page"),
        ("login failed", "nobody", "rest"),
        ("login", "token:desk", "page"),
        ("logout", "token:desk", "page"),
    ]
    assert not any("wrong" in json.dumps(line) or served.read in json.dumps(line) for line in lines)


def test_where_nothing_can_be_logged_nothing_is_done(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(served, served.write)
    page.do("AskTab.converse", *ASKED)
    monkeypatch.setattr(served.serving.page._library.audit, "_path", served.log.parent / "none" / "audit.jsonl")
    with served.client(served.write) as client:
        asked = client.post("/api/ask", json={"question": QUESTION})
        assert (asked.status_code, str(served.log.parent) in asked.text) == (503, False)
        assert "the log audit.jsonl can't be written" in asked.json()["detail"]
        assert client.post("/login", data={"token": served.read}).status_code == 503
    assert page.client.get("/conversations/abcdefghijkl.md").status_code == 503
    page.do("ArticlePanel.open_source", "abcdefghijkl", about={"kind": "stored", "place": "toll", "click": 1})
    page.do("Removal.remove", None)
    assert served.serving.page._library.find("toll")


def test_when_a_token_was_used_is_listed(served: Served) -> None:
    given = make_token(served.folder, "once")
    with served.client(given) as client:
        assert client.get("/api/articles").status_code == 200
        listed = dateline_here("token", "--library", str(served.folder), "--json", cwd=served.folder).json()["tokens"]
        assert next(token["used"] for token in listed if token["name"] == "once") is not None
        revoke_token(served.folder, "once")
        assert client.get("/api/articles").status_code == 401


@pytest.mark.usefixtures("doubles")
def test_the_terminal_s_user_is_logged(served: Served, tmp_path: Path) -> None:
    served.lines()
    set_up = {"DATELINE_AUDIT_LOG": str(served.log), "DATELINE_AUDIT_QUESTIONS": "true"}
    there = ("--library", str(served.folder))
    (tmp_path / "new.jsonl").write_text('{"id": "new", "title": "New", "text": "The Quvex tower opened."}\n')
    commands = [
        ("import", str(tmp_path / "new.jsonl")),
        ("ask", QUESTION),
        ("search", QUESTION),
        *((topic, "bridge") for topic in TOPICS),
        ("export", str(tmp_path / "all.jsonl")),
        ("remove", "new"),
        ("token", "--new", "passing", "--scope", "read"),
        ("token", "--revoke", "passing"),
        ("backup", str(tmp_path / "backup")),
    ]
    for command in commands:
        assert dateline_here(*command, *there, cwd=tmp_path, env=set_up).code in (0, 3), command
    lines = served.lines()
    assert [line["action"] for line in lines] == [
        *("add", "ask", "search", *TOPICS, "export", "remove", "make token", "revoke token", "export")
    ]
    assert {line["entrance"] for line in lines} == {"terminal"}
    assert {line["who"][:3] for line in lines} == {"os:"}
    assert [line["question"] for line in lines if "question" in line] == [QUESTION, QUESTION, *["bridge"] * 4]
    assert lines[-2] == {**lines[-2], "token": "passing"}
