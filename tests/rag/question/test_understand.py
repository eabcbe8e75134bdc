"""What a question means, worked out once: its parts, its filters, its kind, its language."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st

from index import Filters, UsageError, check_question, make_safe
from rag import Turn
from rag.english.gate import leave_out_time
from rag.question.filters import FILTER_KINDS, list_kinds
from tests.rag.material import parse

SOURCES, LANGUAGES = ("Reuters", "The Quvex Bugle"), ("en", "fr")
ALL_KINDS = "According to Reuters, what do French articles say of March 2023, and what happened in March 2023?"
GERMAN = "Wann haben die letzten amerikanischen Soldaten Niger verlassen, und wie viele waren es im März 2024?"

questions = st.sampled_from(
    [
        ALL_KINDS,
        GERMAN,
        "What happened in March 2023?",
        "What did Reuters say since 2020?",
        "Who left?",
        "What is the latest count, and when was it made?",
        "尼日尔为什么?",
    ]
) | st.text(min_size=1, max_size=80).filter(lambda text: any(map(str.isalnum, make_safe(text))))
chosen_filters = st.builds(
    Filters,
    after=st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    sources=st.sampled_from([(), ("AP",)]),
    exclude=st.sampled_from([(), ("a",)]),
    languages=st.sampled_from([(), ("de",)]),
)
as_ofs = st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1))
liftings = st.sets(st.sampled_from(FILTER_KINDS))


def test_a_question_that_names_all_kinds() -> None:
    parsed = parse(ALL_KINDS, sources=SOURCES, languages=LANGUAGES)
    march = Filters(date(2023, 3, 1), date(2023, 3, 31), ("Reuters",), languages=("fr",))
    assert parsed.named == parsed.filters == march
    assert parsed.filters_without_named == parsed.chosen == Filters()
    assert parsed.english


@given(questions, chosen_filters, as_ofs, liftings)
def test_what_was_chosen_or_lifted_is_never_taken_from_the_question(
    question: str, chosen: Filters, as_of: date | None, without: set[str]
) -> None:
    parsed = parse(question, as_of, sources=SOURCES, languages=LANGUAGES, filters=chosen, without=without)
    assert not set(list_kinds(parsed.named)) & (without | set(list_kinds(chosen)))
    assert parsed.filters.exclude == chosen.exclude
    if chosen.by_date:
        assert parsed.filters.after == chosen.after
    if chosen.sources:
        assert parsed.filters.sources == chosen.sources
    if as_of:
        assert parsed.filters.before is not None
        assert parsed.filters.before <= as_of
    assert (parsed.chosen, parsed.as_of) == (chosen, as_of)


@given(questions, chosen_filters)
def test_without_all_kinds_a_question_names_nothing(question: str, chosen: Filters) -> None:
    parsed = parse(question, sources=SOURCES, languages=LANGUAGES, filters=chosen, without=FILTER_KINDS)
    assert parsed.named == Filters()
    assert parsed.filters == chosen


@given(questions)
def test_a_question_has_at_least_one_part_and_is_understood_the_same_twice(question: str) -> None:
    parsed = parse(question, sources=SOURCES, languages=LANGUAGES)
    assert parsed == parse(question, sources=SOURCES, languages=LANGUAGES)
    assert parsed.parts
    assert parsed.asked == check_question(question)
    if len(parsed.parts) == 1:
        asked_on = parsed.asked_on
        assert asked_on is not None
        rest = leave_out_time(parsed.standalone, asked_on) if parsed.named.by_date else parsed.standalone
        assert parsed.parts[0].whole == rest


def test_each_part_has_its_kind_and_its_days() -> None:
    parsed = parse("How many soldiers were there on 17 March 2024, and when did they leave?")
    first, second = parsed.parts
    assert (first.kind, second.kind) == ("number", "time")
    assert first.days == {date(2024, 3, 17)}
    assert second.days == first.days, "the second leans on the first"


def test_filters_named_earlier_hold_while_the_topic_stays() -> None:
    history = [Turn("What happened to the bridge of Kalmar in March 2023?", "The bridge was closed for repairs.")]
    parsed = parse("And who closed it?", history=history)
    assert parsed.asked == "And who closed it?"
    assert "Kalmar" in parsed.standalone
    assert parsed.named == Filters(date(2023, 3, 1), date(2023, 3, 31))


def test_a_new_topic_carries_no_filter_over() -> None:
    history = [Turn("What happened in March 2023?", "A bridge fell.")]
    parsed = parse("Who is the president of Chile?", history=history)
    assert parsed.standalone == "Who is the president of Chile?"
    assert parsed.named == Filters()


@pytest.mark.parametrize(("question", "newest"), [("Who leads Niger now?", True), ("Who led Niger in 2019?", False)])
def test_whether_the_newest_count_more(question: str, newest: bool) -> None:
    assert parse(question).newest is newest


def test_a_question_in_another_language_is_searched_as_it_is() -> None:
    parsed = parse(GERMAN, sources=SOURCES, languages=LANGUAGES, history=[Turn("Who left?", "They.")])
    assert not parsed.english
    assert parsed.standalone == GERMAN
    assert [(part.asked, part.kind, part.days) for part in parsed.parts] == [(GERMAN, "other", frozenset())]
    assert parsed.named == Filters()
    assert not parsed.newest


@pytest.mark.parametrize(("question", "given"), [("  ", {}), ("x" * 5_000, {}), ("Who?", {"without": ["date"]})])
def test_what_cannot_be_asked_is_refused(question: str, given: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        parse(question, **given)
