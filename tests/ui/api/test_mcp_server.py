"""The MCP server, on stdio and over HTTP, used by the official SDK's client."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters, stdio_client

from index import Library
from rag import ask
from tests.ui.api.conftest import NIGER, NOT_THERE
from tests.ui.conftest import HOSTILE, ROOT
from tests.ui.running_async import run_async


@pytest.fixture(params=["http", "stdio"])
def connect(request: pytest.FixtureRequest, chat_url: str, sample_folder: Path) -> Callable[[], Client]:
    def over_http() -> Client:
        return Client(f"{chat_url}/mcp")

    def on_stdio() -> Client:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = ["-m", "ui.cli", "mcp", "--library", str(sample_folder)]
        return Client(stdio_client(StdioServerParameters(command=sys.executable, args=command, env=environment)))

    return over_http if request.param == "http" else on_stdio


def text_of(result: Any) -> str:
    return " ".join(part.text for part in result.content)


def test_the_tools_give_what_the_library_gives(connect: Callable[[], Client], sample_folder: Path) -> None:
    with Library.open(sample_folder) as library:
        expected = ask(library, NIGER)

    async def walk() -> None:
        async with connect() as client:
            tools = (await client.list_tools()).tools
            topics = {"timeline", "quotes", "brief", "disagreements"}
            assert {tool.name for tool in tools} == {"search_articles", "ask", *topics, "read_article"}
            for name, lines in (("timeline", "events"), ("quotes", "statements"), ("brief", "sections")):
                overview: Any = await client.call_tool(name, {"topic": "US troops in Niger"})
                assert overview.structured_content[lines]
            assert all(tool.description and tool.annotations and tool.annotations.read_only_hint for tool in tools)

            found: Any = await client.call_tool("search_articles", {"question": NIGER, "limit": 2})
            assert not found.is_error
            assert list(found.structured_content) == ["hits"]
            assert json.loads(text_of(found)) == found.structured_content
            assert [hit["rank"] for hit in found.structured_content["hits"]] == [1, 2]
            french: Any = await client.call_tool("search_articles", {"question": NIGER, "languages": ["fr"]})
            assert {hit["article"]["id"] for hit in french.structured_content["hits"]} == {"hostile"}

            answer: Any = (await client.call_tool("ask", {"question": NIGER})).structured_content
            assert [s["text"] for s in answer["sentences"]] == [s.text for s in expected.sentences]
            for citation in answer["citations"]:
                read = await client.call_tool("read_article", {"article_id": citation["article"]["id"]})
                article: Any = read.structured_content
                for quote in citation["quotes"]:
                    assert article["text"][quote["start"] : quote["end"]] == quote["text"]

            refused: Any = (await client.call_tool("ask", {"question": NOT_THERE})).structured_content
            assert refused["refused"]
            hostile: Any = (await client.call_tool("read_article", {"article_id": "hostile"})).structured_content
            assert hostile["text"] == HOSTILE["text"]

    run_async(walk())


def test_what_cannot_be_done_is_said_to_the_model(connect: Callable[[], Client], sample_folder: Path) -> None:
    bad: list[tuple[str, dict[str, Any]]] = [
        ("ask", {"question": "  "}),
        ("ask", {"question": "x" * 5_000}),
        ("ask", {"question": "x", "befor": "2020-01-01"}),
        ("ask", {"question": "x", "before": "30 February 2024"}),
        ("search_articles", {"question": "x", "limit": 0}),
        ("read_article", {"article_id": "../../etc/passwd"}),
        ("read_article", {}),
    ]

    async def walk() -> None:
        async with connect() as client:
            for name, arguments in bad:
                result: Any = await client.call_tool(name, arguments)
                assert result.is_error, (name, arguments)
                assert str(sample_folder) not in text_of(result)
                assert "Traceback" not in text_of(result)

    run_async(walk())
