"""What counts as a refusal: a model's "I don't know" in the usual words, cited or not, and nothing else."""

from __future__ import annotations

import pytest

from rag.english.gate import is_unsure
from rag.llm.markers import read_marked
from rag.llm.refusal import read_refusal, starts_refusal
from rag.records import Sentence
from tests.rag.material import finish_with
from tests.scripted_llm import say

REFUSALS = (
    "I don't know.",
    "I don’t know [1].",
    "I do not know who won.",
    "I'm sorry, but I can't answer that.",
    "I am not able to answer this question from the passages [1][2].",
    "I cannot find that in the articles.",
    "I couldn't find any mention of the marathon.",
    "The articles do not say.",
    "The passages don't mention who won the marathon [1].",
    "The provided passages do not contain any information about the marathon [1][2].",
    "None of the passages mentions the marathon.",
    "None of these articles answers the question [3].",
    "There is no information about the marathon in the passages.",
    "There is no mention of it.",
    "No information is available on this.",
    "It is not mentioned in the articles.",
    "That is not stated in the provided passages.",
    "It is unclear who won.",
    "This cannot be determined from the passages.",
    "The context does not provide enough detail to answer.",
    "There isn't enough information; the sources do not say.",
    "Insufficient information.",
    "Unfortunately, the passages don't say who won. They focus on Niger [1].",
    "The passages do not mention it. They only discuss the withdrawal of troops [1][2].",
    "Unknown.",
    "Not specified.",
    "The articles are silent on that.",
    "I was unable to find an answer.",
    "We cannot tell from these passages.",
)
ANSWERS = (
    "Niger ended the accord [1].",
    "A spokesman said that he did not know of the accord [1].",
    "The general said the accord does not bind Niger [1].",
    "The soldiers did not leave before September [2].",
    "No soldiers were hurt [2].",
    "There is no base left in Niger [2].",
    "Niger ended the accord [1]. The articles do not say who advised it.",
    "Unable to pay, the farmers sold their land [3].",
)


@pytest.mark.parametrize("reply", REFUSALS)
def test_the_usual_words_are_a_refusal(reply: str) -> None:
    draft = finish_with(say(reply))
    assert draft.refused, draft.sentences
    assert draft.sentences == ()
    assert draft.citations == ()


@pytest.mark.parametrize("reply", ANSWERS)
def test_an_answer_with_a_denial_is_none(reply: str) -> None:
    draft = finish_with(say(reply))
    assert not draft.refused
    assert draft.sentences


@pytest.mark.parametrize("reply", REFUSALS)
def test_a_refusal_among_answers_is_a_part_of_one(reply: str) -> None:
    sentences = [Sentence("Niger ended the accord.", (1,)), *(Sentence(m.text) for m in read_marked(reply))]
    assert read_refusal(f"Niger ended the accord [1]. {reply}", sentences) is None


@pytest.mark.parametrize("so_far", ["N", "NOT IN", "**NOT IN THE", "not in the articles: who"])
def test_the_agreed_words_are_seen_coming(so_far: str) -> None:
    assert starts_refusal(so_far)
    assert not starts_refusal("Niger ended it")


def test_who_is_unsure() -> None:
    assert is_unsure("The articles don't say who advised it.")
    assert not is_unsure("The minister doesn't know the general.")
