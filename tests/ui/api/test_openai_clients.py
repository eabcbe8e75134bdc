"""What real clients send: recorded bodies, and the `openai` client with responses, embeddings and schemas."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import openai
import pytest
from pydantic import BaseModel

from index import DatelineError
from rag import Answer
from tests.conftest import ROOT
from tests.doubles import HashingEmbedder
from tests.ui.api.serving import FERRY

BODIES = Path(__file__).parent / "bodies"
CASES = [
    pytest.param(case, id=f"{file.stem}: {case['what']}")
    for file in sorted(BODIES.glob("*.json"))
    for case in json.loads(file.read_text(encoding="utf-8"))
]


@pytest.fixture
def talker(small_url: str) -> Iterator[openai.OpenAI]:
    http = openai.DefaultHttpxClient(trust_env=False)
    with openai.OpenAI(base_url=f"{small_url}/v1", api_key="none", max_retries=0, http_client=http) as opened:
        yield opened


def read_said(response: httpx.Response) -> str:
    """What a completion or a response says, streamed or not."""
    if not response.headers["content-type"].startswith("text/event-stream"):
        body = response.json()
        message = body["choices"][0]["message"]["content"] if "choices" in body else body["output"][0]["content"]
        return message if isinstance(message, str) else str(message[0]["text"])
    events = [json.loads(line[6:]) for line in response.text.splitlines() if line.startswith("data: {")]
    assert not any("error" in event and event["error"] for event in events)
    pieces = [choice["delta"].get("content", "") for event in events for choice in event.get("choices", [])]
    return "".join([*pieces, *(e["delta"] for e in events if e.get("type") == "response.output_text.delta")])


@pytest.mark.parametrize("case", CASES)
def test_what_programs_send_is_answered(small: httpx.Client, case: dict[str, Any]) -> None:
    response = small.post(f"/v1/{case['path']}", json=case["body"])
    assert response.status_code == 200, response.text
    said = read_said(response)
    if "is" in case:
        assert said == case["is"]
    else:
        assert case["says"] in said
    assert response.headers.get("Dateline-Ignored", "") == case.get("ignored", "")


def user(text: str) -> Any:
    return [{"role": "user", "content": text}]


def test_filters_come_in_metadata_or_beside_the_question(small: httpx.Client) -> None:
    """Their own names in `metadata` are the client's, and said."""
    early = {"before": "2023", "sources": "Harbour Times, Bridge Post"}
    by_metadata = {"model": "offline", "messages": user(FERRY), "metadata": {**early, "run": "7"}}
    beside = {
        "model": "offline",
        "messages": user(FERRY),
        "before": "2023",
        "sources": ["Harbour Times", "Bridge Post"],
    }
    first, second = (small.post("/v1/chat/completions", json=body) for body in (by_metadata, beside))
    assert "articles/ferry" not in read_said(first)
    assert read_said(first) == read_said(second)
    assert "articles/ferry" in read_said(
        small.post("/v1/chat/completions", json={"model": "offline", "messages": user(FERRY)})
    )
    assert first.headers["Dateline-Ignored"] == "metadata.run"
    for bad in ({"metadata": {"before": "never"}}, {"metadata": {"without": "names"}}, {"as_of": "never"}):
        refused = small.post("/v1/chat/completions", json={"model": "offline", "messages": user(FERRY), **bad})
        assert refused.status_code == 400
    response = small.post("/v1/responses", json={"model": "offline", "input": FERRY, "metadata": early})
    assert "articles/ferry" not in read_said(response)
    assert response.json()["metadata"] == early


@pytest.mark.parametrize(
    ("given", "param", "code"),
    [
        ({"befor": "2023"}, "befor", "unknown_parameter"),
        ({"n": 2}, "n", "unsupported_value"),
        ({"logprobs": True}, "logprobs", "unsupported_value"),
        ({"tools": [{}], "tool_choice": "required"}, "tool_choice", "unsupported_value"),
        ({"tool_choice": {"type": "function", "function": {"name": "f"}}}, "tool_choice", "unsupported_value"),
        ({"modalities": ["text", "audio"]}, "modalities", "unsupported_value"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]}, "messages", None),
        ({"response_format": {"type": "xml"}}, "response_format.type", "invalid_value"),
        ({"response_format": {"type": "json_schema", "schema": {"required": ["mood"]}}}, "response_format", None),
        ({"model": "gpt-4o"}, "model", "model_not_found"),
    ],
)
def test_what_cannot_be_honoured_is_refused_with_its_name(
    small: httpx.Client, given: dict[str, Any], param: str, code: str | None
) -> None:
    response = small.post("/v1/chat/completions", json={"model": "offline", "messages": user(FERRY), **given})
    error = response.json()["error"]
    assert response.status_code in (400, 404)
    assert error["param"] == param
    assert code in (None, error["code"])
    assert error["message"].endswith((".", "'", "'json_schema'"))


@pytest.mark.parametrize(
    "question",
    [
        "What short title did the ministers give the conversation?",
        "Who wrote a concise title for the chat of the council?",
        "Give me news of the ferry.",
    ],
)
def test_a_question_about_titles_is_a_question(small: httpx.Client, question: str) -> None:
    said = read_said(small.post("/v1/chat/completions", json={"model": "offline", "messages": user(question)}))
    assert "/api/articles/" in said


def test_a_stream_that_fails_says_so_in_its_own_shape(small: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> Iterator[Answer]:
        yield Answer("q", "q", "offline", stage="searching")
        raise DatelineError("the model went away.")

    monkeypatch.setattr("ui.api.service.stream", fail)
    asked = {"model": "offline", "stream": True}
    chat = small.post("/v1/chat/completions", json={**asked, "messages": user(FERRY)}).text.strip().split("\n\n")
    assert json.loads(chat[-2].removeprefix("data: "))["error"]["type"] == "server_error"
    assert chat[-1] == "data: [DONE]"
    *_, name, data = small.post("/v1/responses", json={**asked, "input": FERRY}).text.strip().split("\n")
    assert name == "event: error"
    assert json.loads(data.removeprefix("data: "))["message"] == "the model went away."
    *_, name, data = small.post("/api/ask", json={"question": FERRY, "stream": True}).text.strip().split("\n")
    assert name == "event: error"
    problem = json.loads(data.removeprefix("data: "))
    assert (problem["status"], problem["detail"]) == (503, "the model went away.")
    whole = small.post("/v1/responses", json={"model": "offline", "input": FERRY})
    assert (whole.status_code, whole.json()["error"]["message"]) == (503, "the model went away.")


def test_the_documented_lines_work(small_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    document = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    lines = "from openai" + document.partition("```python\nfrom openai")[2].partition("```")[0]
    names: dict[str, Any] = {}
    exec(lines.replace("http://127.0.0.1:7860", small_url), names)
    assert "None of the 3 articles" in names["said"].choices[0].message.content  # none is Reuters'
    names["client"].close()


def test_models_are_shown_one_by_one(talker: openai.OpenAI) -> None:
    assert [model.id for model in talker.models.list()] == ["offline"]
    assert talker.models.retrieve("offline").id == "offline"
    assert talker.models.retrieve(HashingEmbedder.name).id == HashingEmbedder.name
    with pytest.raises(openai.NotFoundError):
        talker.models.retrieve("gpt-4o")


class Source(BaseModel):
    marker: int
    title: str
    quotes: list[str]


class Said(BaseModel):
    answer: str
    refused: bool
    citations: list[Source]


def test_an_answer_comes_as_json_of_a_schema(talker: openai.OpenAI) -> None:
    parsed = talker.chat.completions.parse(model="offline", messages=user(FERRY), response_format=Said)
    said = parsed.choices[0].message.parsed
    assert said is not None
    assert not said.refused
    assert "ferry" in said.answer
    assert said.citations[0].title == "The ferry is back"
    assert said.citations[0].quotes
    also = talker.responses.parse(model="offline", input=FERRY, text_format=Said).output_parsed
    assert also == said
    whole = talker.chat.completions.create(
        model="offline", messages=user(FERRY), response_format={"type": "json_object"}, stream=True
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in whole)
    assert set(json.loads(text)) == {"answer", "refused", "reason", "sentences", "citations"}


def test_a_response_streamed_or_not_is_the_completion(talker: openai.OpenAI) -> None:
    message = talker.chat.completions.create(model="offline", messages=user(FERRY)).choices[0].message
    response = talker.responses.create(model="offline", input=FERRY, instructions="You are a pirate.", temperature=0)
    assert response.output_text == message.content
    assert response.status == "completed"
    (item,) = response.output
    assert item.type == "message"
    (part,) = item.content
    assert part.type == "output_text"
    assert [p.to_dict() for p in part.annotations] == [
        {"type": "url_citation", **a.url_citation.model_dump()} for a in message.annotations or []
    ]
    with talker.responses.stream(model="offline", input=[*user("Hello?"), {"role": "assistant", "content": "Yes."},
                                                         *user(FERRY)]) as stream:  # fmt: skip
        events = list(stream)
        final = stream.get_final_response()
    assert [event.sequence_number for event in events] == sorted({event.sequence_number for event in events})
    kinds = [event.type for event in events]
    assert kinds[0] == "response.created"
    assert kinds[-1] == "response.completed"
    assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == final.output_text
    assert final.output_text
    with pytest.raises(openai.BadRequestError, match="nothing is kept"):
        talker.responses.create(model="offline", input=FERRY, previous_response_id=response.id)
    with pytest.raises(openai.NotFoundError, match="not kept"):
        talker.responses.retrieve(response.id)


def test_embeddings_are_the_embedders(talker: openai.OpenAI) -> None:
    embedder, texts = HashingEmbedder(), ["The ferry is back.", "A bridge."]
    expected = embedder.embed_passages(texts)
    for encoding in ("float", "base64", None):  # the client reads base64 where it asks for nothing else
        more: Any = {"encoding_format": encoding} if encoding else {}
        found = talker.embeddings.create(model=embedder.name, input=texts, **more)
        vectors: Any = [item.embedding for item in found.data]
        if encoding == "base64":
            vectors = [np.frombuffer(base64.b64decode(v), "<f4") for v in vectors]
        np.testing.assert_allclose(np.array(vectors), expected, atol=1e-6)
    one = talker.embeddings.create(model=embedder.name, input=texts[0], dimensions=embedder.dim, user="ada")
    np.testing.assert_allclose(one.data[0].embedding, expected[0], atol=1e-6)


@pytest.mark.parametrize(
    ("given", "status", "says"),
    [
        ({"dimensions": 32}, 400, "can't be cut"),
        ({"dimensions": 0}, 400, "dimensions"),
        ({"input": [[1, 2, 3]]}, 400, "Send the texts"),
        ({"input": [1, 2, 3]}, 400, "Send the texts"),
        ({"input": ""}, 400, "is empty"),
        ({"input": []}, 400, "input"),
        ({"input": ["a"] * 257}, 400, "input"),
        ({"input": ["a" * 19_000] * 11}, 400, "Send fewer"),
        ({"input": "a" * 20_001}, 400, "input"),
        ({"encoding_format": "hex"}, 400, "encoding_format"),
        ({"model": "text-embedding-3-small"}, 404, HashingEmbedder.name),
        ({"made_up": 1}, 400, "made_up"),
    ],
)
def test_what_cannot_be_embedded_is_refused(small: httpx.Client, given: dict[str, Any], status: int, says: str) -> None:
    refused = small.post("/v1/embeddings", json={"model": HashingEmbedder.name, "input": "x", **given})
    assert refused.status_code == status
    assert says in refused.json()["error"]["message"]
