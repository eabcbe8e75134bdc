"""The written questions: what is marked answers, near misses come with texts that don't, and all of them are of use."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from evals.fit.reader.groups import Group
from evals.fit.reader.questions import draw
from evals.fit.reader.written import Written, make_written_groups, read_snippets, read_written
from index import Article, Library, Span, make_article
from tests.doubles import WordReader

FERRY = (
    "The ferry Aurora sank off Port Ellen on 5 June 2014 after a fire that began in the kitchen. "
    "Captain Jane Doe led 118 people to the boats, and the coastguard brought all of them to Port Ellen by night. "
    "The owner, Anna Berg, paid $2 million to the families in 2016."
)
OTHER = (
    "The ferry Boreas sank off Oban in 2019 with nobody on board. Its owner, Anna Berg, was not insured, she said. "
    "Jane Doe led the people who raised the ferry from the sea in the spring of 2020."
)
THIRD = "A ferry to Islay was late on Monday since fog lay on the sea. Its captain, Tom Hill, waited for an hour."


def _answered(words: str) -> Written:
    at = FERRY.index(words)
    return Written("a", "written", ("f",), "Who owned the ferry Aurora?", Span(at, at + len(words)))


@pytest.fixture
def ferries(library: Library) -> Library:
    texts = {"f": FERRY, "o": OTHER, "t": THIRD}
    library.add([make_article(text, id=id_, title=f"Ferry {id_}", language="en") for id_, text in texts.items()])
    return library


def _make(library: Library, *asked: Written) -> list[Group]:
    return list(make_written_groups(library, asked, WordReader()))


def test_the_words_that_answer_are_marked_where_they_stand(ferries: Library) -> None:
    groups = _make(ferries, _answered("Anna Berg"))
    right = [text for text in groups[0].texts if text.answers == 1]
    assert [text.text[a:b] for text in right for a, b in text.spans] == ["Anna Berg"]
    assert right[0].text.startswith("Ferry f")
    for text in (text for group in groups for text in group.texts):
        assert (text.answers == 1) == bool(text.spans)
        assert text.answers == 1 or "Anna Berg" not in text.text


def test_a_near_miss_comes_with_its_own_articles_alone(ferries: Library) -> None:
    miss = Written("m", "written", ("f",), "Who built the ferry Aurora?", None)
    (group,) = _make(ferries, miss)
    assert group.texts
    assert all(text.text.startswith("Ferry f") and text.answers == 0 for text in group.texts)
    (group,) = _make(ferries, Written("s", "written", ("f", "o"), "Who built the ferries?", None))
    assert {text.text[:7] for text in group.texts} == {"Ferry f", "Ferry o"}


def test_questions_on_other_articles_are_passed_over(ferries: Library) -> None:
    assert _make(ferries, Written("x", "written", ("elsewhere",), "Who built the ferry?", None)) == []


def test_windows_of_passages_keep_the_words_that_answer(ferries: Library) -> None:
    answered = [replace(_answered("Anna Berg"), id=f"a{n}") for n in range(40)]
    groups = _make(ferries, *answered)
    rights = [text for group in groups for text in group.texts if text.answers == 1]
    assert len(rights) >= len(answered)
    assert {text.text[a:b] for text in rights for a, b in text.spans} == {"Anna Berg"}
    assert len({text.text for text in rights}) == 2  # the passage, and a window of it


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 99)), unique=True), st.integers(0, 99))
def test_which_question_is_drawn_hangs_on_no_other_source(rows: list[tuple[str, int]], left_out: int) -> None:
    asked = [Written(f"{source}{n}", source, ("f",), "?", None) for source, n in rows]
    drawn = draw(asked, {"a": 3}, 7)
    assert sum(one.source == "a" for one in drawn) == min(3, sum(one.source == "a" for one in asked))
    assert {one.id for one in drawn if one.source == "b"} == {one.id for one in asked if one.source == "b"}
    some = draw([one for one in asked if one.source == "a" or one.id != f"b{left_out}"], {"a": 3}, 7)
    assert [one for one in some if one.source == "a"] == [one for one in drawn if one.source == "a"]


def test_every_question_is_asked_once_and_half_are_near_misses() -> None:
    asked = read_written()
    assert len({one.id for one in asked}) == len(asked) >= 30_000
    assert max(Counter((one.articles[0], one.question.lower()) for one in asked).values()) == 1
    misses = sum(one.words is None for one in asked)
    assert 0.45 < misses / len(asked) < 0.55


def test_what_answers_stands_in_the_snippets() -> None:
    snippets: dict[str, Article] = {snippet.id: snippet for snippet in read_snippets()}
    asked = [one for one in read_written() if one.source in {"written-snippet", "written-web"}]
    assert len(asked) >= 2000
    for one in asked:
        assert set(one.articles) <= set(snippets)
        if one.words:
            words = snippets[one.articles[0]].text[one.words.start : one.words.end]
            assert words == words.strip() != ""
