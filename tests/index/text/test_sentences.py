"""Sentence bounds: what holds for every text, and where people would put them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from index.text.sentences import split_sentences
from tests.index.hostile import hostile_texts


@given(hostile_texts)
@settings(max_examples=300, deadline=None)
def test_sentences_cover_the_text_in_order(text: str) -> None:
    """Spans are in order, none empty or padded, and between them is white space alone."""
    at = 0
    for start, end in split_sentences(text):
        assert at <= start < end
        assert text[at:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        assert "\n" not in text[start:end]
        at = end
    assert text[at:].strip() == ""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It rained. It stopped.", ["It rained.", "It stopped."]),
        ("Mr. Smith left. Nobody saw him.", ["Mr. Smith left.", "Nobody saw him."]),
        ("The U.S. Army came at 5 p.m. on Friday.", ["The U.S. Army came at 5 p.m. on Friday."]),
        ("It cost $3.5 million. It sank!", ["It cost $3.5 million.", "It sank!"]),
        ("“Is it over?” he asked.", ["“Is it over?” he asked."]),
        ("A headline\nA paragraph. Its end.", ["A headline", "A paragraph.", "Its end."]),
        ("  padded.  \n\n  twice.  ", ["padded.", "twice."]),
        ("", []),
    ],
)
def test_sentences_end_where_people_end_them(text: str, wanted: list[str]) -> None:
    assert [text[start:end] for start, end in split_sentences(text)] == wanted
