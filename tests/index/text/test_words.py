"""Words as full text search compares them, and quoted phrases."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from index import Library
from index.search.lexical import LexicalIndex
from index.storage.store import NumberedText
from index.text.words import (
    content_words,
    holds_phrase,
    make_analyzer,
    prepare_phrase,
    prepare_words,
    quoted_phrases,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("U.S. troops", "US troops"),
        ("1,000 soldiers", "1000 soldiers"),
        ("Niger’s army", "the army of Niger"),
        ("café", "cafe"),
        ("Élysée", "elysee"),
        ("２０２４", "2024"),
        ("elections", "election"),
        ("солдаты", "солдат"),
        ("στρατιώτης", "στρατιώτη"),
        ("المسلمون", "مسلمين"),
    ],
)
def test_ways_to_write_a_word_are_one(tmp_path: Path, one: str, other: str) -> None:
    assert sorted(content_words(one)) == sorted(content_words(other))
    index = LexicalIndex(tmp_path)
    index.update([], [NumberedText(1, one), NumberedText(2, "something else")], 1)
    assert [number for number, _ in index.search(other, 5)] == [1]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("a plan for co-operation", "cooperation"),
        ("a plan for cooperation", "co-operation"),
        ("a co-operation plan", "operation"),
        ("prices rose 2.5 percent", "2.5"),
        ("尼日尔军政府撕毁协议", "军政府"),
        ("Армия взяла власть", "армия"),
        ("الجيش في النيجر", "النيجر"),
    ],
)
def test_words_of_other_kinds_are_found(tmp_path: Path, text: str, question: str) -> None:
    index = LexicalIndex(tmp_path)
    index.update([], [NumberedText(1, "something else"), NumberedText(2, text)], 1)
    assert [number for number, _ in index.search(question, 5)] == [2]


def test_signs_without_spaces_count_more_side_by_side(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.update([], [NumberedText(1, "政治与军队的府邸"), NumberedText(2, "尼日尔军政府")], 1)
    (first, best), (second, next_best) = index.search("军政府", 5)
    assert (first, second) == (2, 1)
    assert best > 1.5 * next_best


@given(st.text("军政府の미ไทยกa ", max_size=30))
def test_pairs_come_behind_the_words_of_the_text(text: str) -> None:
    words = list(make_analyzer(stop_words=False).analyze(prepare_phrase(text)))
    assert content_words(text)[: len(words)] == words
    assert all(len(pair) == 3 and pair[1:] in text for pair in content_words(text)[len(words) :])


def test_a_decimal_is_not_its_digits(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.update([], [NumberedText(1, "rose 2.5 percent"), NumberedText(2, "2 to 5 people")], 1)
    assert [number for number, _ in index.search("2.5", 5)] == [1]


def test_quoted_phrases_are_found_in_every_kind_of_double_quotes() -> None:
    question = 'Who said "a bad deal", “not one day” or «jamais» – not \'this\' and not " "?'
    assert quoted_phrases(question) == ["a bad deal", "not one day", "jamais"]


@given(st.text(max_size=40), st.text(max_size=40), st.text(min_size=1, max_size=20))
def test_a_phrase_is_found_between_other_words(before: str, after: str, phrase: str) -> None:
    if any(c.isalnum() for c in phrase):
        assert holds_phrase(f"{before} {phrase} {after}", phrase)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("He was “a perfect example of” toxic masculinity.", "a perfect example of toxic masculinity"),
        ("A life changing bonus", "life-changing"),
        ("They WON’T\npay", "won't pay"),
        ("他说这是一个坏协议。", "坏协议"),
        ("It rose 2.5 percent", "2.5 percent"),
    ],
)
def test_signs_between_the_words_of_a_phrase_do_not_count(text: str, phrase: str) -> None:
    assert holds_phrase(text, phrase)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("a bad old deal", "bad deal"),
        ("bad deals", "bad deal"),
        ("It rose 12.5 percent", "2.5 percent"),
        ("deal", "a deal"),
    ],
)
def test_a_phrase_is_held_word_for_word(text: str, phrase: str) -> None:
    assert not holds_phrase(text, phrase)


@given(st.text(max_size=200))
def test_any_text_can_be_prepared(text: str) -> None:
    assert all(word == word.lower() for word in content_words(text) if word.isascii())
    assert prepare_words(text).startswith(prepare_phrase(text))


def test_a_word_without_end_is_prepared() -> None:
    """In as many steps as it has letters; in as many as their square it would take hours."""
    word = "y" * 3_000_000
    assert prepare_words(word) == word


@pytest.mark.models
def test_a_quoted_phrase_must_be_there(tmp_path: Path) -> None:
    texts = {
        "right": "The general called it a bad deal for the country. He left the room.",
        "stem": "The general called them bad deals for the country. He left the room.",
        "apart": "It is bad, the general said of the deal for the country. He left the room.",
    }
    with Library.open(tmp_path, create=True) as library:
        library.add({"id": name, "title": "Talks", "text": text} for name, text in texts.items())
        quoted = library.search('What did the general call "a bad deal"?')
        assert quoted[0].article.id == "right"
        assert {hit.article.id for hit in quoted} == set(texts)
        demanded = library.search('What did the general call "a bad deal"?', exact=True)
        assert [hit.article.id for hit in demanded] == ["right"]
        assert {hit.article.id for hit in library.search("What did the general call a bad deal?")} == set(texts)
        assert library.search('Who spoke of "no deal at all"?', exact=True) == []
        assert {hit.article.id for hit in library.search('"talks" deal')} == set(texts)
