"""Resources, prompts, progress and errors of the MCP server, used by the official SDK's client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, strategies as st
from mcp import Client, MCPError
from mcp.shared.uri_template import UriTemplate

from index import Library, make_storable
from rag import Settings
from tests.ui.running_async import run_async
from ui.api.mcp.resources import ARTICLE, MOST_ON_PAGE, PASSAGE, fill_address
from ui.api.mcp.server import make_mcp_server
from ui.api.service import Service

ODD = "world/2024/../pact?a=1#ü"
PACT = "Why did Niger revoke the pact?"
ARTICLES: list[dict[str, Any]] = [
    {
        "id": ODD,
        "title": "<b>Pact</b>",
        "text": "Niger did revoke the pact because it was unfair.",
        "date": "2024-03-17",
    },
    *({"id": f"n{n}", "title": f"Note {n}", "text": f"Note {n} is about a lantern."} for n in range(MOST_ON_PAGE + 20)),
]
ODD_URI = "dateline://articles/world%2F2024%2F..%2Fpact%3Fa%3D1%23%C3%BC"
NO_RESOURCES = [
    "dateline://articles/../../etc/passwd",
    "dateline://articles/..%2F..%2Fetc%2Fpasswd",
    "dateline://articles/%2Fetc%2Fpasswd",
    "dateline://articles/n",  # begins many ids, and is none
    "dateline://articles/n1%00",
    "dateline://articles/",
    "dateline://articles/%FF%ED%A0%80",
    "dateline://articles/" + "n" * 70_000,
    "dateline://articles/n1/passages/1",
    "dateline://articles/n1/passages/-1",
    "dateline://articles/n1/passages/²",
    "dateline://articles/n1/passages/" + "9" * 5_000,
    "dateline://conversations/AAAAAAAAAAAA",
    "file:///etc/passwd",
    "n1",
]
WRONG_CALLS: list[tuple[str, dict[str, Any], str]] = [
    ("ask", {"question": "x", "befor": "2020"}, "ask: it has no argument 'befor'. It takes question, after, before, "),
    ("ask", {}, "ask: the argument 'question' is missing. It takes question, "),
    ("ask", {"question": ["x"]}, "ask: 'question' is wrong: Input should be a valid string. It takes "),
    ("ask", {"question": "x", "sources": "BBC"}, "ask: 'sources' must be a list. It takes "),
    ("ask", {"question": "x", "context": {}}, "ask: it has no argument 'context'. It takes question, "),
    (
        "ask",
        {"question": "x", "before": "30 February 2024"},
        "before: '30 February 2024' is no day that there is. ",
    ),
    ("ask", {"question": " "}, "the question is empty. Ask what you want to know from the articles."),
    ("timeline", {"topic": "x", "a\nb\x1b[31m": 1}, "timeline: it has no argument 'a\\nb\\x1b[31m'. It takes topic, "),
    ("search_articles", {"question": "x", "limit": 51}, "search_articles: 'limit' is wrong: Input should be less than"),
    ("read_article", {"article_id": "../x"}, "there is no article '../x'."),
    ("remove", {"article_id": "n1"}, "There is no tool 'remove'. There are: search_articles, ask, timeline, "),
]
WRONG_PROMPTS: list[tuple[str, dict[str, str], str]] = [
    ("brief_me_on", {}, "brief_me_on: the argument 'topic' is missing. It takes topic."),
    ("brief_me_on", {"topic": "x", "topci": "y"}, "brief_me_on: it has no argument 'topci'. It takes topic."),
    ("brief_me_on", {"topic": ""}, "brief_me_on: 'topic' is wrong: String should have at least 1 character. It takes"),
    ("sing", {}, "There is no prompt 'sing'. There are: brief_me_on, what_changed_about, who_said_what_about, "),
]


@pytest.fixture
def small_library(doubles: None, tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", create=True) as library:
        assert not library.add(ARTICLES).failed
        yield library


def connect(library: Library) -> Client:
    return Client(make_mcp_server(Service(library, Settings())))


def test_the_list_has_every_article_once_in_pages(small_library: Library) -> None:
    async def walk() -> None:
        async with connect(small_library) as client:
            first = await client.list_resources()
            assert len(first.resources) == MOST_ON_PAGE
            second = await client.list_resources(cursor=first.next_cursor)
            assert second.next_cursor is None
            listed = [*first.resources, *second.resources]
            assert {(r.name, r.description) for r in listed[:1]} == {("<b>Pact</b>", "17 March 2024")}
            ids = []
            for resource in listed:
                assert resource.mime_type == "application/json"
                ids.append(json.loads((await client.read_resource(resource.uri)).contents[0].text)["id"])  # type: ignore[union-attr]
            assert sorted(ids) == sorted(article["id"] for article in ARTICLES)
            beyond = await client.list_resources(cursor="999999999")
            assert (beyond.resources, beyond.next_cursor) == ([], None)
            for cursor in ("-1", "x", "1.5", "²", "9" * 10, "0x10"):
                with pytest.raises(MCPError, match="The cursor is none that this server gave"):
                    await client.list_resources(cursor=cursor)

    run_async(walk())


def test_an_article_and_its_passages_are_read_by_their_address(small_library: Library) -> None:
    async def read(client: Client, uri: str) -> Any:
        [content] = (await client.read_resource(uri)).contents
        assert content.uri == uri
        return json.loads(content.text)  # type: ignore[union-attr]

    async def walk() -> None:
        async with connect(small_library) as client:
            templates = (await client.list_resource_templates()).resource_templates
            assert [template.uri_template for template in templates] == [
                "dateline://articles/{article_id}",
                "dateline://articles/{article_id}/passages/{number}",
            ]
            called: Any = await client.call_tool("read_article", {"article_id": ODD})
            assert await read(client, ODD_URI) == called.structured_content
            [passage] = small_library.passages(small_library.get(ODD))
            given = await read(client, f"{ODD_URI}/passages/0")
            assert (given["article"]["id"], given["passage"]["id"]) == (ODD, passage.id)
            assert given["passage"]["text"] == called.structured_content["text"][passage.start : passage.end]
            for uri in NO_RESOURCES:
                with pytest.raises(MCPError) as error:
                    await client.read_resource(uri)
                assert str(error.value).endswith("The list of resources has the addresses that there are."), uri
                assert error.value.error.code == -32602
                assert len(str(error.value).splitlines()) == 1
                assert str(small_library.folder) not in str(error.value)

    run_async(walk())


@given(st.text(max_size=500).map(make_storable))
@example(".")
@example("a/../{article_id}%2F?#")
def test_an_address_stands_for_one_id(article_id: str) -> None:
    filled = fill_address(ARTICLE, article_id=article_id)
    assert UriTemplate.parse(ARTICLE).match(filled) == {"article_id": article_id}
    assert UriTemplate.parse(PASSAGE).match(f"{filled}/passages/7") == {"article_id": article_id, "number": "7"}
    assert not set(filled.removeprefix("dateline://articles/")) & {*"/?#&"}


def test_a_wrong_call_is_one_line_that_says_what_there_is(small_library: Library) -> None:
    async def walk() -> None:
        async with connect(small_library) as client:
            for name, arguments, said in WRONG_CALLS:
                result: Any = await client.call_tool(name, arguments)
                assert result.is_error
                assert result.content[0].text.startswith(said)
                assert len(result.content[0].text.splitlines()) == 1
            for name, given, said in WRONG_PROMPTS:
                with pytest.raises(MCPError) as error:
                    await client.get_prompt(name, given)
                assert str(error.value).startswith(said)

    run_async(walk())


def test_prompts_name_tools_that_there_are(small_library: Library) -> None:
    async def walk() -> None:
        async with connect(small_library) as client:
            tools = {tool.name for tool in (await client.list_tools()).tools}
            for prompt in (await client.list_prompts()).prompts:
                assert prompt.description
                given = {argument.name: f"{argument.name} of\n\x1b[31mwar" for argument in prompt.arguments or ()}
                [message] = (await client.get_prompt(prompt.name, given)).messages
                text: str = message.content.text  # type: ignore[union-attr]
                assert {word for word in text.split("`")[1::2] if word != "changed"} <= tools
                assert all(f"{name} of" in text for name in given)
                assert len(text.splitlines()) == 1
                assert "\x1b" not in text

    run_async(walk())


def test_an_answer_under_way_says_how_far_it_is(small_library: Library) -> None:
    said: list[tuple[float, str | None]] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        assert total is None
        said.append((progress, message))

    async def walk() -> None:
        async with connect(small_library) as client:
            answered: Any = await client.call_tool("ask", {"question": PACT}, progress_callback=note)
            silent: Any = await client.call_tool("ask", {"question": PACT})
            assert answered.structured_content["sentences"] == silent.structured_content["sentences"] != []

    run_async(walk())
    assert [progress for progress, _ in said] == [*range(1, len(said) + 1)]
    messages = [message for _, message in said]
    assert messages[0] == "Searching the articles"
    assert messages[-2:] == ["Checking each sentence", "Done"]
    assert "Answering: 1 sentence" in messages
