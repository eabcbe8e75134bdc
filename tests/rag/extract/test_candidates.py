"""Sentences with the words that answer, from what a reader read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, strategies as st

from index import AnswerSpan, Hit, Reading, embedded_text, make_article
from rag.extract.candidates import Candidate, list_candidates as list_all, write_text
from rag.extract.confidence import CONFIDENCE_FILE, read_signals
from rag.extract.refusal import describe_nearest
from rag.question.record import QuestionPart
from rag.weights import read_weights
from tests.rag.material import ACCORD, DEPARTURE, HITS, make_hit, parse

PART = parse("How many soldiers had served at the bases?").parts[0]


def list_candidates(
    part: QuestionPart, hits: Sequence[Hit], readings: Sequence[Reading], bonus: Mapping[str, float]
) -> list[Candidate]:
    return list_all(part, hits, [write_text(hit, part.days) for hit in hits], readings, bonus)


def _read(hit: int, *words: str, log_odds: float = 1.0) -> Reading:
    """A reading whose spans are these words of the passage, or of its heading."""
    text = embedded_text(HITS[hit].article, HITS[hit].passage.text)
    spans = [(text.rindex(w), text.rindex(w) + len(w)) for w in words]
    return Reading(tuple(AnswerSpan(a, b, 0.9 / (n + 1)) for n, (a, b) in enumerate(spans)), log_odds)


def test_the_sentence_that_holds_the_words_is_the_candidate() -> None:
    (best, *_) = list_candidates(PART, HITS[1:2], [_read(1, "1,000")], {})
    assert best.text == "Some 1,000 soldiers had served at two bases."
    assert best.answer == "1,000"
    assert DEPARTURE.text[best.quote.start : best.quote.end] == best.text
    assert best.matches


def test_words_of_a_title_are_the_titles() -> None:
    (best,) = list_candidates(PART, HITS[:1], [_read(0, "Niger ends accord")], {})
    assert (best.quote.field, best.text, best.answer) == ("title", ACCORD.title, ACCORD.title)


def test_the_day_behind_a_title_answers_nothing() -> None:
    assert list_candidates(PART, HITS[:1], [_read(0, "2024-03-17")], {}) == []


def test_what_is_of_the_kind_asked_for_comes_first() -> None:
    readings = [_read(0, "on Saturday"), _read(1, "1,000")]
    assert [c.answer for c in list_candidates(PART, HITS[:2], readings, {})] == ["1,000", "on Saturday"]


def test_a_bonus_counts() -> None:
    readings = [_read(0, "unfair"), _read(2, "brought work")]
    hits = (HITS[0], HITS[2])
    part = parse("What was said?").parts[0]
    for favoured in hits:
        (best, *_) = list_candidates(part, hits, readings, {favoured.article.id: 20.0})
        assert best.hit is favoured


def test_signals_say_where_the_passage_tells_of_another() -> None:
    part = parse("How many soldiers did the first bases have?").parts[0]
    second = make_article("The second bases had some 1,000 soldiers.", id="s", title="Second bases", language="en")
    text = embedded_text(second, second.text)
    at = text.index("1,000")
    reading = Reading((AnswerSpan(at, at + 5, 0.9),), 1.0)
    candidates = list_candidates(part, [make_hit(second)], [reading], {})
    assert read_signals(part, candidates[0], 1.0)["contrary"] == 1.0
    there = list_candidates(PART, HITS[1:2], [_read(1, "1,000")], {})
    assert read_signals(PART, there[0], 1.0)["contrary"] == 0.0


def test_a_reason_of_what_was_not_done_weighs_as_two_contrary_things() -> None:
    accord = make_article("The rulers revoked the accord because it was unfair.", id="r", title="Accord", language="en")
    text = embedded_text(accord, accord.text)
    reading = Reading((AnswerSpan(text.index("because"), len(text), 0.9),), 1.0)
    for question, contrary in (("Why did the rulers keep the accord?", 2), ("Why did they revoke the accord?", 0)):
        part = parse(question).parts[0]
        candidates = list_candidates(part, [make_hit(accord)], [reading], {})
        assert read_signals(part, candidates[0], 1.0)["contrary"] == contrary


def test_a_reader_that_does_not_know_the_language_denies_nothing() -> None:
    candidates = list_candidates(PART, HITS[1:2], [_read(1, "1,000", log_odds=-4.0)], {})
    known = read_signals(PART, candidates[0], -2.0)
    assert (known["reader"], known["window"]) == (-4.0, -2.0)
    unknown = read_signals(PART, candidates[0], -2.0, knows=False)
    assert (unknown["reader"], unknown["window"]) == (0.0, 0.0)


def test_the_stored_weights_weigh_the_signals_that_there_are() -> None:
    there = read_signals(PART, list_candidates(PART, HITS[1:2], [_read(1, "1,000")], {})[0], 1.0)
    assert read_weights(CONFIDENCE_FILE).signals.keys() == there.keys()


def test_the_nearest_passage_is_named_with_what_it_lacks() -> None:
    part = parse("How many soldiers had served at the bases in 2019?").parts[0]
    said = describe_nearest(part, list_candidates(part, HITS[1:2], [_read(1, "1,000")], {}))
    assert "Last soldiers leave" in said
    assert "2019" in said
    assert describe_nearest(part, []) == ""


def test_a_weekday_is_read_with_its_date_and_quoted_without() -> None:
    part = parse("What happened on 16 March 2024?").parts[0]
    read = write_text(HITS[0], part.days)
    assert "on Saturday (16 March 2024)." in read.text
    assert write_text(HITS[0], frozenset()).text == embedded_text(ACCORD, HITS[0].passage.text)
    at = read.text.index("A spokesman")
    reading = Reading((AnswerSpan(at, at + 11, 0.9), AnswerSpan(read.text.index("(16"), at - 2, 0.5)), 1.0)
    best, *rest = list_candidates(part, HITS[:1], [reading], {})
    assert best.answer == "A spokesman"
    assert not rest, "the date that was added is nobody's words"


@given(st.lists(st.tuples(st.integers(0, 260), st.integers(1, 60), st.floats(0.001, 1)), max_size=4))
def test_whatever_a_reader_gives_the_quotes_are_the_articles_words(spans: list[tuple[int, int, float]]) -> None:
    whole = len(embedded_text(HITS[0].article, HITS[0].passage.text))
    given = tuple(AnswerSpan(a, min(a + n, whole), share) for a, n, share in spans if a < whole)
    for c in list_candidates(PART, HITS[:1], [Reading(given, 0.0)], {}):
        source = ACCORD.title if c.quote.field == "title" else ACCORD.text
        assert source[c.quote.start : c.quote.end] == c.text
        assert c.quote.start <= c.words.start < c.words.end <= c.quote.end
        assert c.answer in c.text


@pytest.mark.parametrize("question", ["Why did Niger end the accord?"])
def test_a_reason_is_wanted_more_than_the_deed(question: str) -> None:
    part = parse(question).parts[0]
    readings = [_read(0, "Niger ended its military accord", "unfair")]
    (best, *_) = list_candidates(part, HITS[:1], readings, {})
    assert best.text.startswith("A spokesman called the accord unfair")
