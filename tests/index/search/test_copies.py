"""Copies of a story: what says the same is folded, what was changed in one of them stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from index import Library
from index.search.copies import differ, read_sentences

STORY = (
    "Officials in Brackwater said on Tuesday that the gates on the river Olm had failed after three days of rain. "
    "About {hurt} people were taken to hospital, according to the county's health board. "
    "The mayor, {mayor}, asked residents of the lower town to stay with friends or in the sports hall, where beds had "
    "been set up. Schools will{denial} open again on Friday, she said at a press conference in the town hall.\n"
    "Engineers from the water board are pumping out the pumping station itself, which had flooded first. A spokesman "
    "said that the insurer had been informed, and that volunteers had filled nine thousand bags with sand."
)
FIRST = {"hurt": "31", "mayor": "Irene Voss", "denial": ""}
WORDS = st.lists(st.from_regex(r"[bcdfgh][aeiou][klmnpr][aeiou]", fullmatch=True), min_size=6, max_size=12, unique=True)


def write(**changed: str) -> str:
    return STORY.format(**{**FIRST, **changed})


@given(WORDS, st.data())
def test_a_word_in_place_of_another_makes_a_difference_and_one_more_does_not(
    words: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    one = read_sentences(" ".join(words))
    changed = read_sentences(" ".join([*words[:at], "zuzuzu", *words[at + 1 :]]))
    longer = read_sentences(" ".join([*words[:at], "zuzuzu", *words[at:]]))
    assert differ(one, changed)
    assert differ(changed, one)
    assert not differ(one, longer)
    assert not differ(one, one)


def test_a_denial_makes_a_difference() -> None:
    one, other = (read_sentences(write(denial=denial)) for denial in ("", " not"))
    assert differ(one, other)
    assert differ(other, one)


def test_other_sentences_make_none() -> None:
    whole = read_sentences(write())
    assert not differ(whole[:2], whole)
    assert not differ(whole, whole[2:])
    assert not differ(read_sentences("A cat sat on the mat."), whole)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "library", create=True)


def add(library: Library, *texts: str) -> None:
    library.add({"id": f"a{n}", "title": "Flood gates fail", "text": text} for n, text in enumerate(texts))


@pytest.mark.models
@pytest.mark.parametrize("changed", [{"hurt": "47"}, {"mayor": "Clara Dunne"}, {"denial": " not"}])
def test_an_update_of_a_story_is_found_beside_the_story(library: Library, changed: dict[str, str]) -> None:
    with library:
        add(library, write(), write(**changed))
        assert library.copies("a0") == ("a1",)
        hits = [hit for hit in library.search("flood gates in Brackwater") if "Brackwater" in hit.passage.text]
        assert {hit.article.id for hit in hits} == {"a0", "a1"}
        assert all(hit.copies == () for hit in hits)


@pytest.mark.models
def test_a_copy_that_is_shorter_is_folded(library: Library) -> None:
    with library:
        add(library, write(), write().partition("\n")[0])
        hits = [hit for hit in library.search("flood gates in Brackwater") if "Brackwater" in hit.passage.text]
        (hit,) = hits
        assert {hit.article.id, *hit.copies} == {"a0", "a1"}
