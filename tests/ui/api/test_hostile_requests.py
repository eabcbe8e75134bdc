"""What somebody may put into the fields of the APIs: answered or refused in the shape of each, and nothing runs."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from index import Library
from tests.doubles import HashingEmbedder
from tests.ui.api.serving import ARTICLES, FERRY, open_small, serve_apis
from tests.ui.hostile import HOSTILE_TEXTS

SAMPLE = [text for text in HOSTILE_TEXTS if "\ud83d" not in text]
OUTCOMES = ("added", "updated", "unchanged", "failed")
ASKED = {"model": "offline", "messages": [{"role": "user", "content": FERRY}]}
RESPOND = {"model": "offline", "input": FERRY}
# How a hostile text gets into each field, and where the request goes.
FIELDS: dict[str, Callable[[str], tuple[str, Any]]] = {
    "metadata": lambda x: ("/v1/chat/completions", {**ASKED, "metadata": {x[:64]: x[:512]}}),
    "as_of": lambda x: ("/v1/chat/completions", {**ASKED, "metadata": {"as_of": x[:60]}}),
    "sources": lambda x: ("/v1/chat/completions", {**ASKED, "sources": [x]}),
    "unknown": lambda x: ("/v1/chat/completions", {**ASKED, x: x}),
    "user": lambda x: ("/v1/chat/completions", {**ASKED, "user": x}),
    "stop": lambda x: ("/v1/chat/completions", {**ASKED, "stop": [x], "n": x}),
    "role": lambda x: ("/v1/chat/completions", {**ASKED, "messages": [{"role": x, "content": x}]}),
    "part": lambda x: ("/v1/chat/completions", {**ASKED, "messages": [{"role": "user", "content": [{"type": x}]}]}),
    "system": lambda x: ("/v1/chat/completions", {**ASKED, "messages": [{"role": "system", "content": x},
                                                                        *ASKED["messages"]]}),
    "title": lambda x: ("/v1/chat/completions", {**ASKED, "messages": [
        {"role": "user", "content": f"### Task:\nA title.\n### Chat History:\n<chat_history>\nUSER: {x}\n"}]}),
    "schema": lambda x: ("/v1/chat/completions", {**ASKED, "response_format": {
        "type": "json_schema", "json_schema": {"schema": {"properties": {"answer": {"type": x, "$ref": x}}}}}}),
    "keyword": lambda x: ("/v1/chat/completions", {**ASKED, "response_format": {
        "type": "json_schema", "schema": {x: x}}}),
    "instructions": lambda x: ("/v1/responses", {**RESPOND, "instructions": x}),
    "item": lambda x: ("/v1/responses", {**RESPOND, "input": [{"type": x[:100], "role": x[:100], "content": x}]}),
    "previous": lambda x: ("/v1/responses", {**RESPOND, "previous_response_id": x}),
    "embedded": lambda x: ("/v1/embeddings", {"model": HashingEmbedder.name, "input": [x]}),
    "embedder": lambda x: ("/v1/embeddings", {"model": x, "input": "x"}),
    "address": lambda x: ("/api/articles/web", {"addresses": [x]}),
}  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A client of a server that hostile articles are added to, and its library."""
    folder = tmp_path_factory.mktemp("hostile") / "library"
    with (
        open_small(folder) as library,
        serve_apis(library) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=60) as client,
    ):
        yield client, library


@pytest.mark.parametrize("field", FIELDS)
def test_hostile_fields_are_answered_or_refused(hostile: tuple[httpx.Client, Library], field: str) -> None:
    client, library = hostile
    assert len(SAMPLE) >= 50
    for text in SAMPLE:
        path, body = FIELDS[field](text)
        response = client.post(path, json=body)
        assert response.status_code in (200, 400, 404, 422), (text, response.text)
        value = response.json()
        assert str(library.folder) not in response.text
        assert "Traceback" not in response.text
        assert all("\n" not in header and "\r" not in header for header in response.headers.values())
        if response.status_code == 200:
            continue
        if path.startswith("/v1"):
            assert set(value["error"]) == {"message", "type", "param", "code"}
            said = value["error"]["message"]
        else:
            assert response.headers["content-type"] == "application/problem+json"
            said = value["detail"]
        assert "\n" not in said
        assert len(said) < 1_500


def test_hostile_articles_and_names_of_files_are_stored_as_data(hostile: tuple[httpx.Client, Library]) -> None:
    client, library = hostile
    articles = [
        {"id": x[:500], "title": x[:2_000], "text": x, "source": x[:500], "authors": [x[:500]], "published": x[:100],
         "url": f"https://news.example/{n}?{x[:1_000]}", "language": x[:100], "agency": x[:100]}
        for n, x in enumerate(SAMPLE)
    ]  # fmt: skip
    report = client.post("/api/articles", json={"articles": articles}).json()
    assert sum(len(report[name]) for name in OUTCOMES) == len(SAMPLE)
    files = [("files", (text, f"A text of number {n}. It is short.")) for n, text in enumerate(SAMPLE)]
    report = client.post("/api/articles/files", files=files).json()
    assert sum(len(report[name]) for name in OUTCOMES) == len(SAMPLE)
    listed = client.get("/api/export").text.splitlines()
    assert len(listed) == len(library.ids())
    assert str(library.folder) not in "".join(listed)
    for article in ARTICLES:
        assert client.get(f"/api/articles/{article['id']}").json()["text"] == article["text"]
    assert library.check() == []


def test_bodies_that_are_odd_or_huge_are_refused_at_once(small: httpx.Client) -> None:
    choices = [{"$ref": "#/$defs/next"}] * 200
    deep = {"anyOf": choices, "$defs": {"next": {"anyOf": [{"anyOf": choices}] * 200}}}
    bodies: list[tuple[str, Any]] = [
        ("/v1/chat/completions", {**ASKED, "response_format": {"type": "json_schema", "schema": deep}}),
        ("/v1/chat/completions", {**ASKED, "response_format": {"type": "json_schema", "schema": {"$ref": "#"}}}),
        ("/v1/chat/completions", {**ASKED, "response_format": {"type": "json_schema", "schema": {"anyOf": 1}}}),
        ("/v1/chat/completions", {**ASKED, "messages": [ASKED["messages"][0]] * 401}),
        ("/v1/chat/completions", {**ASKED, "metadata": {str(n): "x" for n in range(17)}}),
        ("/v1/chat/completions", {**ASKED, "metadata": [1]}),
        ("/v1/chat/completions", [ASKED]),
        ("/v1/responses", {**RESPOND, "input": []}),
        ("/v1/responses", {**RESPOND, "input": {"role": "user"}}),
        ("/v1/responses", {**RESPOND, "text": {"format": {"type": "json_schema", "schema": {"pattern": "(a+)+$"}}}}),
        ("/v1/embeddings", {"model": HashingEmbedder.name, "input": {"a": 1}}),
        ("/v1/embeddings", {"model": HashingEmbedder.name, "input": "x", "dimensions": 10**30}),
        ("/api/articles", {"articles": [{"id": "x", "text": "x"}] * 1_001}),
        ("/api/articles", {"articles": [{"id": "x", "text": "x", "origin": "/etc/passwd"}]}),
        ("/api/articles/web", {"addresses": ["https://news.example/"] * 21}),
    ]
    for path, body in bodies:
        assert small.post(path, json=body).status_code in (400, 422), (path, str(body)[:200])


def test_readers_of_a_byte_a_time_hold_nobody_up(tmp_path: Path) -> None:
    """More of them than there are threads, each with an answer that is larger than what is sent ahead."""
    with open_small(tmp_path / "library") as library:
        library.add([{"id": f"long {n}", "text": "A page.", "removed": "A menu. " * 100_000} for n in range(4)])
        with serve_apis(library) as url:
            place = urlsplit(url)
            slow = []
            for _ in range(60):
                reader = socket.create_connection((place.hostname, place.port), timeout=60)
                reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
                reader.sendall(f"GET /api/export HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode())
                assert reader.recv(1) == b"H"
                slow.append(reader)
            with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
                assert client.get("/api/status").json()["articles"] == len(ARTICLES) + 4
                assert client.post("/v1/chat/completions", json=ASKED).status_code == 200
                assert client.post("/api/articles", json={"articles": [{"id": "n", "text": "New."}]}).status_code == 200
            for reader in slow:
                assert reader.recv(1) == b"T"
                reader.close()
