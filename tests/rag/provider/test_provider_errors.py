"""Whatever a provider does becomes one line that names the model and says what to do."""

from __future__ import annotations

import re
from dataclasses import replace
from socket import socket

import pytest

from index import DatelineError
from rag.answerer import Draft
from rag.llm.llm_answerer import LLMAnswerer
from rag.provider.provider_errors import NothingAnswers
from tests.rag.material import HITS, make_settings, parse
from tests.scripted_llm import (
    MODEL,
    Reply,
    fail,
    hang,
    say,
    say_chunks,
    send_broken_events,
    send_html,
    serve_script,
)

pytest.importorskip("litellm", reason="not installed: the extra llm")

KEY = "sk-very-secret-0123456789"
ADVICE = re.compile(r"\b(Ask again|Check|Set|Lower|Wait|Names look like)\b")


def fail_with(script: Reply, model: str = MODEL, seconds: float = 10.0, asked: int = 1) -> tuple[str, list[Draft]]:
    """The error's words, and the drafts that came before it; the model was `asked` so often."""
    drafts: list[Draft] = []
    with serve_script(script) as llm:
        answer = LLMAnswerer(make_settings(llm, model, seconds)).answer(parse(), HITS, ())
        with pytest.raises(DatelineError) as raised:
            drafts.extend(answer)
        assert len(llm.requests) == asked, "a failed request was sent again"
    return str(raised.value), drafts


def assert_one_clear_line(message: str, model: str = MODEL) -> None:
    assert "\n" not in message
    assert model in message
    assert ADVICE.search(message), message
    assert message.endswith((".", "!"))
    assert len(message) < 250


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (400, "refused the request"),
        (401, "refused the key (401)"),
        (403, "refused the key (403)"),
        (404, "does not have the model"),
        (429, "too often"),
        (500, "failed (500)"),
        (503, "failed (503)"),
    ],
)
def test_an_error_status_is_explained(status: int, says: str) -> None:
    message, drafts = fail_with(fail(status, "scripted\nfailure of\nthree lines"))
    assert says in message
    assert_one_clear_line(message)
    assert drafts == []


@pytest.mark.parametrize(
    ("host", "model"), [("127.0.0.1", MODEL), ("127.0.0.1", "ollama/llama3"), ("me:secret@127.0.0.1", MODEL)]
)
def test_a_server_that_is_not_there_is_named(host: str, model: str) -> None:
    with socket() as free:  # bound and not listening: whoever knocks is turned away
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}/v1"
        settings = replace(make_settings(model=model), api_base=f"http://{address.replace('127.0.0.1', host)}")
        with pytest.raises(NothingAnswers) as raised:
            list(LLMAnswerer(settings).answer(parse(), HITS, ()))
    message = str(raised.value)
    assert f"nothing answers at http://{address}" in message
    assert "500" not in message.replace(address, "")
    assert "secret" not in message
    assert_one_clear_line(message, model)


def test_a_host_that_nobody_knows_does_not_answer() -> None:
    settings = replace(make_settings(), api_base="http://no-such-host.invalid/v1")
    with pytest.raises(NothingAnswers, match=r"nothing answers at http://no-such-host\.invalid/v1"):
        list(LLMAnswerer(settings).answer(parse(), HITS, ()))


def test_too_long_a_prompt_names_the_setting_to_lower() -> None:
    script = fail(400, "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens.")
    message, _ = fail_with(script)
    assert "`passages`" in message
    assert_one_clear_line(message)


def test_a_silent_model_is_given_up_on() -> None:
    message, drafts = fail_with(hang(), seconds=0.3)
    assert "0.3 seconds" in message
    assert "`timeout_seconds`" in message
    assert_one_clear_line(message)
    assert drafts == []


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (send_html(), "empty reply"),
        (send_broken_events(), "can't be read"),
        (say(""), "empty reply"),
        (say(" \n\n "), "empty reply"),
        (say("[1][2]"), "empty reply"),
        (say("** **"), "empty reply"),
        (say_chunks(ending="quiet"), "empty reply"),
        (say_chunks(ending="cut"), "broke off"),
    ],
)
def test_an_answer_without_a_word_is_an_error(script: Reply, says: str) -> None:
    message, drafts = fail_with(script, asked=2 if says == "empty reply" else 1)
    assert says in message
    assert_one_clear_line(message)
    assert not [d for d in drafts if d.sentences]


@pytest.mark.parametrize("ending", ["cut", "quiet", "hang"])
def test_what_came_before_the_end_of_a_stream_was_given(ending: str) -> None:
    script = Reply(("Niger ended the accord [1]. ", "It was"), ending)  # type: ignore[arg-type]
    message, drafts = fail_with(script, seconds=1.0)
    assert ("did not answer" if ending == "hang" else "broke off") in message
    assert_one_clear_line(message)
    assert [s.text for s in drafts[-1].sentences] == ["Niger ended the accord.", "It was"]
    assert drafts[-1].citations[0].hit == HITS[0]


def test_an_address_where_nobody_listens() -> None:
    with serve_script(say("unused")) as llm:
        settings = make_settings(llm)
    with pytest.raises(DatelineError) as raised:
        list(LLMAnswerer(settings).answer(parse(), HITS, ()))
    assert_one_clear_line(str(raised.value))


@pytest.mark.parametrize("model", ["nonsense", "nonsense/model", "", "open ai/x"])
def test_a_model_that_nobody_knows_is_named(model: str) -> None:
    with pytest.raises(DatelineError) as raised:
        list(LLMAnswerer(make_settings(model=model)).answer(parse(), HITS, ()))
    assert "does not know the model" in str(raised.value)
    assert_one_clear_line(str(raised.value), repr(model))


@pytest.mark.parametrize(
    ("model", "variable"),
    [("openai/gpt-4o-mini", "OPENAI_API_KEY"), ("anthropic/claude-3-haiku-20240307", "ANTHROPIC_API_KEY")],
)
def test_a_missing_key_is_named(model: str, variable: str) -> None:
    with pytest.raises(DatelineError) as raised:
        list(LLMAnswerer(make_settings(model=model)).answer(parse(), HITS, ()))
    assert f"Set {variable}" in str(raised.value)
    assert_one_clear_line(str(raised.value), model)


def test_the_key_goes_to_the_server_and_not_into_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serve_script(fail(401, f"Incorrect API key provided: {KEY}")) as llm:
        with pytest.raises(DatelineError) as raised:
            list(LLMAnswerer(make_settings(llm)).answer(parse(), HITS, ()))
        assert llm.headers[0]["authorization"] == f"Bearer {KEY}"
    assert KEY not in str(raised.value)


def test_a_server_of_ones_own_needs_no_key() -> None:
    with serve_script(say("Niger ended it [1].")) as llm:
        drafts = list(LLMAnswerer(make_settings(llm)).answer(parse(), HITS, ()))
    assert drafts[-1].sentences
