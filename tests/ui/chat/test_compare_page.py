"""Articles side by side: just the words that the other does not have are marked."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import given, strategies as st

from index import Span
from ui.chat.reading.compare_page import compare_texts

WORDS = st.lists(st.sampled_from(["ferry", "sank", "wind", "pier", "1,000", "U.S.", "it’s", "é"]), max_size=30)
SEPARATORS = st.sampled_from([" ", "\n\n", ", ", ". "])


def read(text: str, spans: list[Span]) -> list[str]:
    return [text[span.start : span.end] for span in spans]


def test_what_changed_is_marked_on_both_sides() -> None:
    one, other = "It cost 110 million dollars. It opened.", "It cost 100 million dollars, they said. It opened."
    (left, right), about = compare_texts(one, other)
    assert read(one, list(left)) == ["110"]
    assert read(other, list(right)) == ["100", "they said"]
    assert "marked" in about


def test_the_same_words_and_quite_other_words_are_said() -> None:
    assert compare_texts("It sank.", "It  sank") == (([], []), "The two have the same words.")
    for one, other in (("It sank at the pier.", "Nobody won a prize"), ("", "word"), ("a " * 6_000, "a " * 6_000)):
        spans, about = compare_texts(one, other)
        assert (spans, "nothing is marked" in about) == (((), ()), True)


@given(one=WORDS, other=WORDS, gap=SEPARATORS)
def test_what_is_not_marked_is_the_same_on_both_sides(one: list[str], other: list[str], gap: str) -> None:
    texts = gap.join(one), gap.join(other)
    spans, about = compare_texts(*texts)
    if "nothing is marked" in about:
        return
    left, right = (
        [word[0] for word in re.finditer(r"\w+", text) if not any(s.start <= word.start() < s.end for s in own)]
        for text, own in zip(texts, spans, strict=True)
    )
    assert left == right
    assert Counter(left) <= Counter(re.findall(r"\w+", texts[0]))
    for text, own in zip(texts, spans, strict=True):
        assert [*own] == sorted(own)
        assert all(0 <= span.start < span.end <= len(text) for span in own)
