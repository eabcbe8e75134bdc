"""A damaged article, as the APIs and the page tell of it: a warning that names it, and the rest as ever."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from index import Library
from rag import Settings, search
from tests.index.articles import make_fields
from tests.ui.running_async import run_async

FERRY = "The ferry is back. It sails each day of the week."


@pytest.fixture
def library(tmp_path: Path, doubles: None) -> Iterator[Library]:
    with Library.open(tmp_path / "library", create=True) as opened:
        opened.add([make_fields(0), {**make_fields(1), "text": FERRY}])
        with sqlite3.connect(opened.folder / "dateline.db") as db:
            db.execute("UPDATE articles SET source = 'Reuters' WHERE id = 'made-001'")
        yield opened


def test_the_api_names_it(library: Library) -> None:
    from starlette.testclient import TestClient

    from ui.api.rest.app import make_rest_app
    from ui.api.service import Service

    client = TestClient(make_rest_app(Service(library, Settings())), raise_server_exceptions=False)
    listed = client.get("/articles").json()
    assert [article["id"] for article in listed["articles"]] == ["made-000"]
    assert listed["damaged"] == ["article made-001"]
    assert client.get("/articles/made-000").status_code == 200
    asked = client.get("/articles/made-001")
    assert asked.status_code == 503
    assert asked.json()["detail"].startswith("article 'made-001' in the library is damaged")
    assert str(library.folder) not in asked.text
    found = client.get("/search", params={"question": "When does the ferry sail?", "mode": "lexical"})
    assert "Reuters" not in found.text
    assert json.loads(found.headers["Dateline-Question"])["damaged"] == ["article made-001"]


def test_the_mcp_server_names_it(library: Library) -> None:
    from mcp import Client

    from ui.api.mcp.server import make_mcp_server
    from ui.api.service import Service

    async def call_tools() -> tuple[Any, ...]:
        async with Client(make_mcp_server(Service(library, Settings()))) as client:
            return (
                await client.call_tool("search_articles", {"question": "When was the treaty?"}),
                await client.call_tool("search_articles", {"question": "When does the ferry sail?"}),
                await client.call_tool("ask", {"question": "When does the ferry sail?"}),
                await client.call_tool("read_article", {"article_id": "made-001"}),
            )

    *searches, asked, read = run_async(call_tools())
    for found in searches:
        assert not found.is_error
        assert found.structured_content["damaged"] == ["article made-001"]
        assert {hit["article"]["id"] for hit in found.structured_content["hits"]} == {"made-000"}
        assert "Reuters" not in found.content[0].text
    assert asked.structured_content["warnings"] == ["Damaged in the library, and left out: article made-001."]
    assert read.is_error
    assert "article 'made-001' in the library is damaged" in read.content[0].text
    assert str(library.folder) not in read.content[0].text


def test_the_page_names_it(library: Library) -> None:
    from ui.chat.article.panel import show_stored
    from ui.chat.tabs.library import _render_table

    rows = list(library.articles())
    assert [article.id for article in rows] == ["made-000"]
    assert "Damaged, and left out: article made-001." in unescape(_render_table(rows, 2, 0, library.damaged()))
    assert show_stored(library, library.find("made-001"), 0)[1] is None


def test_no_search_finds_it(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    assert all(hit.article.id == "made-000" for hit in search(library, "When does the ferry sail?").hits)
    assert capsys.readouterr().err.count("dateline: article made-001 is damaged and left out\n") == 1
