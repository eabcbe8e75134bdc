"""A reply that is no answer: the model is asked once more, then another answers, and says so. Over real HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from index import DatelineError, Library
from rag import Answer, Complete, ask, stream
from rag.assemble import make_answerer
from rag.llm.llm_answerer import LLMAnswerer
from rag.llm.no_answer import strip_turns
from rag.llm.prompt import RULES
from rag.provider.provider import Provider
from rag.records import REFUSAL_MARK
from rag.settings import OFFLINE, Settings
from tests.rag.material import HITS, QUESTION, make_settings, parse
from tests.scripted_llm import MODEL, PROMPT_TOKENS, Reply, ScriptedLLM, fail, refuse, say, serve_script

NO_ANSWERS = (
    ("It was unfair. Everybody knows that.", "cited nothing"),
    ("It was unfair [77]. It ended [0].", "cited only passages that don't exist"),
    ("", "gave an empty reply"),
    ("[1][2]", "gave an empty reply"),
    ("… [1]", "gave an empty reply"),
    ("<|im_start|>assistant\n<|im_end|>", "gave an empty reply"),
    ("<|im_start|>assistant\n[1]", "gave an empty reply"),
    ("[INST] [/INST]", "gave an empty reply"),
    ("<s>[INST] <<SYS>> <</SYS>> [/INST]</s>", "gave an empty reply"),
    ("<start_of_turn>model\n<end_of_turn>", "gave an empty reply"),
    (f"{QUESTION} [1]", "only repeated the question"),
    (f"Question: {QUESTION.upper()} [1] {QUESTION}", "only repeated the question"),
    (RULES.splitlines()[3], "only repeated its own rules"),
    (RULES.partition("Rules:")[0], "only repeated its own rules"),
)
GOOD = say("Niger ended the accord [1].")


def reply_in_turn(*replies: Reply) -> Callable[[dict[str, Any]], Reply]:
    """A script that gives each request the next reply."""
    waiting = iter(replies)
    return lambda request: next(waiting)


@pytest.mark.parametrize(("reply", "lack"), NO_ANSWERS)
def test_the_offline_answer_comes_in_its_place_and_says_why(quick_library: Library, reply: str, lack: str) -> None:
    with serve_script(say(reply)) as llm:
        answer = ask(quick_library, QUESTION, settings=make_settings(llm))
        assert len(llm.requests) == 2
    assert answer.model == OFFLINE
    assert answer.text() == ask(quick_library, QUESTION, settings=Settings()).text()
    assert answer.warnings == (
        f"The model {MODEL} {lack}, asked twice. Ask again, or try another model. "
        "The answer is the offline one instead.",
    )
    assert answer.unresolved == ()


@pytest.mark.parametrize(("reply", "lack"), NO_ANSWERS)
def test_a_second_reply_that_is_an_answer_counts(reply: str, lack: str) -> None:
    with serve_script(reply_in_turn(say(reply), GOOD)) as llm:
        drafts = list(LLMAnswerer(make_settings(llm)).answer(parse(), HITS, ()))
        first, second = ([m["content"] for m in request["messages"]] for request in llm.requests)
    assert [(s.text, s.citations) for s in drafts[-1].sentences] == [("Niger ended the accord.", (1,))]
    assert drafts[-1].warnings == ()
    assert drafts[-1].prompt_tokens == 2 * PROMPT_TOKENS
    assert drafts[-1].completion_tokens == len(say(reply).chunks) + len(GOOD.chunks)
    assert second[:-1] == first[:-1]
    reminder = second[-1].removeprefix(first[-1])
    assert reminder.strip().endswith("number in square brackets.")
    assert len(reminder) < 150


def test_what_was_streamed_of_a_rejected_reply_goes_before_the_next_one_comes(quick_library: Library) -> None:
    with serve_script(reply_in_turn(say("Nobody knows anything. Really.", 4), GOOD)) as llm:
        answers = list(stream(quick_library, QUESTION, settings=make_settings(llm)))
    texts = [answer.text() for answer in answers]
    assert "Nobody knows anything. Really." in texts
    gone = len(texts) - texts[::-1].index("Nobody knows anything. Really.")
    assert texts[gone] == ""
    assert all("Niger ended the accord.".startswith(text) for text in texts[gone:])
    assert answers[-1].text() == "Niger ended the accord."
    assert answers[-1].sentences[0].citations == (1,)


def ask_priced(library: Library, llm: ScriptedLLM, **more: Any) -> Answer:
    """Ask as a model whose price is known."""
    return ask(library, QUESTION, settings=replace(make_settings(llm, "openai/gpt-4o-mini"), **more))


@pytest.mark.parametrize(
    ("second", "requests"), [(GOOD, 2), (say("It was so."), 2), (fail(401), 1)], ids=["good", "no answer", "fails"]
)
def test_tokens_and_dollars_are_those_of_all_replies(quick_library: Library, second: Reply, requests: int) -> None:
    with serve_script(GOOD) as llm:
        once = ask_priced(quick_library, llm)
    with serve_script(reply_in_turn(say("It was so."), second)) as llm:
        answer = ask_priced(quick_library, llm)
    assert answer.prompt_tokens == requests * PROMPT_TOKENS
    assert once.cost_usd is not None
    assert answer.cost_usd is not None
    assert answer.cost_usd == pytest.approx(requests * once.cost_usd, rel=0.1)
    assert (answer.model == OFFLINE) == (second is not GOOD)


def test_another_model_comes_before_the_offline_answer_and_all_of_it_counts(quick_library: Library) -> None:
    with serve_script(say("It was so.")) as first, serve_script(GOOD) as second:
        settings = replace(make_settings(first), fallback="openai/second", fallback_api_base=second.url)
        answer = ask(quick_library, QUESTION, settings=settings)
    assert answer.model == "openai/second"
    assert answer.prompt_tokens == 3 * PROMPT_TOKENS
    (warning,) = answer.warnings
    assert "cited nothing, asked twice" in warning
    assert warning.endswith("openai/second answers instead.")


@pytest.mark.parametrize(
    "reply", [refuse("who won"), say("I don't know."), say(f"<|im_start|>assistant\n{REFUSAL_MARK}")]
)
def test_a_refusal_stays_one_and_is_not_asked_again(quick_library: Library, reply: Reply) -> None:
    with serve_script(reply) as llm:
        answer = ask(quick_library, QUESTION, settings=make_settings(llm))
        assert len(llm.requests) == 1
    assert answer.refused
    assert answer.model == MODEL
    assert answer.warnings == ()


@pytest.mark.parametrize(
    "reply", ["2023 [1].", "Yes [1].", "Nobody knows. It was unfair [1].", f"{QUESTION} It was unfair [1]."]
)
def test_an_answer_that_cites_is_not_asked_again(quick_library: Library, reply: str) -> None:
    with serve_script(say(reply)) as llm:
        answer = ask(quick_library, QUESTION, settings=make_settings(llm))
        assert len(llm.requests) == 1
    assert answer.model == MODEL


def test_where_no_fallback_is_wanted_it_is_an_error(quick_library: Library) -> None:
    with serve_script(say("It was so.")) as llm, pytest.raises(DatelineError, match="cited nothing, asked twice"):
        ask(quick_library, QUESTION, settings=replace(make_settings(llm), fallback="none"))


def test_both_replies_together_have_the_time_of_one_answer() -> None:
    def say_slowly(request: dict[str, Any]) -> Reply:
        time.sleep(1.0)
        return GOOD if "square brackets." in request["messages"][-1]["content"] else say("It was so.")

    with serve_script(say_slowly) as llm:
        assert list(LLMAnswerer(make_settings(llm)).answer(parse(), HITS, ()))[-1].citations  # all is loaded
        slow = LLMAnswerer(replace(make_settings(llm), answer_seconds=1.6))
        with pytest.raises(DatelineError, match=r"longer than 1\.6 seconds"):
            list(slow.answer(parse(), HITS, ()))


def ask_given(library: Library, llm: ScriptedLLM) -> Answer:
    """Ask with a `complete` of one's own, as evals do."""
    settings = make_settings(llm)
    complete: Complete = Provider(settings, library.folder)
    return ask(library, QUESTION, settings=settings, answerer=make_answerer(library, settings, complete))


def test_who_gives_the_replies_gets_the_uncited_one_with_a_warning(quick_library: Library) -> None:
    with serve_script(say("It was so. Really [42].")) as llm:
        answer = ask_given(quick_library, llm)
        assert len(llm.requests) == 2
        assert answer.model == MODEL
        assert [(s.text, s.verdict) for s in answer.sentences] == [
            ("It was so.", "unsupported"),
            ("Really.", "unsupported"),
        ]
        assert answer.unresolved == ("[42]",)
        assert answer.warnings == ("The model cited only passages that don't exist, asked twice.",)
        llm.script = say("")
        with pytest.raises(DatelineError, match="empty reply"):
            ask_given(quick_library, llm)


def test_signs_of_chat_templates_are_no_part_of_an_answer() -> None:
    said = "<|start_header_id|>assistant<|end_header_id|>\n\nNiger ended it [1].<|eot_id|>"
    assert strip_turns(said).split() == ["Niger", "ended", "it", "[1]."]
    assert strip_turns("It rose <|im_en").split() == ["It", "rose"]
    plain = "It is <b> and a | b <, as of [1] 2 < 3."
    assert strip_turns(plain) == plain
