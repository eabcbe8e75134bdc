"""`ask` with an LLM: what providers do wrong is one line, and what they do right is an answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from socket import socket

import pytest

from tests.cli.running import Run, assert_one_line, dateline, dateline_here
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

KEY = "sk-very-secret-0123456789"
WHY = "why did Niger revoke the deal?"
ANSWER = say("It was unfair [1]. Everybody knows. Truly [9].")
SCRIPTS: dict[str, tuple[Reply, tuple[str, ...]]] = {
    "401": (fail(401, f"Incorrect API key provided: {KEY}"), ("--json",)),
    "429": (fail(429), ("--json",)),
    "500": (fail(500), ()),
    "garbage": (send_html(), ()),
    "nothing": (hang(), ("--json",)),
    "answer": (ANSWER, ()),
    "answer --json": (ANSWER, ("--json",)),
}
IN_PROCESSES = ("401", "answer", "answer --json")


def ask_scripted(home: Path, script: Reply, args: tuple[str, ...], run_command: Callable[..., Run] = dateline) -> Run:
    """Ask the scripted server."""
    with serve_script(script) as llm:
        environment = {
            "DATELINE_API_BASE": llm.url,
            "DATELINE_TIMEOUT_SECONDS": "1" if script.ending == "hang" else "60",
            "DATELINE_MODEL": MODEL,
            "DATELINE_FALLBACK": "none",
            "DATELINE_RETRIES": "0",
            "OPENAI_API_KEY": KEY,
        }
        run = run_command("ask", WHY, *args, cwd=home, env=environment)
        assert len(llm.requests) == (2 if "empty reply" in run.err else 1), run
    return run


@pytest.fixture(scope="module")
def asked(home: Path) -> dict[str, Run]:
    """The question put to each script: three of them to real processes, each of which loads litellm."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        waiting = {name: pool.submit(ask_scripted, home, *SCRIPTS[name]) for name in IN_PROCESSES}
        runs = {name: run.result() for name, run in waiting.items()}
    for name in SCRIPTS.keys() - runs.keys():
        runs[name] = ask_scripted(home, *SCRIPTS[name], dateline_here)
    for model in ("nonsense", "openai/gpt-4o-mini"):
        runs[model] = dateline_here("ask", WHY, "--model", model, cwd=home)
    return runs


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("401", "refused the key (401)"),
        ("429", "Wait, and ask again"),
        ("500", "failed (500)"),
        ("garbage", "Ask again"),
        ("nothing", "`timeout_seconds`"),
    ],
)
def test_a_provider_that_fails_is_one_line(asked: dict[str, Run], script: str, says: str) -> None:
    assert_one_line(asked[script], 1, MODEL, says)


def test_the_key_is_never_shown(asked: dict[str, Run]) -> None:
    assert not [name for name, run in asked.items() if KEY in run.out + run.err]


def test_a_model_that_nobody_knows(asked: dict[str, Run]) -> None:
    assert_one_line(asked["nonsense"], 1, "'nonsense'", "openai/gpt-4o-mini")


def test_a_missing_key_is_named(asked: dict[str, Run]) -> None:
    assert_one_line(asked["openai/gpt-4o-mini"], 1, "openai/gpt-4o-mini", "Set OPENAI_API_KEY")


def test_an_answer_is_one_document(asked: dict[str, Run]) -> None:
    run = asked["answer --json"]
    assert (run.code, run.err) == (0, "")
    answer = run.json()
    assert answer["model"] == MODEL
    assert [s["citations"] for s in answer["sentences"]] == [[1], [], []]
    assert answer["unresolved"] == ["[9]"]


def test_an_answer_in_the_terminal_warns_of_what_it_lacks(asked: dict[str, Run]) -> None:
    run = asked["answer"]
    assert run.code == 0
    assert "It was unfair. [1] Everybody knows. Truly." in run.out
    assert "cited passages that don't exist: [9]" in run.out
    assert "Cites nothing: “Everybody knows.”\nCites nothing: “Truly.”" in run.out
    assert ("Not supported by its source: “It was unfair.”" in run.out) == (
        asked["answer --json"].json()["sentences"][0]["verdict"] == "unsupported"
    )
    assert "“" in run.out


def test_every_sentence_has_a_verdict(asked: dict[str, Run]) -> None:
    sentences = asked["answer --json"].json()["sentences"]
    assert [s["verdict"] for s in sentences[1:]] == ["unsupported", "unsupported"]
    assert all(0 <= s["support"] <= 1 for s in sentences)
    assert sentences[1]["reasons"] == ["it cites nothing"]


UNUSABLE: dict[str, Reply] = {
    "empty": say(""),
    "a page": send_html(),
    "torn": send_broken_events(),
    "cut": say_chunks("It was called unfair [1]. And ", "then ", ending="cut"),
    "no end": say_chunks("It was called unfair [1]. And ", ending="quiet"),
    "invented markers": say("It was unfair [99]."),
    "cites nothing": say("It was unfair."),
    "the question": say(WHY),
    "signs": say("<|im_start|>assistant\x1b[31m\u202e"),
}


@pytest.mark.parametrize("reply", UNUSABLE)
@pytest.mark.parametrize(
    ("question", "fallback", "code"),
    [(WHY, "none", 1), (WHY, "offline", 0), ("Who won the women's marathon at the Paris Olympics?", "offline", 3)],
)
def test_an_unusable_reply_ends_with_the_documented_code(
    home: Path, reply: str, question: str, fallback: str, code: int
) -> None:
    with serve_script(UNUSABLE[reply]) as llm:
        environment = {
            "DATELINE_API_BASE": llm.url,
            "DATELINE_MODEL": MODEL,
            "DATELINE_FALLBACK": fallback,
            "DATELINE_RETRIES": "0",
            "OPENAI_API_KEY": KEY,
        }
        run = dateline_here("ask", question, cwd=home, env=environment)
    if code == 1:
        assert_one_line(run, 1, MODEL, "--model offline")
    else:
        assert (run.code, run.err) == (code, "")
        assert "The answer is the offline one instead." in " ".join(run.out.split())


def test_a_server_that_is_not_there_is_named(home: Path) -> None:
    with socket() as free:  # bound and not listening: whoever knocks is turned away
        free.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
        environment = {"DATELINE_API_BASE": base, "DATELINE_MODEL": MODEL, "DATELINE_RETRIES": "0"}
        run = dateline_here("ask", WHY, cwd=home, env={**environment, "DATELINE_FALLBACK": "none"})
        assert_one_line(run, 1, f"nothing answers at {base}", MODEL)
        assert "500" not in run.err.replace(base, "")
        instead = dateline_here("ask", WHY, cwd=home, env=environment)
    assert (instead.code, instead.err) == (0, "")
    assert f"Nothing answers at {base}" in " ".join(instead.out.split())


def test_a_model_that_fails_leaves_the_offline_answer(home: Path) -> None:
    with serve_script(fail(401)) as llm:
        environment = {"DATELINE_API_BASE": llm.url, "DATELINE_MODEL": MODEL, "OPENAI_API_KEY": KEY}
        run = dateline("ask", WHY, cwd=home, env=environment)
    assert run.code == 0
    assert "The answer is the offline one instead." in run.out
    assert KEY not in run.out + run.err
