"""What LLMAnswerer makes of replies, over real HTTP."""

from __future__ import annotations

import threading

import pytest

from rag.llm.llm_answerer import LLMAnswerer
from rag.records import REFUSAL_MARK
from tests.rag.material import ACCORD, HITS, assert_exact, draft_with, finish_with, make_settings, parse
from tests.scripted_llm import PROMPT_TOKENS, Reply, refuse, say, say_chunks, serve_script


def test_a_draft_comes_before_the_reply_is_complete() -> None:
    gate = threading.Event()
    script = say_chunks("Niger ended the accord [1]. ", "It was unfair [1].", gate=gate)
    with serve_script(script) as llm:
        drafts = LLMAnswerer(make_settings(llm)).answer(parse(), HITS, ())
        first = next(drafts)
        assert llm.completed == 0, "the first draft waited for the whole reply"
        gate.set()
        rest = list(drafts)
    assert [s.text for s in first.sentences] == ["Niger ended the accord."]
    assert [s.text for s in rest[-1].sentences] == ["Niger ended the accord.", "It was unfair."]


def test_markers_resolve_to_passages_and_exact_quotes() -> None:
    draft = finish_with(say("The accord was called unfair and imposed [1]. Some 1,000 soldiers had served [2]."))
    assert [s.citations for s in draft.sentences] == [(1,), (2,)]
    assert [c.hit for c in draft.citations] == [HITS[0], HITS[1]]
    assert draft.citations[0].quoted() == ("A spokesman called the accord unfair and imposed.",)
    assert draft.citations[1].quoted() == ("Some 1,000 soldiers had served at two bases.",)
    assert_exact(draft.citations)


def test_citations_are_numbered_in_the_order_in_which_they_first_appear() -> None:
    draft = finish_with(say("Farmers miss the base [3]. The accord is over [1]. The farmers said so [3][1]."))
    assert [s.citations for s in draft.sentences] == [(1,), (2,), (1, 2)]
    assert [(c.marker, c.hit) for c in draft.citations] == [(1, HITS[2]), (2, HITS[0])]
    assert_exact(draft.citations)


def test_a_passage_cited_for_two_sentences_keeps_both_quotes_in_order() -> None:
    draft = finish_with(say("He read the statement on television [1]. Niger ended its military accord [1]."))
    (citation,) = draft.citations
    assert citation.quoted() == (
        "Niger ended its military accord with the United States on Saturday.",
        "He read the statement on television.",
    )


@pytest.mark.parametrize(
    ("reply", "cited", "unresolved"),
    [
        ("Niger ended the accord [9].", [()], ("[9]",)),
        ("Niger ended the accord [0].", [()], ("[0]",)),
        ("Niger ended the accord [1][9]. It was unfair [9][77].", [(1,), ()], ("[9]", "[77]")),
        ("Niger ended the accord [1, 9].", [(1,)], ("[9]",)),
        ("Niger ended the accord [2-5].", [(1, 2)], ("[4]", "[5]")),
    ],
)
def test_invented_markers_are_kept(reply: str, cited: list[tuple[int, ...]], unresolved: tuple[str, ...]) -> None:
    draft = finish_with(say(reply))
    assert [s.citations for s in draft.sentences] == cited
    assert draft.unresolved == unresolved
    assert all("[" not in s.text for s in draft.sentences)


@pytest.mark.parametrize(
    "marker", ["[1, 2]", "[1-2]", "[1–2]", "[1;2]", "[1 and 2]", "[1][2]", "【1】【2】", "[1] [2]"]
)
def test_joined_markers_name_each_passage(marker: str) -> None:
    draft = finish_with(say(f"The soldiers had to leave {marker}."))
    assert [(s.text, s.citations) for s in draft.sentences] == [("The soldiers had to leave.", (1, 2))]
    assert [c.hit for c in draft.citations] == list(HITS[:2])


@pytest.mark.parametrize("size", [1, 2, 3])
def test_no_draft_shows_half_a_marker(size: int) -> None:
    drafts = draft_with(say("The accord is over [1 and 2]. Farmers will miss the base 【3】.", size))
    shown = {s.text for d in drafts for s in d.sentences}
    assert not [text for text in shown if "[" in text or "【" in text or "]" in text]
    assert [s.citations for s in drafts[-1].sentences] == [(1, 2), (3,)]


def test_a_sentence_that_cites_nothing_has_no_citations() -> None:
    draft = finish_with(say("Niger ended the accord [1]. Everybody was surprised."))
    assert [(s.text, s.citations) for s in draft.sentences] == [
        ("Niger ended the accord.", (1,)),
        ("Everybody was surprised.", ()),
    ]
    assert draft.sentences[1].verdict == "unchecked"
    assert draft.sentences[1].support is None


@pytest.mark.parametrize("reply", ["2012. [1]", "In 2012 [1].", "- In 2012 [1].", "1. In 2012 [1]", "**In 2012** [1]."])
def test_a_short_reply_keeps_its_words(reply: str) -> None:
    (sentence,) = finish_with(say(reply)).sentences
    assert "2012" in sentence.text
    assert sentence.text[0] not in "-*1"
    assert sentence.citations == (1,)


def test_tokens_are_those_that_the_server_counted() -> None:
    reply = say("Niger ended the accord [1].")
    draft = finish_with(reply)
    assert (draft.prompt_tokens, draft.completion_tokens) == (PROMPT_TOKENS, len(reply.chunks))
    assert draft.cost_usd is None, "nobody knows the price of this model"


@pytest.mark.parametrize("reply", [say("Niger ended it [1]."), refuse("the reason")])
def test_a_model_with_a_price_costs_something_also_where_it_refuses(reply: Reply) -> None:
    draft = draft_with(reply, model="openai/gpt-4o-mini")[-1]
    assert draft.cost_usd is not None
    assert 0 < draft.cost_usd < 0.01


@pytest.mark.parametrize(
    ("reply", "missing"),
    [
        (f"{REFUSAL_MARK}: who won the race.", "who won the race"),
        (f"{REFUSAL_MARK}", ""),
        (f"**{REFUSAL_MARK}**: who won", "who won"),
        (f"{REFUSAL_MARK.lower()}: who won", "who won"),
        (f"{REFUSAL_MARK}: who won [1].", "who won"),
    ],
)
def test_a_refusal_in_the_agreed_words_never_shows_as_an_answer(reply: str, missing: str) -> None:
    drafts = draft_with(say(reply, 2))
    assert drafts[-1].refused
    assert drafts[-1].missing == missing
    assert not [d for d in drafts if d.sentences]
    assert drafts[-1].citations == ()
    assert drafts[-1].hits == HITS


@pytest.mark.parametrize(
    "reply",
    [
        "I don't know.",
        "I cannot answer that from the passages.",
        "The articles do not mention the marathon.",
        "Unfortunately, the provided passages do not contain any of this.",
        "There is no information about the marathon.",
    ],
)
def test_a_refusal_in_free_words_is_one(reply: str) -> None:
    draft = finish_with(say(reply))
    assert draft.refused
    assert draft.sentences == ()


def test_a_cited_answer_that_says_what_it_lacks_is_no_refusal() -> None:
    draft = finish_with(say("Niger ended the accord [1]. The articles do not say who advised it."))
    assert not draft.refused
    assert [sentence.gap for sentence in draft.sentences] == [False, True]


def test_a_sentence_that_cites_is_no_gap() -> None:
    draft = finish_with(say("Niger ended the accord [1]. The spokesman did not say who advised it [1]."))
    assert not any(sentence.gap for sentence in draft.sentences)


def test_a_refusal_keeps_invented_markers() -> None:
    assert finish_with(say(f"{REFUSAL_MARK}: see [44].")).unresolved == ("[44]",)


def test_quoted_words_become_the_quote() -> None:
    draft = finish_with(say('A farmer said "We will miss the market" [3].'))
    assert draft.citations[0].quoted() == ("We will miss the market",)
    assert_exact(draft.citations)


def test_hits_are_given_back_as_they_were_handed_in() -> None:
    assert all(d.hits == HITS for d in draft_with(say("Niger ended the accord [1].")))
    assert HITS[0].article == ACCORD
