"""Reading markers: the examples, and properties over any text."""

from __future__ import annotations

import pytest
from hypothesis import example, given, strategies as st

from rag.llm.markers import MarkedSentence, read_marked

# Whole words: a sentence splitter takes odd short ones, rightly, for abbreviations.
WORDS = st.lists(
    st.sampled_from(["niger", "ended", "accord", "soldiers", "élysée", "market", "unfair", "minister"]),
    min_size=2,
    max_size=8,
).map(" ".join)
NUMBERS = st.lists(st.integers(1, 12), min_size=0, max_size=3, unique=True)
SENTENCES = st.lists(st.tuples(WORDS, NUMBERS), min_size=1, max_size=5)
STYLES = st.sampled_from(["[{}]", "【{}】"])
JOINS = st.sampled_from([", ", ",", "; ", " and ", "]["])


def write(sentences: list[tuple[str, list[int]]], style: str = "[{}]", join: str = "][", space: str = " ") -> str:
    """A reply with each sentence's numbers in front of its full stop."""
    if join == "][":
        join = style[-1] + style[0]
    return " ".join(
        words.capitalize() + (space + style.format(join.join(map(str, numbers))) if numbers else "") + "."
        for words, numbers in sentences
    )


@given(st.text())
@example("[" + "9" * 5000 + "]")
@example("[1 and")
@example("\n" * 500 + "[1]")
def test_any_text_is_read(text: str) -> None:
    for sentence in read_marked(text):
        assert sentence.text.strip()
        assert len(set(sentence.numbers)) == len(sentence.numbers)
        assert all(number < 1000 for number in sentence.numbers), "longer ones are years and the like"


@given(st.text(st.characters(blacklist_characters="[]【】［］*_`#>-•|^", blacklist_categories=["Cs", "Nd"])))
def test_text_without_markers_is_kept(text: str) -> None:
    read = read_marked(text)
    assert "".join("".join(s.text for s in read).split()) == "".join(text.split())
    assert all(s.numbers == () for s in read)


@given(SENTENCES, STYLES, JOINS, st.sampled_from(["", " ", "\n"]))
def test_the_numbers_found_are_those_written(
    sentences: list[tuple[str, list[int]]], style: str, join: str, space: str
) -> None:
    read = read_marked(write(sentences, style, join, space))
    assert [(s.text, list(s.numbers)) for s in read] == [(w.capitalize() + ".", n) for w, n in sentences]


@given(SENTENCES, STYLES, JOINS, st.data())
def test_a_stream_never_shows_half_a_marker(
    sentences: list[tuple[str, list[int]]], style: str, join: str, data: st.DataObject
) -> None:
    text = write(sentences, style, join)
    cut = data.draw(st.integers(0, len(text)))
    shown = " ".join(s.text for s in read_marked(text[:cut]))
    assert not set("[]【】0123456789") & set(shown)
    whole = " ".join(s.text for s in read_marked(text))
    assert whole.startswith(shown), "what was shown was taken back"


@given(st.integers(1, 30), st.integers(0, 30))
def test_a_range_names_what_lies_in_it(first: int, more: int) -> None:
    (sentence,) = read_marked(f"So it was [{first}-{first + more}].")
    wanted = range(first, first + more + 1) if more <= 20 else (first, first + more)
    assert sentence.numbers == tuple(dict.fromkeys(wanted))


@pytest.mark.parametrize(
    ("reply", "read"),
    [
        ("", []),
        ("[1]", []),
        ("It was so. [1]", [("It was so.", (1,))]),
        ("It was so.[1] Then it ended.[2]", [("It was so.", (1,)), ("Then it ended.", (2,))]),
        ("It was so.\n[1]\nThen it ended.", [("It was so.", (1,)), ("Then it ended.", ())]),
        ("[3] It was so.", [("It was so.", (3,))]),
        ("It [1] was so [2].", [("It was so.", (1, 2))]),
        ("It was so [1][1].", [("It was so.", (1,))]),
        ("It was so [3-1].", [("It was so.", (3, 1))]),
        ("He said [the deal] was off [1].", [("He said [the deal] was off.", (1,))]),
        ("- It was so [1].\n- It ended [2].", [("It was so.", (1,)), ("It ended.", (2,))]),
        ("1. It was so [1].\n2. It ended [2].", [("It was so.", (1,)), ("It ended.", (2,))]),
        ("**It was so** [1].", [("It was so.", (1,))]),
        ("2012. [1]", [("2012.", (1,))]),
        ("Col. Maj. Abdramane spoke [1].", [("Col. Maj. Abdramane spoke.", (1,))]),
        ("It was so [1", [("It was so", ())]),
        ("It was so [1 an", [("It was so", ())]),
        ("It was so 【1, ", [("It was so", ())]),
        (r"It was so \[1\].", [("It was so.", (1,))]),
        ("It was so [^1].", [("It was so.", (1,))]),
        ("It was so^[1]^. It ended^[2]^.", [("It was so.", (1,)), ("It ended.", (2,))]),
        ("It was so [[1]].", [("It was so.", (1,))]),
        ("It was so [[1, 2]].", [("It was so.", (1, 2))]),
        ("It was so 【1†source】.", [("It was so.", (1,))]),
        ("It was so ［1］.", [("It was so.", (1,))]),
        ("It was so [Passage 1].", [("It was so.", (1,))]),
        ("It was so [passages 1 and 2].", [("It was so.", (1, 2))]),
        ("It was so [Source: 3].", [("It was so.", (3,))]),
        ("It was so [#2].", [("It was so.", (2,))]),
        ("It was so [1](https://example.org/1).", [("It was so.", (1,))]),
        ("It was so [1], [2] and [3].", [("It was so.", (1, 2, 3))]),
        ("It was so `[1]`.", [("It was so.", (1,))]),
        ("```\nIt was so [1].\n```", [("It was so.", (1,))]),
        (
            "| What | When |\n|---|---|\n| It began [1]. | It ended [2]. |",
            [("What", ()), ("When", ()), ("It began.", (1,)), ("It ended.", (2,))],
        ),
        ("In [2024] it was so.", [("In [2024] it was so.", ())]),
    ],
)
def test_examples(reply: str, read: list[tuple[str, tuple[int, ...]]]) -> None:
    assert read_marked(reply) == [MarkedSentence(text, numbers) for text, numbers in read]
