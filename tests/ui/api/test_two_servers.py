"""Two servers on one database: both answer the same, and what changes at one is seen at the other."""

from __future__ import annotations

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


def test_what_is_added_is_there_at_both_and_lost_connections_are_made_again(servers: Any) -> None:
    one, other, library = servers
    library.add([{"id": "new", "title": "A parade", "text": "The Zorblat parade opened on Monday in Zinder."}])
    for client in (one, other):
        assert "new" in [article["id"] for article in client.get("/api/articles").json()["articles"]]
    end_connections()
    for client in (one, other):
        answered = client.post("/api/ask", json={"question": "When did the Zorblat parade open?"})
        assert answered.status_code == 200
        assert answered.json()["citations"][0]["article"]["id"] == "new"
    library.remove("new")
    for client in (one, other):
        assert "new" not in [article["id"] for article in client.get("/api/articles").json()["articles"]]
