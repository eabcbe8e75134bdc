"""Passages: exact offsets, full coverage, whole sentences, sizes that models can read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from index.records import Article, Passage
from index.text.passages import passage_heading, split_passages
from index.text.sentences import split_sentences
from tests.index.hostile import hostile_texts

LONGEST_CHARACTERS = 1_600
LONGEST_WORDS = 180


def _article(text: str, title: str = "Title") -> Article:
    return Article(id="a", title=title, text=text, content_hash="")


def _check(text: str, passages: list[Passage]) -> None:
    at = 0
    for n, p in enumerate(passages):
        assert (p.ordinal, p.article_id, p.id) == (n, "a", f"a:{n}")
        assert at <= p.start < p.end <= len(text)
        assert text[p.start : p.end] == p.text == p.text.strip()
        assert text[at : p.start].strip() == ""  # nothing but white space between them
        assert len(p.text) <= LONGEST_CHARACTERS
        assert len(p.text.split()) <= LONGEST_WORDS
        at = p.end
    assert text[at:].strip() == ""


@given(hostile_texts, st.integers(0, 200))
@settings(max_examples=300, deadline=None)
def test_every_character_is_in_exactly_one_passage(text: str, words: int) -> None:
    _check(text, split_passages(_article(text), words))


@given(st.lists(st.integers(1, 25), min_size=1, max_size=60), st.integers(1, 100))
@settings(max_examples=100, deadline=None)
def test_passages_are_whole_sentences_of_about_the_size(sizes: list[int], words: int) -> None:
    """All but the last reach the size with their last sentence and not before it."""
    text = " ".join("Word " + "word " * (n - 1) + "end." for n in sizes)
    passages = split_passages(_article(text), words)
    spans = split_sentences(text)
    assert {p.start for p in passages} <= {s.start for s in spans}
    assert {p.end for p in passages} <= {s.end for s in spans}
    for p in passages[:-1]:
        last = max(s.start for s in spans if s.end <= p.end)
        assert len(p.text.split()) >= words
        if p is not passages[-2]:  # the one before the last may have taken a short rest in
            assert len(text[p.start : last].split()) < words


def test_sentences_are_those_of_the_article_s_language() -> None:
    text = "Die Ministerin kam am 31. August nach Wien. Sie sprach mit Dr. Huber. Dann fuhr sie ab."
    german = replace(_article(text), language="de", language_evidence="given with the article")
    assert [p.text.count(".") for p in split_passages(german, 1)] == [2, 2, 1]
    before = replace(german, language_evidence=None)  # as libraries before format 6 have it
    assert split_passages(before, 1) == split_passages(_article(text), 1)


def test_signs_of_a_script_without_spaces_are_counted_too() -> None:
    chinese = _article("河水上涨两米后，数千人离开了自己的家园。" * 36)
    passages = split_passages(replace(chinese, language="zh", language_evidence="sitemap"), 60)
    assert [len(p.text) for p in passages] == [120] * 6


def test_a_short_rest_joins_the_passage_before_it() -> None:
    text = "One two three four five six seven eight nine ten. The end."
    assert [p.text for p in split_passages(_article(text), 9)] == [text]


@pytest.mark.parametrize("size", [1_599, 1_600, 1_601, 3_200, 3_201, 5_000])
def test_a_word_too_long_for_a_model_is_cut(size: int) -> None:
    text = "x" * size
    passages = split_passages(_article(text), 60)
    _check(text, passages)
    assert len(passages) == -(-size // LONGEST_CHARACTERS)


def test_a_sentence_too_long_for_a_model_is_cut_between_words() -> None:
    text = "word " * 400 + "end."
    passages = split_passages(_article(text), 60)
    _check(text, passages)
    assert all(set(p.text.split()) <= {"word", "end."} for p in passages)


def test_text_of_white_space_has_no_passage() -> None:
    assert split_passages(_article(" \n\t\n "), 60) == []


@pytest.mark.parametrize(
    ("title", "day", "heading"),
    [
        ("A coup", None, "A coup"),
        ("A coup", "2023-07-26T10:00:00+00:00", "A coup (2023-07-26)"),
        ("", "2023-07-26T10:00:00+00:00", "2023-07-26"),
        ("", None, ""),
    ],
)
def test_the_heading_names_title_and_day(title: str, day: str | None, heading: str) -> None:
    from datetime import datetime

    published = datetime.fromisoformat(day) if day else None
    article = Article(id="a", title=title, text="x", content_hash="", published=published)
    assert passage_heading(article) == heading
