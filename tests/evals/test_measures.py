"""Measures against their definitions, worked out here a second time."""

from __future__ import annotations

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.measures.answers import (
    holds_any,
    score_exact_quotes,
    score_inclusion,
    score_right_quote,
    score_sentences,
)
from evals.measures.refusals import Refusal, precision_and_recall
from evals.measures.retrieval import score_rankings
from index import Hit, Passage
from index.identify import make_article
from rag import Answer, Citation, Quote, Sentence

ARTICLES = st.lists(st.sampled_from("abcdefghijklmnop"), unique=True, max_size=16)


@given(ARTICLES, st.sets(st.sampled_from("abcdefghijklmnop"), min_size=1, max_size=6))
def test_rankings_are_scored_as_the_field_defines_it(ranking: list[str], relevant: set[str]) -> None:
    found = {name: s["q"] for name, s in score_rankings({"q": ranking}, {"q": sorted(relevant)}).items()}
    gains = [1 / log2(rank + 1) for rank, article in enumerate(ranking[:10], start=1) if article in relevant]
    ideal = [1 / log2(rank + 1) for rank in range(1, min(len(relevant), 10) + 1)]
    first = next((rank for rank, article in enumerate(ranking[:10], start=1) if article in relevant), None)
    assert found["ndcg@10"] == pytest.approx(sum(gains) / sum(ideal))
    assert found["recall@5"] == pytest.approx(len(relevant & set(ranking[:5])) / len(relevant))
    assert found["mrr@10"] == pytest.approx(1 / first if first else 0.0)


def test_a_question_that_a_run_missed_scores_zero() -> None:
    scores = score_rankings({"asked": ["a"]}, {"asked": ["a"], "missed": ["a"]})
    assert scores["ndcg@10"] == {"asked": 1.0, "missed": 0.0}


@pytest.mark.parametrize(
    ("text", "words", "held"),
    [
        ("More than 1,000 troops", ["1,000"], True),
        ("More than 11,000 troops", ["1,000"], False),
        ("Itté left", ["itte"], True),
        ("the junta’s decision", ["junta's decision"], True),
        ("Chadian soldiers", ["Chad"], False),
        ("at a cost of about $110 million", ["$110 million"], True),
        ("", ["x"], False),
    ],
)
def test_words_are_found_whole(text: str, words: list[str], held: bool) -> None:
    assert holds_any(text, words) is held


def make_answer(*, refused: bool = False) -> Answer:
    article = make_article("Anna left. Bob stayed. Carl came.", id="a", title="News")
    hit = Hit(Passage("a:0", "a", 0, 0, 33, article.text), article, 1, 1.0)
    citation = Citation(1, hit, (Quote(0, 10),))
    other = Citation(2, hit, (Quote(11, 22),))
    sentences = () if refused else (Sentence("Anna left.", (1,)), Sentence("Anna and Bob.", (2,)))
    return Answer(
        "Who left?", "Who left?", "offline", sentences=sentences, citations=(citation, other), refused=refused
    )


def test_an_answer_is_right_where_it_and_its_quote_hold_the_words() -> None:
    answer = make_answer()
    assert score_inclusion(answer, ["Anna"]) == 1.0
    assert score_right_quote(answer, ["Anna"]) == 1.0
    assert score_sentences(answer, ["Anna"]) == 0.5
    assert score_right_quote(answer, ["and Bob"]) == 0.0
    assert score_inclusion(answer, ["Carl"]) == 0.0


def test_a_refusal_is_no_answer() -> None:
    answer = make_answer(refused=True)
    assert score_inclusion(answer, ["Anna"]) == 0.0
    assert score_sentences(answer, ["Anna"]) is None


def test_quotes_outside_their_passage_are_not_exact() -> None:
    answer = make_answer()
    hit = answer.citations[0].hit
    outside = Hit(Passage("a:1", "a", 1, 11, 22, "Bob stayed."), hit.article, 1, 1.0)
    assert score_exact_quotes(answer) == 1.0
    astray = Answer("q", "q", "m", citations=(answer.citations[0], Citation(2, outside, (Quote(0, 10),))))
    assert score_exact_quotes(astray) == 0.5


@given(st.lists(st.builds(Refusal, st.booleans(), st.booleans())))
def test_precision_and_recall_of_refusing(refusals: list[Refusal]) -> None:
    precision, recall = precision_and_recall(refusals)
    right = len([r for r in refusals if r == Refusal(True, True)])
    wrong = len([r for r in refusals if r == Refusal(False, True)])
    missed = len([r for r in refusals if r == Refusal(True, False)])
    assert precision == (pytest.approx(right / (right + wrong)) if right + wrong else None)
    assert recall == (pytest.approx(right / (right + missed)) if right + missed else None)
