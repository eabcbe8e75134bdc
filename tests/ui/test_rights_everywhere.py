"""Rights hold at every entrance of a server whose users a proxy names: the page's requests, REST, `/v1` and MCP."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from index import Library, Right, grant_right, load_settings, read_address
from rag import Settings
from tests.doubles import HashingEmbedder, OverlapReranker, WordReader
from tests.postgres import make_url, run_sql
from ui.chat.page import ChatPage
from ui.server.serve import Access, make_app

ANN, EDO, NOBODY = (f"page_{name}_{os.getpid()}" for name in ("ann", "edo", "nobody"))
HEADER = "X-Forwarded-User"
HIDDEN = ("Valdorium", "markets", "Copper")
ARTICLES = (
    {
        "id": "mine",
        "title": "The mine of Arlit",
        "text": "The mine of Arlit was closed on Monday.",
        "collections": ["sahel"],
    },
    {
        "id": "exchange",
        "title": "Copper falls",
        "text": "Copper fell in Valdorium on Monday.",
        "source": "The Valdorium Post",
        "collections": ["markets"],
    },
)
CLOSED = "What was closed in Arlit on Monday?"
FELL = "What fell in Valdorium on Monday?"


class Served:
    """The app, and a client that a proxy says is somebody."""

    def __init__(self, page: ChatPage, app: Any) -> None:
        self._page = page
        self.client = TestClient(app, base_url="http://127.0.0.1")

    def get(self, path: str, user: str = ANN, **query: str) -> Any:
        return self.client.get(path, params=query, headers={HEADER: user})

    def post(self, path: str, body: object, user: str = ANN, accept: str = "application/json") -> Any:
        return self.client.post(path, json=body, headers={HEADER: user, "Accept": accept})

    def event(self, name: str, *data: object, user: str = ANN) -> str:
        """All that the page is sent for one of its events."""
        event = next(f for f in self._page._blocks.config["dependencies"] if f["api_name"] == name)
        body = {"data": data, "fn_index": event["id"], "session_hash": f"session-{user}"}
        if not event["queue"]:
            return str(self.post("/gradio_api/run/predict", body, user).text)
        assert self.post("/gradio_api/queue/join", body, user).status_code == 200
        asked = {"session_hash": body["session_hash"]}
        with self.client.stream("GET", "/gradio_api/queue/data", params=asked, headers={HEADER: user}) as stream:
            return "\n".join(stream.iter_lines())


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.library.make_embedder", lambda name, runtime="": HashingEmbedder())
        url = make_url()
        with Library.open(url, create=True) as library:
            library.models.reranker.put(OverlapReranker())
            library.models.reader.put(WordReader())
            library.add(ARTICLES)
            grant_right(library.place, Right(ANN, "sahel", "reader"))
            grant_right(library.place, Right(EDO, "markets", "editor"))
            settings = load_settings(Settings, library.folder)
            page, app = make_app(library, settings, "127.0.0.1", access=Access(user_header=HEADER))
            made = Served(page, app)
            with made.client:
                yield made
            page.close()
        run_sql(f"DROP SCHEMA {read_address(url).schema} CASCADE", f'DROP ROLE "{ANN}", "{EDO}"')


def assert_hidden(text: str) -> None:
    assert [word for word in HIDDEN if word in text] == []


def test_rest(served: Served) -> None:
    assert served.get("/api/collections").json() == {"sahel": 1}
    listed = served.get("/api/articles").json()
    assert ([a["id"] for a in listed["articles"]], listed["total"]) == (["mine"], 1)
    assert served.get("/api/articles/exchange").status_code == 404
    exported = served.get("/api/export").text
    assert "mine" in exported
    assert_hidden(exported)
    assert served.get("/api/status").json()["articles"] == 1
    assert "Arlit" in served.get("/api/search", question=CLOSED).text
    for path in ("search", "timeline", "quotes", "brief", "disagreements"):
        name = "question" if path == "search" else "topic"
        found = served.get(f"/api/{path}", **{name: "Monday in Arlit"})
        assert found.status_code == 200
        assert_hidden(found.text + found.headers.get("Dateline-Question", ""))
    wrong = served.get("/api/search", question=CLOSED, collection="markets")
    assert (wrong.status_code, wrong.json()["detail"]) == (400, "there is no collection 'markets'. There are: sahel.")
    asked = served.post("/api/ask", {"question": CLOSED, "collection": "sahel"}).json()
    assert asked["citations"][0]["article"]["id"] == "mine"
    fell = served.post("/api/ask", {"question": FELL}).json()
    assert "exchange" not in {c["article"]["id"] for c in fell["citations"]}
    assert "Copper" in served.post("/api/ask", {"question": FELL}, EDO).text


def test_whoever_has_no_rights_is_turned_away(served: Served) -> None:
    for found in (
        served.get("/api/articles", NOBODY),
        served.get("/api/search", NOBODY, question=CLOSED),
        served.get("/api/collections", NOBODY),
        served.post("/api/ask", {"question": CLOSED}, NOBODY),
    ):
        assert found.status_code == 403
        assert "has no rights" in found.json()["detail"]
    answer = served.post("/v1/chat/completions", complete(CLOSED), NOBODY)
    assert (answer.status_code, "Arlit" in answer.text) == (403, False)
    assert "Arlit" not in served.event("list_articles", "", "Newest first", None, None, [], [], [], user=NOBODY)
    for user in (ANN, EDO, NOBODY):
        for path in ("/", "/config"):
            assert_hidden(served.get(path, user).text)


def complete(question: str, **more: object) -> dict[str, object]:
    return {"model": "offline", "messages": [{"role": "user", "content": question}], **more}


def test_the_openai_api(served: Served) -> None:
    assert "Arlit" in served.post("/v1/chat/completions", complete(CLOSED, collection=["sahel"])).text
    said = served.post("/v1/chat/completions", complete(FELL)).json()["choices"][0]["message"]["content"]
    assert "Copper" not in said
    assert served.post("/v1/chat/completions", complete(FELL, collection="markets")).status_code == 400
    for named, status in (("sahel", 200), ("sahel, markets", 400)):
        limited = complete(CLOSED, metadata={"collection": named})
        assert served.post("/v1/chat/completions", limited).status_code == status
    streamed = served.post("/v1/chat/completions", complete(FELL, stream=True)).text
    assert "Copper" not in streamed


def test_mcp(served: Served) -> None:
    def call(tool: str, user: str = ANN, **arguments: object) -> str:
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
        found = served.post("/mcp", body, user, "application/json, text/event-stream")
        assert found.status_code == 200
        return str(found.text)

    assert "Arlit" in call("search_articles", question=CLOSED)
    assert_hidden(call("search_articles", question="Monday"))
    assert "no collection" in call("ask", question=CLOSED, collection=["markets"])
    assert "there is no article" in call("read_article", article_id="exchange")
    assert "Copper" in call("read_article", EDO, article_id="exchange")
    assert "has no rights" in call("search_articles", NOBODY, question=CLOSED)


def test_the_page(served: Served) -> None:
    listed = served.event("list_articles", "", "Newest first", None, None, [], [], [])
    assert "The mine of Arlit" in listed
    assert_hidden(listed)
    choices = served.event("list_choices")
    assert "sahel" in choices
    assert_hidden(choices)
    chips = served.event("show_chips", None, None, [], [], ["sahel"])
    assert "in sahel" in chips
    assert "1 of 1 articles" in chips
    assert_hidden(chips)
    assert "1 article" in served.event("masthead")
    assert "2 articles" not in served.event("masthead")
    answer = served.event("converse", FELL, "", "", "offline", "", None, None, [], [], [])
    assert "Copper" not in answer
    assert "Copper" in served.event("converse", FELL, "", "", "offline", "", None, None, [], [], [], user=EDO)


def test_the_counts_of_metrics(served: Served) -> None:
    assert "dateline_articles 1.0" in served.get("/metrics").text
    assert "dateline_articles NaN" in served.get("/metrics", NOBODY).text
