"""Measures against their definitions, worked out here a second time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from math import log2
from typing import Any

import pytest
from hypothesis import given, strategies as st

from evals.measures import alce, answers, citations, confidence, evidence, reading, refusals, spans
from evals.measures.measure import Unscored
from evals.measures.retrieval import score_ranking
from evals.measures.squad import holds_any, normalise, score_exact_match, score_token_f1
from evals.records import Fact
from evals.rows import (
    AnswerRow,
    KeptAnswer,
    KeptArticle,
    KeptCitation,
    KeptPassage,
    KeptQuote,
    KeptSentence,
    KeptWords,
    RankedPassage,
)
from index import Article
from index.identify import make_article
from index.text.passages import split_passages

NAMES = "abcdefghijklmnop"
RANKINGS = st.lists(st.sampled_from(NAMES), unique=True, max_size=16)
GRADES = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 3), min_size=1, max_size=6)


@given(RANKINGS, GRADES)
def test_rankings_are_scored_as_the_field_defines_it(ranking: list[str], grades: dict[str, int]) -> None:
    found = score_ranking(ranking, grades)
    gains = [grades.get(name, 0) / log2(rank + 1) for rank, name in enumerate(ranking[:10], start=1)]
    best = sorted(grades.values(), reverse=True)[:10]
    ideal = [grade / log2(rank + 1) for rank, grade in enumerate(best, start=1)]
    places = [rank for rank, name in enumerate(ranking, start=1) if name in grades]
    assert found["ndcg@10"] == pytest.approx(sum(gains) / sum(ideal))
    assert found["recall@5"] == pytest.approx(len(grades.keys() & set(ranking[:5])) / len(grades))
    assert found["recall@10"] == pytest.approx(len(grades.keys() & set(ranking[:10])) / len(grades))
    assert found["mrr@10"] == pytest.approx(1 / places[0] if places and places[0] <= 10 else 0.0)
    assert found["success@1"] == float(bool(places) and places[0] == 1)
    assert found["success@5"] == float(bool(places) and places[0] <= 5)
    assert found["map"] == pytest.approx(sum(n / rank for n, rank in enumerate(places, start=1)) / len(grades))


def test_a_question_that_a_run_missed_scores_zero() -> None:
    assert score_ranking(["a"], {"a": 1})["ndcg@10"] == 1.0
    assert set(score_ranking([], {"a": 1}).values()) == {0.0}


# SQuAD


def squad_words(text: str) -> list[str]:
    """What the official script makes of a text, character by character."""
    kept = "".join(c for c in text.lower() if c not in r"""!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~""")
    return [w for w in re.split(r"\s+", re.sub(r"(?<!\w)(?:the|an|a)(?!\w)", " ", kept)) if w]


def squad_f1(said: list[str], expected: list[str]) -> float:
    if not said or not expected:
        return float(said == expected)
    left = list(expected)
    same = 0
    for word in said:
        if word in left:
            left.remove(word)
            same += 1
    precision, recall = same / len(said), same / len(expected)
    return 0.0 if same == 0 else 2 * precision * recall / (precision + recall)


TEXTS = st.lists(
    st.sampled_from("the a an The cracks Cracks, 1,000 U.S. Dahl's pillar - (in) Ünal “so” theatre".split()), max_size=8
).map(" ".join)


@given(TEXTS | st.text(max_size=30), st.lists(TEXTS | st.text(max_size=30), min_size=1, max_size=3))
def test_exact_match_and_f1_are_squads(said: str, expected: list[str]) -> None:
    assert normalise(said).split() == squad_words(said)
    assert score_exact_match(said, expected) == float(any(squad_words(said) == squad_words(e) for e in expected))
    assert score_token_f1(said, expected) == pytest.approx(
        max(squad_f1(squad_words(said), squad_words(e)) for e in expected)
    )


@pytest.mark.parametrize(
    ("text", "words", "held"),
    [
        ("More than 1,000 troops", ["1,000"], True),
        ("More than 11,000 troops", ["1,000"], False),
        ("Itté left", ["itte"], True),
        ("the junta’s decision", ["junta's decision"], True),
        ("Japan’s prime minister", ["Japan"], True),
        ("the 118-year-old nun", ["118"], True),
        ("the 2017 season", ["17"], False),
        ("Chadian soldiers", ["Chad"], False),
        ("at a cost of about $110 million", ["$110 million"], True),
        ("a theory of the game", ["Theory of Game"], True),
        ("", ["x"], False),
        ("anything", ["the", "!"], False),
    ],
)
def test_words_are_found_whole(text: str, words: list[str], held: bool) -> None:
    assert holds_any(text, words) is held


# Answers

TEXT = "Anna left. Bob stayed. Carl came."
ARTICLE = make_article(TEXT, id="a", title="News")


def find_article(name: str) -> Article | None:
    return ARTICLE if name == "a" else None


def make_citation(marker: int, start: int, end: int, article: str = "a", text: str | None = None) -> KeptCitation:
    quote = KeptQuote(start, end, TEXT[start:end] if text is None else text)
    return KeptCitation(marker, KeptArticle(article), KeptPassage(f"{article}:0", 0, 22, TEXT[:22]), quotes=(quote,))


def make_row(
    sentences: Sequence[tuple[str, Sequence[int]]] = (("Anna left.", (1,)), ("Anna and Bob.", (2,))),
    cited: Sequence[KeptCitation] = (make_citation(1, 0, 10), make_citation(2, 11, 22)),
    *,
    refused: bool = False,
    confidence: float | None = 0.9,
    **values: Any,
) -> AnswerRow:
    said = tuple(KeptSentence(text, citations=tuple(markers)) for text, markers in sentences)
    answer = KeptAnswer(
        "Who left?",
        refused=refused,
        reason="no: Anna",
        confidence=confidence,
        sentences=() if refused else said,
        citations=() if refused else tuple(cited),
    )
    labels = {"answers": ("Anna",), "relevant": ("a",), **values}
    return AnswerRow("q", "Who left?", **{"answer": answer, **labels})


def test_an_answer_is_right_where_it_and_its_quote_hold_the_words() -> None:
    assert answers.score_inclusion(make_row()) == 1.0
    assert answers.score_right_quote(make_row()) == 1.0
    assert answers.score_sentences(make_row()) == 0.5
    assert answers.score_right_quote(make_row(answers=("and Bob",))) == 0.0
    assert answers.score_inclusion(make_row(answers=("Carl",))) == 0.0


def with_words(row: AnswerRow, text: str) -> AnswerRow:
    assert row.answer is not None
    return replace(row, answer=replace(row.answer, answer=KeptWords(text, 1, 0, len(text))))


def test_the_first_sentence_is_scored_alone() -> None:
    late = [("Bob stayed.", (2,)), ("Anna left.", (1,))]
    assert answers.score_first_sentence(make_row()) == 1.0
    assert (answers.score_first_sentence(make_row(late)), answers.score_inclusion(make_row(late))) == (0.0, 1.0)
    assert answers.score_first_sentence(make_row([])) == 0.0


@pytest.mark.parametrize(
    ("text", "em", "f1"), [("the Anna", 1.0, 1.0), ("Anna left", 0.0, 2 / 3), ("Bob", 0.0, 0.0), ("ANNA.", 1.0, 1.0)]
)
def test_the_words_that_answer_are_scored_as_squad_does(text: str, em: float, f1: float) -> None:
    row = with_words(make_row(), text)
    assert answers.score_words_em(row) == em
    assert answers.score_words_f1(row) == pytest.approx(f1)
    assert answers.score_em(row) == 0.0, "of the whole answer, as it was"


@pytest.mark.parametrize("measure", [answers.score_words_em, answers.score_words_f1])
def test_an_answer_that_names_no_words_has_no_score_by_them(measure: Any) -> None:
    assert measure(make_row()) == Unscored("it does not say which words answer")
    assert measure(make_row(unanswerable=True)) == Unscored("the articles don't answer it")


ANSWERED = (
    *(answers.score_first_sentence, answers.score_words_em, answers.score_words_f1),
    *(answers.score_inclusion, answers.score_em, answers.score_f1, answers.score_right_quote),
    *(answers.score_choice, answers.score_nuggets),
)


@pytest.mark.parametrize("measure", ANSWERED)
def test_a_refusal_and_a_failure_are_wrong_answers(measure: Any) -> None:
    labels: dict[str, Any] = {"choices": ("Anna", "Bob"), "nuggets": ("Anna",)}
    assert measure(make_row(refused=True, **labels)) == 0.0
    assert measure(make_row(answer=None, error="it broke", **labels)) == 0.0


@pytest.mark.parametrize("measure", [*ANSWERED, answers.score_sentences])
@pytest.mark.parametrize(
    "labels", [{"unanswerable": True, "answers": ()}, {"variant": "without_evidence"}, {"answers": (), "nuggets": ()}]
)
def test_without_a_label_there_is_a_reason_and_no_score(measure: Any, labels: dict[str, Any]) -> None:
    score = measure(make_row(**{"choices": ("Anna", "Bob"), **labels}))
    assert isinstance(score, Unscored)
    assert score.reason


@pytest.mark.parametrize(
    ("choices", "score"),
    [
        (("Anna", "Carl"), 1.0),
        (("Bob", "Carl", "Anna and Bob"), 0.0),
        (("Anna", "Bob"), 0.0),  # the answer has both: nothing is chosen
        (("Carl", "Dora"), 0.0),
    ],
)
def test_the_choice_is_the_one_nearest_to_the_answer(choices: tuple[str, ...], score: float) -> None:
    assert answers.score_choice(make_row([("Anna and Bob.", ())], choices=choices)) == score


def test_nuggets_count_by_their_words() -> None:
    assert answers.score_nuggets(make_row(nuggets=("Anna left", "Bob", "Carl came", "and"))) == 0.75


# Citations


def test_quotes_are_compared_with_the_stored_article() -> None:
    assert citations.score_exact_quotes(make_row(), find_article) == 1.0
    wrong = (
        make_citation(1, 0, 10),
        make_citation(2, 0, 10, text="Anna  left."),
        make_citation(3, 23, 33),  # in the article, and outside the passage
        make_citation(4, 0, 10, article="b"),
        make_citation(5, 4, 4),
    )
    assert citations.score_exact_quotes(make_row(cited=wrong), find_article) == 0.2
    assert isinstance(citations.score_exact_quotes(make_row(refused=True), find_article), Unscored)


def test_quotes_of_a_title_are_compared_with_the_title() -> None:
    def cite(*quotes: KeptQuote) -> AnswerRow:
        return make_row(cited=[replace(make_citation(1, 0, 10), quotes=quotes)])

    right, outside = KeptQuote(0, 4, "News", field="title"), KeptQuote(0, 9, "News", field="title")
    assert citations.score_exact_quotes(cite(right), find_article) == 1.0
    assert citations.score_exact_quotes(cite(outside), find_article) == 0.0
    assert citations.score_exact_quotes(cite(KeptQuote(0, 4, "Anna", field="title")), find_article) == 0.0
    assert citations.score_exact_quotes(cite(KeptQuote(0, 4, "News")), find_article) == 0.0


def test_a_title_counts_as_cited_where_it_is_quoted() -> None:
    cited = replace(make_citation(1, 0, 10), article=KeptArticle("a", "News"))
    titled = replace(cited, quotes=(KeptQuote(0, 4, "News", field="title"),))
    for citation, score in ((cited, 0.0), (titled, 1.0)):
        row = make_row([("News", (1,))], [citation])
        found = alce.score_citations(row, lambda claim, texts: any(claim in text for text in texts))
        assert (found.precision, found.recall) == (score, score)


def test_citations_of_a_copy_are_relevant() -> None:
    row = make_row(cited=[make_citation(1, 0, 10), make_citation(2, 0, 10, "copy"), make_citation(3, 0, 10, "other")])
    assert citations.score_relevant_citations(row, {"a", "copy"}) == pytest.approx(2 / 3)
    assert isinstance(citations.score_relevant_citations(make_row(relevant=()), set()), Unscored)


SENTENCES = st.lists(st.sets(st.integers(1, 4), max_size=4), min_size=1, max_size=4)
SUPPORTING = st.lists(st.frozensets(st.integers(1, 4), min_size=1), max_size=5)


@given(SENTENCES, SUPPORTING)
def test_citations_are_scored_as_alce_does(cited: list[set[int]], enough: list[frozenset[int]]) -> None:
    """Passages support a sentence where all of one of the sets `enough` are among them."""

    def entails(markers: Sequence[int]) -> bool:
        return any(group <= set(markers) for group in enough)

    supported = total = precise = 0
    for markers in cited:
        total += len(markers)
        if not entails(sorted(markers)):
            continue
        supported += 1
        for marker in markers:
            others = [m for m in markers if m != marker]
            irrelevant = not entails([marker]) and entails(others)
            precise += not irrelevant
    texts = [replace(make_citation(n, 0, 10), passage=KeptPassage("a:0", 0, 22, str(n))) for n in range(1, 5)]
    row = make_row([("Claim.", sorted(markers)) for markers in cited], texts)
    found = alce.score_citations(row, lambda claim, given: entails([int(text) for text in given]))
    assert found.recall == pytest.approx(supported / len(cited))
    assert found.precision == pytest.approx(precise / total if total else 0.0)


def test_citations_of_a_refusal_are_unscored() -> None:
    for row in (make_row(refused=True), make_row(answer=None)):
        assert isinstance(alce.score_citations(row, lambda claim, texts: True).precision, Unscored)


# Facts and passages

SENTENCE = "The {} of number {} was seen by {} people in the old town that day."
LONG = make_article(" ".join(SENTENCE.format(w, n, n * 3) for n, w in enumerate(NAMES * 3)), id="a", title="Long")


@given(st.integers(0, len(LONG.text) - 20), st.integers(20, 400))
def test_passages_with_words_of_a_fact_are_relevant(start: int, length: int) -> None:
    words = LONG.text[start : start + length].strip()
    at = LONG.text.find(words)
    row = make_row(evidence=(Fact("a", words.replace(" ", "\n ")), Fact("gone", "x")))
    parts = split_passages(LONG, 60)
    found = spans.find_relevant_passages(row, lambda n: LONG if n == "a" else None, lambda article: parts)
    expected = {(p.start, p.end) for p in parts if set(range(p.start, p.end)) & set(range(at, at + len(words)))}
    assert set(found) == {f"a:{a}-{b}" for a, b in expected}
    assert found


def test_facts_are_covered_by_the_passages_that_are_cited() -> None:
    row = make_row(evidence=(Fact("a", "Anna\nleft."), Fact("a", "Carl came."), Fact("gone", "x")))
    assert evidence.score_evidence(row, find_article) == 0.5
    assert evidence.score_evidence(make_row(refused=True, evidence=row.evidence), find_article) == 0.0
    assert isinstance(evidence.score_evidence(make_row(evidence=(Fact("a", "Dora"),)), find_article), Unscored)


@given(st.integers(1, 30), st.lists(st.sampled_from(range(3)), max_size=3, unique=True))
def test_an_answer_counts_where_it_is_within_the_words_that_are_read(words: int, order: list[int]) -> None:
    parts = split_passages(ARTICLE, 3)[:3]
    ranked = tuple(RankedPassage(ARTICLE.id, parts[n].start, parts[n].end) for n in order if n < len(parts))
    read = " ".join(ARTICLE.text[start:end] for _, start, end in ranked).split()[:words]
    row = make_row(passages=ranked, answers=("Bob",))
    assert reading.score_reading(row, find_article, words) == float("Bob" in " ".join(read))
    assert isinstance(reading.score_reading(make_row(answers=()), find_article, words), Unscored)


# Refusals


@pytest.mark.parametrize(
    ("row", "refused", "should", "right"),
    [
        (make_row(), 0.0, 0.0, 1.0),
        (make_row(answers=("Carl",)), 0.0, 0.0, 0.0),
        (make_row(refused=True), 1.0, 0.0, None),
        (make_row(answer=None, error="x"), 0.0, 0.0, None),
        (make_row(unanswerable=True, answers=(), relevant=()), 0.0, 1.0, 0.0),
        (make_row(variant="without_evidence", refused=True), 1.0, 1.0, 0.0),
        (make_row(answers=(), relevant=()), 0.0, None, None),
    ],
)
def test_what_refusals_are_counted_by(
    row: AnswerRow, refused: float, should: float | None, right: float | None
) -> None:
    def known(score: Any) -> float | None:
        return None if isinstance(score, Unscored) else float(score)

    assert known(refusals.tell_refused(row)) == refused
    assert known(refusals.tell_should_refuse(row)) == should
    assert known(confidence.tell_right(row)) == right


def test_confidence_is_the_answers() -> None:
    assert confidence.tell_confidence(make_row(confidence=0.4)) == 0.4
    assert isinstance(confidence.tell_confidence(make_row(confidence=None)), Unscored)
    assert isinstance(confidence.tell_confidence(make_row(answer=None)), Unscored)
