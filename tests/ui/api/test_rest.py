"""The REST API: the same answers as everywhere, a stream that grows to them, and bad requests in a line."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest

from index import Library
from rag import ask
from rag.records import answer_to_dict, hit_to_dict
from tests.ui.api.conftest import NIGER, NOT_THERE, QUVEX
from tests.ui.conftest import HOSTILE, PAYLOADS

TIMED = ("seconds", "settings")  # the one differs by the run, the other stays inside


def without(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in TIMED}


def read_events(text: str) -> list[tuple[str, dict[str, Any]]]:
    events = []
    for block in text.split("\n\n")[:-1]:
        name, data = block.split("\n")
        events.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return events


def join_events(events: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """The answer that events give, as docs/api.md says to put them together."""
    answer: dict[str, Any] = {}
    for _, event in events:
        answer.update(event["changed"])
        for name, part in event["lists"].items():
            answer.setdefault(name, [])[part["start"] :] = part["items"]
    return answer


@pytest.mark.parametrize("question", [NIGER, NOT_THERE, QUVEX])
def test_the_answer_is_the_librarys_streamed_or_not(client: httpx.Client, sample_folder: Path, question: str) -> None:
    with Library.open(sample_folder) as library:
        expected = json.loads(json.dumps(answer_to_dict(ask(library, question))))
    whole = client.post("/api/ask", json={"question": question})
    assert whole.status_code == 200
    assert without(whole.json()) == without(expected)
    assert "settings" not in whole.json()
    streamed = client.post("/api/ask", json={"question": question, "stream": True})
    assert streamed.headers["content-type"].startswith("text/event-stream")
    events = read_events(streamed.text)
    stages = [name for name, _ in events]
    assert stages[0] == "searching"
    assert stages[-1] == "done"
    assert stages.count("done") == 1
    assert without(join_events(events)) == without(expected)
    sizes = [len(json.dumps(data)) for _, data in events]
    assert sum(sizes) < 1.2 * len(json.dumps(whole.json())) + 1_000  # nothing is sent with each event again


def test_phrases_are_demanded_and_misspelt_words_said_where_asked(client: httpx.Client) -> None:
    quoted = {"question": 'Why did Niger call it "deeply unfair to all"?'}
    assert client.get("/api/search", params=quoted).json()
    assert client.get("/api/search", params={**quoted, "exact": "true"}).json() == []
    assert client.post("/api/ask", json={**quoted, "exact": True}).json()["hits"] == []
    assert client.post("/api/ask", json={**quoted, "exact": "perhaps"}).status_code == 422
    misspelt = {"question": "Who removed Mohamed Bazuom?"}
    expected = [{"word": "Bazuom", "instead": "Bazoum"}]
    assert client.post("/api/ask", json=misspelt).json()["corrections"] == expected
    header = json.loads(client.get("/api/search", params=misspelt).headers["Dateline-Question"])
    assert header["corrections"] == expected


def test_a_reader_that_goes_away_in_mid_stream_harms_nobody(client: httpx.Client) -> None:
    for _ in range(5):
        with client.stream("POST", "/api/ask", json={"question": NIGER, "stream": True}) as response:
            assert next(response.iter_lines()) == "event: searching"
    assert client.post("/api/ask", json={"question": NIGER}).json()["sentences"]


def test_history_and_filters_count(client: httpx.Client) -> None:
    turn = {"question": "When did the last French soldiers leave Niger?", "answer": "On 22 December 2023."}
    answer = client.post("/api/ask", json={"question": "And why did they leave?", "history": [turn]}).json()
    assert answer["standalone_question"] != answer["question"]
    early = client.post("/api/ask", json={"question": NIGER, "before": "1990-01-01"}).json()
    assert early["refused"]
    assert early["hits"] == []
    french = client.post("/api/ask", json={"question": QUVEX, "languages": ["fr-FR", "French"]}).json()
    assert french["filters"]["languages"] == ["fr-FR", "French"]
    assert {hit["article"]["id"] for hit in french["hits"]} == {"hostile"}
    english = client.get("/api/search", params={"question": QUVEX, "languages": "en"}).json()
    assert "hostile" not in {hit["article"]["id"] for hit in english}


def test_search_is_the_librarys(client: httpx.Client, sample_folder: Path) -> None:
    with Library.open(sample_folder) as library:
        expected = [hit_to_dict(hit) for hit in library.search(NIGER, limit=3)]
    assert client.get("/api/search", params={"question": NIGER, "limit": 3}).json() == json.loads(json.dumps(expected))


def test_articles_are_listed_in_parts_and_read_without_their_path(client: httpx.Client, sample_folder: Path) -> None:
    with Library.open(sample_folder) as library:
        articles = list(library.articles())
    first = client.get("/api/articles", params={"limit": 4}).json()
    rest = client.get("/api/articles", params={"offset": 4}).json()
    assert [a["id"] for a in first["articles"] + rest["articles"]] == [a.id for a in articles]
    assert first["total"] == rest["total"] == len(articles)
    for article in articles:
        found = client.get(f"/api/articles/{article.id}")
        assert found.json()["text"] == article.text
        assert "origin" not in found.json()
        assert found.headers["content-type"] == "application/json"


BAD = [
    ("POST", "/api/ask", {"content": b"{bad"}, 400),
    ("POST", "/api/ask", {"content": b'{"question": "\xff"}'}, 400),
    ("POST", "/api/ask", {"json": []}, 422),
    ("POST", "/api/ask", {"json": {}}, 422),
    ("POST", "/api/ask", {"json": {"question": "   "}}, 400),
    ("POST", "/api/ask", {"json": {"question": "x" * 4_001}}, 422),
    ("POST", "/api/ask", {"json": {"question": "x", "befor": "2020-01-01"}}, 422),
    ("POST", "/api/ask", {"json": {"question": "x", "before": "30 February 2024"}}, 400),
    ("POST", "/api/ask", {"json": {"question": "x", "model": "openai/gpt-4o"}}, 404),
    ("POST", "/api/ask", {"json": {"question": "x", "model": "openai/gpt-4o", "stream": True}}, 404),
    ("POST", "/api/ask", {"json": {"question": "x", "history": [{"question": "x"}]}}, 422),
    ("GET", "/api/search", {"params": {"question": "x", "limit": 0}}, 422),
    ("GET", "/api/search", {"params": {"question": "x", "k": 5}}, 422),
    ("GET", "/api/articles", {"params": {"limit": 10_000}}, 422),
    ("GET", "/api/articles/none", {}, 404),
    ("GET", "/api/none", {}, 404),
    ("DELETE", "/api/articles", {}, 400),
    ("DELETE", "/api/articles/none", {}, 404),
    ("GET", "/api/ask", {}, 405),
    ("GET", "/api/articles/..%2f..%2fetc%2fpasswd", {}, 404),
    ("GET", "/api/articles/%00", {}, 404),
]


@pytest.mark.parametrize(("method", "path", "given", "status"), BAD)
def test_bad_requests_are_refused_in_a_line(
    client: httpx.Client, sample_folder: Path, method: str, path: str, given: dict[str, Any], status: int
) -> None:
    headers = {"Content-Type": "application/json"} if method == "POST" else {}
    response = client.request(method, path, headers=headers, **given)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert "\n" not in problem["detail"]
    assert "Traceback" not in problem["detail"]
    assert str(sample_folder) not in response.text


@pytest.mark.parametrize("payload", [*PAYLOADS, "\x00", "\u202e", "' OR 1=1 --", '"' * 50, "💥" * 100, "\ud800"])
def test_hostile_questions_are_answered_or_refused(client: httpx.Client, payload: str) -> None:
    body = json.dumps({"question": payload})  # a lone surrogate is written as an escape
    response = client.post("/api/ask", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (200, 400, 422)
    assert response.headers["content-type"] in ("application/json", "application/problem+json")
    assert response.headers["x-content-type-options"] == "nosniff"


def test_hostile_articles_come_as_data(client: httpx.Client) -> None:
    assert client.get("/api/articles/hostile").json()["text"] == HOSTILE["text"]


def test_the_page_describes_every_field_and_loads_nothing(client: httpx.Client) -> None:
    document = client.get("/api/openapi.json").json()
    topics = {"/timeline", "/quotes", "/brief", "/disagreements"}
    lists = {"/articles", "/articles/{article_id}", "/versions/{article_id}", "/export", "/status", "/collections"}
    assert set(document["paths"]) == {"/ask", "/search", *topics, *lists, "/articles/web", "/articles/files"}
    tags: list[str] = []
    text: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append(tag)

        def handle_data(self, data: str) -> None:
            text.append(data)

    Reader().feed(client.get("/api/docs").text)
    assert not {"script", "link", "img", "iframe"} & set(tags)
    for path in document["paths"]:
        assert any(f"/api{path}" in piece for piece in text)
    for field in (
        "question",
        "after",
        "before",
        "sources",
        "languages",
        "collection",
        "without",
        "history",
        "as_of",
        "model",
        "stream",
        "limit",
        "offset",
        "topic",
    ):
        assert field in text


@pytest.mark.parametrize(("name", "lines"), [("timeline", "events"), ("quotes", "statements"), ("brief", "sections")])
def test_a_topic_has_cited_lines(client: httpx.Client, name: str, lines: str) -> None:
    found = client.get(f"/api/{name}", params={"topic": "US troops in Niger", "before": "2024-12-31"}).json()
    assert found[lines]
    assert [citation["marker"] for citation in found["citations"]] == list(range(1, len(found["citations"]) + 1))
    nothing = client.get(f"/api/{name}", params={"topic": "US troops in Niger", "before": "1950-01-01"}).json()
    assert nothing[lines] == []
    assert nothing["reason"]


@pytest.mark.parametrize("asked", [{}, {"topic": ""}, {"topic": " "}, {"topic": "x", "befor": "2024-01-01"}])
def test_what_is_no_topic_is_refused(client: httpx.Client, asked: dict[str, str]) -> None:
    assert client.get("/api/timeline", params=asked).status_code in (400, 422)
