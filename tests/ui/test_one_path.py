"""A question means the same wherever it is asked: terminal, REST, MCP and Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client

from index import Filters, Library, UsageError, check_question
from rag import FILTER_KINDS, answer_to_dict, ask, filters_to_dict, search, stream
from tests.cli.running import assert_one_line, dateline
from tests.ui.running_async import run_async

QUESTIONS = (
    "What did Niger revoke in March 2024?",
    "What happened in Niger in March 2019?",
    "According to Dateline sample library, who left Niger since 2020, and when did they leave?",
    "What do French articles say of the Quvex parade in 2019?",
    "Wer hat im März 2019 den Vertrag gekündigt, und warum?",
)
SHARED = ("question", "standalone_question", "filters", "named", "refused", "reason", "gaps")
NOTHING = QUESTIONS[1]


def shared(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: answer[name] for name in SHARED}


def call_tools(url: str, calls: list[tuple[str, dict[str, Any]]]) -> list[Any]:
    """What an MCP server gives for each call: its structured content, or the text of the error."""

    async def walk() -> list[Any]:
        results: list[Any] = []
        async with Client(f"{url}/mcp") as client:
            for name, arguments in calls:
                result: Any = await client.call_tool(name, arguments)
                results.append(result.content[0].text if result.is_error else result.structured_content)
        return results

    return run_async(walk())


@pytest.fixture
def client(chat_url: str) -> Any:
    with httpx.Client(base_url=chat_url, trust_env=False, timeout=120) as opened:
        yield opened


def test_a_question_is_understood_the_same_everywhere(client: httpx.Client, chat_url: str, sample_folder: Path) -> None:
    with Library.open(sample_folder) as library:
        expected = [shared(json.loads(json.dumps(answer_to_dict(ask(library, q))))) for q in QUESTIONS]
        searched = [search(library, q) for q in QUESTIONS]
        streamed = [[*stream(library, q)][-1] for q in QUESTIONS[1:2]]
    assert [shared(answer_to_dict(answer)) for answer in streamed] == expected[1:2]
    assert [bool(e["named"]["after"] or e["named"]["sources"]) for e in expected] == [True, True, True, True, False]
    assert [e["reason"].startswith("No article is ") for e in expected] == [False, True, False, True, False]
    for question, wanted, found in zip(QUESTIONS, expected, searched, strict=True):
        run = dateline("ask", question, "--library", str(sample_folder), "--json", cwd=sample_folder)
        assert shared(run.json()) == wanted
        assert shared(client.post("/api/ask", json={"question": question}).json()) == wanted
        assert filters_to_dict(found.question.named) == wanted["named"]
        listed = client.get("/api/search", params={"question": question})
        assert [hit["passage"]["id"] for hit in listed.json()] == [hit.passage.id for hit in found.hits]
        understood = json.loads(listed.headers["Dateline-Question"])
        assert understood == {"named": wanted["named"], "corrections": [], "reason": found.reason}
    by_mcp = call_tools(chat_url, [("ask", {"question": question}) for question in QUESTIONS])
    assert [shared(answer) for answer in by_mcp] == expected


def test_what_is_lifted_is_lifted_everywhere(client: httpx.Client, chat_url: str, sample_folder: Path) -> None:
    with Library.open(sample_folder) as library:
        wanted = shared(json.loads(json.dumps(answer_to_dict(ask(library, NOTHING, without=["dates"])))))
    assert wanted["named"] == filters_to_dict(Filters())
    run = dateline("ask", NOTHING, "--without", "dates", "--library", str(sample_folder), "--json", cwd=sample_folder)
    assert shared(run.json()) == wanted
    given = {"question": NOTHING, "without": ["dates"]}
    assert shared(client.post("/api/ask", json=given).json()) == wanted
    assert client.get("/api/search", params={**given}).json()
    refused, answer, found = call_tools(
        chat_url, [("search_articles", {"question": NOTHING}), ("ask", given), ("search_articles", given)]
    )
    assert "1 March 2019 to 31 March 2019, which your question names" in refused
    assert 'without=["dates"]' in refused
    assert shared(answer) == wanted
    assert found["hits"]


def test_an_unknown_kind_is_refused_everywhere(client: httpx.Client, chat_url: str, sample_folder: Path) -> None:
    given = {"question": NOTHING, "without": ["date"]}
    assert client.post("/api/ask", json=given).status_code == 422
    assert client.get("/api/search", params={**given}).status_code == 422
    for said in call_tools(chat_url, [("ask", given), ("search_articles", given)]):
        assert isinstance(said, str)
    run = dateline("ask", NOTHING, "--without", "date", "--library", str(sample_folder), cwd=sample_folder)
    assert run.code == 2
    assert all(kind in run.err for kind in FILTER_KINDS)


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ("...", "The question has no word in it, only signs."),
        ("Hi there!", "That is friendly, but no question."),
        ("¡Gracias!", "That is friendly, but no question."),
    ],
)
def test_what_is_no_question_gets_a_line_everywhere(
    client: httpx.Client, chat_url: str, sample_folder: Path, asked: str, what: str
) -> None:
    line = f"{what[0].lower()}{what[1:]} Ask what you want to know from the articles."
    given = {"question": asked}
    refusals = [client.post("/api/ask", json=json_body) for json_body in (given, {**given, "stream": True})]
    refusals.append(client.get("/api/search", params=given))
    messages = [{"role": "user", "content": asked}]
    for streamed in (False, True):
        body = {"model": "offline", "messages": messages, "stream": streamed}
        refusals.append(client.post("/v1/chat/completions", json=body))
    for refused in refusals:
        assert refused.status_code == 400
        assert line in refused.text
    for said in call_tools(chat_url, [("ask", given), ("search_articles", given)]):
        assert said.endswith(line)
    with Library.open(sample_folder) as library:
        for call in (ask, search, Library.search):
            with pytest.raises(UsageError, match=what[1:]):
                call(library, asked)
    for command in ("ask", "search"):
        run = dateline(command, asked, "--library", str(sample_folder), cwd=sample_folder)
        assert_one_line(run, 2, what[1:], 'Ask something, in quotes: dateline ask "why …?"')


@pytest.mark.parametrize("asked", ["2022", "ECOWAS", "Niger uranium", '"hello"', "尼日尔", "Нигер", "hello, who left?"])
def test_a_word_is_enough_for_a_question(asked: str) -> None:
    assert check_question(asked) == asked
