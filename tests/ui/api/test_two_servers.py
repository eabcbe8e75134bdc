"""Two servers on one database: both answer the same, and what changes at one is seen at the other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from index import Library, copy_library, load_settings, read_address
from rag import ask
from rag.settings import Settings
from tests.postgres import end_connections, make_url
from tests.ui.api.conftest import NIGER, NOT_THERE, QUVEX
from tests.ui.chat.measure_chat import Page
from tests.ui.conftest import free_port


@pytest.fixture(scope="module")
def servers(sample_folder: Path) -> Iterator[tuple[httpx.Client, httpx.Client, Library]]:
    """Clients of two servers, and the library that they have open."""
    from ui.server.serve import launch

    place = read_address(make_url())
    settings = load_settings(Settings, None)
    assert copy_library(sample_folder, place, settings).faults == ()
    clients = []
    with ExitStack() as stack:
        for _ in range(2):
            library, port = stack.enter_context(Library.open(place)), free_port()
            serving = launch(library, settings, "127.0.0.1", port)
            stack.callback(serving.close)
            url = f"http://127.0.0.1:{port}"
            clients.append(stack.enter_context(httpx.Client(base_url=url, trust_env=False, timeout=120)))
        one, other = clients
        yield one, other, library


@pytest.mark.parametrize("question", [NIGER, NOT_THERE, QUVEX])
def test_both_answer_the_same_from_articles_that_a_folder_has(servers: Any, sample_folder: Path, question: str) -> None:
    """Which passages are read may differ where two fit as well: a folder's index rounds the lengths of texts."""
    answers = [client.post("/api/ask", json={"question": question}).json() for client in servers[:2]]
    one, other = ({name: value for name, value in answer.items() if name != "seconds"} for answer in answers)
    assert one == other
    with Library.open(sample_folder) as library:
        expected = ask(library, question)
        assert one["refused"] == expected.refused
        for citation in one["citations"]:
            article = library.get(citation["article"]["id"])
            for quote in citation["quotes"]:
                assert getattr(article, quote["field"])[quote["start"] : quote["end"]] == quote["text"]


def test_a_conversation_begun_at_one_server_goes_on_at_the_other(servers: Any) -> None:
    one, other = (Page(client.base_url.port) for client in servers[:2])
    other.go_on_with(one)
    questions = [NIGER, "When did the last French soldiers leave?", "What did it say about that?"]
    for page, question in zip((one, other, one), questions, strict=True):
        page.ask(question)
    assert one.kept() == other.kept() == questions
    kept = [page.client.get(f"/conversations/{page.conversation}.json").json() for page in (one, other)]
    assert kept[0] == kept[1]
    assert not any(answer["refused"] for answer in kept[0][:2])
    stranger = Page(other.client.base_url.port or 0)
    stranger.conversation = one.conversation
    assert stranger.client.get(f"/conversations/{one.conversation}.json").status_code == 404


def test_what_is_added_is_there_at_both_and_lost_connections_are_made_again(servers: Any) -> None:
    one, other, _ = servers
    new = {"id": "new", "title": "A parade", "text": "The Zorblat parade opened on Monday in Zinder."}
    assert one.post("/api/articles", json={"articles": [new]}).json()["added"] == ["new"]
    for client in (one, other):
        assert "new" in [article["id"] for article in client.get("/api/articles").json()["articles"]]
    end_connections()
    for client in (one, other):
        answered = client.post("/api/ask", json={"question": "When did the Zorblat parade open?"})
        assert answered.status_code == 200
        assert answered.json()["citations"][0]["article"]["id"] == "new"
    exported = [json.loads(line) for line in other.get("/api/export").text.splitlines()]
    assert len(exported) == other.get("/api/status").json()["articles"]
    assert new["text"] in [article["text"] for article in exported]
    assert other.delete("/api/articles/new").json() == {"removed": ["new"]}
    for client in (one, other):
        assert "new" not in [article["id"] for article in client.get("/api/articles").json()["articles"]]
