"""The OpenAI-compatible API, used by the `openai` client."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import openai
import pytest
from hypothesis import given, strategies as st
from markdown_it import MarkdownIt

from index import Article, Hit, Passage
from rag.records import Answer, Citation, Quote, Sentence
from tests.ui.api.conftest import NIGER, NOT_THERE, QUVEX
from tests.ui.conftest import EVIL_HOST
from tests.ui.presented import REFUSAL, RICH, SERVER
from ui.api.openai.chat import CompletionIn, Frame, make_chunks
from ui.api.openai.written import grow_text, write_answer


@pytest.fixture
def talker(chat_url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(
        base_url=f"{chat_url}/v1", api_key="none", max_retries=0, http_client=openai.DefaultHttpxClient(trust_env=False)
    ) as opened:
        yield opened


def user(text: str) -> Any:
    return {"role": "user", "content": text}


def assert_annotated(content: str, annotations: list[Any], chat_url: str) -> None:
    """Each annotation stands for a link in the text, and each link leads to its article."""
    places = [a["url_citation"] if isinstance(a, dict) else a.url_citation.model_dump() for a in annotations]
    linked = re.findall(r"\[\d+\]\([^)]+\)", content)
    assert [content[p["start_index"] : p["end_index"]] for p in places] == linked
    for place in places:
        assert place["url"].startswith(f"{chat_url}/api/articles/")
        found = httpx.get(place["url"], trust_env=False).json()
        assert found["title"]


def test_models(talker: openai.OpenAI) -> None:
    assert [model.id for model in talker.models.list()] == ["offline"]


@pytest.mark.parametrize("question", [NIGER, QUVEX])
def test_streamed_or_not_it_is_the_same_answer(talker: openai.OpenAI, chat_url: str, question: str) -> None:
    whole = talker.chat.completions.create(model="offline", messages=[user(question)], temperature=0.5)
    message = whole.choices[0].message
    assert message.content
    assert message.annotations
    assert_annotated(message.content, message.annotations, chat_url)
    stream = talker.chat.completions.create(
        model="offline", messages=[user(question)], stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    assert "".join(delta.content or "" for delta in deltas) == message.content
    annotations = [a for delta in deltas for a in (delta.model_extra or {}).get("annotations", [])]
    assert annotations == [a.model_dump() for a in message.annotations]
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"
    assert chunks[-1].usage is not None
    assert len({chunk.id for chunk in chunks}) == 1


def test_refusals_say_why(talker: openai.OpenAI) -> None:
    message = talker.chat.completions.create(model="offline", messages=[user(NOT_THERE)]).choices[0].message
    assert "The articles don't say" in (message.content or "")
    assert message.annotations == []


def test_the_conversation_so_far_counts(talker: openai.OpenAI) -> None:
    first = talker.chat.completions.create(
        model="offline", messages=[user("When did the last French soldiers leave Niger?")]
    )
    said = first.choices[0].message
    conversation: Any = [
        {"role": "system", "content": "You are a pirate."},
        user("When did the last French soldiers leave Niger?"),
        said.model_dump(include={"role", "content", "annotations", "refusal"}),
        {"role": "user", "content": [{"type": "text", "text": "And why did they leave?"}]},
    ]
    content = talker.chat.completions.create(model="offline", messages=conversation).choices[0].message.content or ""
    assert "French" in content


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"model": "gpt-4o", "messages": [user("x")]}, openai.NotFoundError),
        ({"model": "gpt-4o", "messages": [user("x")], "stream": True}, openai.NotFoundError),
        ({"model": "offline", "messages": [user("  ")]}, openai.BadRequestError),
        ({"model": "offline", "messages": []}, openai.BadRequestError),
        ({"model": "offline", "messages": [{"role": "assistant", "content": "x"}]}, openai.BadRequestError),
        ({"model": "offline", "messages": [user("x")], "n": 2}, openai.BadRequestError),
        ({"model": "offline", "messages": [user("x")], "logprobs": True}, openai.BadRequestError),
        ({"model": "offline", "messages": [user("x")], "extra_body": {"made_up": 1}}, openai.BadRequestError),
    ],
)
def test_what_cannot_be_done_is_an_error_that_clients_know(
    talker: openai.OpenAI, given: dict[str, Any], kind: type[openai.APIStatusError]
) -> None:
    with pytest.raises(kind) as caught:
        talker.chat.completions.create(**given)
    assert isinstance(caught.value.body, dict)
    assert set(caught.value.body) == {"message", "type", "param", "code"}
    assert caught.value.body["type"] == "invalid_request_error"


def make_answer(words: str, url: str | None, identity: str = "a/b (c)", **more: Any) -> Answer:
    article = Article(identity, words, words, "", url=url)
    hit = Hit(Passage("p", article.id, 0, 0, len(words), words), article, 1, 1.0)
    sentences = (Sentence(words, (1,)), Sentence(f"More: {words}", (1,)))
    return Answer("q", "q", "m", sentences=sentences, citations=(Citation(1, hit, (Quote(0, 1),)),), **more)


@given(
    words=st.text(min_size=1)
    | st.sampled_from([f"![x](http://{EVIL_HOST}/p.png)", "<img src=x>", "[a](javascript:b)"]),
    url=st.none() | st.text() | st.sampled_from(["javascript:alert(1)", "https://a.example/x) [y](z", "http://[bad"]),
)
def test_nothing_of_an_article_is_markup_but_our_links(words: str, url: str | None) -> None:
    written = write_answer(make_answer(words, url), "http://here")
    tokens = [t for block in MarkdownIt().parse(written.text) for t in (block.children or [])]
    assert not {"image", "html_inline", "code_inline"} & {t.type for t in tokens}
    links = [str(t.attrs["href"]) for t in tokens if t.type == "link_open"]
    assert all(link.startswith(("http://", "https://")) for link in links)
    for place in written.places:
        assert written.text[place.start : place.end] == f"[1]({place.url})"


def grow(*answers: Answer) -> tuple[str, list[Any]]:
    chunks = list(make_chunks(Frame("id", 0, "m"), grow_text(iter(answers), SERVER), include_usage=False))
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    return "".join(d.get("content", "") for d in deltas), [a for d in deltas for a in d.get("annotations", [])]


def test_a_stream_takes_nothing_back() -> None:
    early, other = (make_answer(words, None, stage="answering") for words in ("First.", "Second."))
    done = make_answer("Second.", None, stage="done")
    content, annotations = grow(early, other, done)
    final = write_answer(done, SERVER).text
    assert content.startswith("First.")
    assert content.endswith(f"\n\n{final}")
    for annotation in annotations:
        place = annotation["url_citation"]
        assert content[place["start_index"] : place["end_index"]] == f"[1]({place['url']})"


def test_a_stream_ends_as_the_whole_answer() -> None:
    """What is not a sentence comes last, so an answer that grew is the one that was asked for at once."""
    steps = [replace(RICH, sentences=RICH.sentences[:n], stage="answering") for n in range(1, 5)]
    content, annotations = grow(*steps, replace(RICH, stage="checking"), RICH)
    written = write_answer(RICH, SERVER)
    assert content == written.text
    assert [annotation["url_citation"] for annotation in annotations] == [p.to_dict() for p in written.places]
    assert content.startswith("The ferry sank on Saturday. [1](https://")


@pytest.mark.parametrize("answer", [RICH, REFUSAL], ids=["answer", "refusal"])
def test_an_answer_that_a_client_sends_back_is_read_without_its_sources(answer: Answer) -> None:
    given = {"role": "assistant", "content": write_answer(answer, SERVER).text}
    asked = CompletionIn.model_validate({"model": "m", "messages": [user("First?"), given, user("And then?")]})
    [turn] = asked.make_request(asked.messages).history
    assert turn.question == "First?"
    assert turn.answer.removeprefix("**No answer in the articles**\n\n").startswith(answer.text())
    assert "harbour master" not in turn.answer
    assert "news.example" not in turn.answer


def test_a_stream_says_nothing_before_the_model_has_cited() -> None:
    musing = Answer("q", "q", "m", sentences=(Sentence("Let me"), Sentence("see.")), stage="answering")
    refused = Answer("q", "q", "m", refused=True, reason="Not there.")
    assert grow(musing, refused)[0] == "**No answer in the articles**\n\nNot there.\n\nAsked: m"
