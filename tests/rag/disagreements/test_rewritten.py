"""The sentence that answers, with another answer in it elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from index import Library, Span
from rag import ask
from rag.disagreements.rewritten import find_replaced

STORY = (
    "Officials in Brackwater said on Tuesday that the gates on the river Olm had failed after three days of rain. "
    "At least {hurt} people were taken to hospital, according to the county's health board. "
    "The mayor, {mayor}, asked residents of the lower town to stay with friends or in the sports hall, where beds had "
    "been set up.\nSchools will stay shut until {day}, she said at a press conference in the town hall. Engineers from "
    "the water board are pumping out the pumping station itself, which had flooded first. A spokesman said that the "
    "repair would cost about {cost} euros and that the insurer had been informed."
)
FIRST = {"hurt": "31", "mayor": "Irene Voss", "day": "Friday", "cost": "two million"}
CHANGED = {
    "How many people were taken to hospital in Brackwater?": ("hurt", "47"),
    "Who is the mayor of Brackwater?": ("mayor", "Clara Dunne"),
    "Until when will schools in Brackwater stay shut?": ("day", "Monday"),
    "How much will the repair of the flood gates cost?": ("cost", "six million"),
}
WORD = st.from_regex(r"[bcdfgh][aeiou][klmnpr][aeiou]", fullmatch=True)
WORDS = st.lists(WORD, min_size=10, max_size=16, unique=True)


@given(WORDS, st.data(), st.lists(st.sampled_from(["Zuzu", "xyxy", "4711"]), min_size=1, max_size=3, unique=True))
def test_what_stands_in_place_of_words_is_found(words: list[str], data: st.DataObject, other: list[str]) -> None:
    at = data.draw(st.integers(0, len(words) - 2))
    length = data.draw(st.integers(1, 2))
    before, answer, after = words[:at], words[at : at + length], words[at + length :]
    start = len(" ".join([*before, ""]))
    sentence, changed = " ".join(words), " ".join([*before, *other, *after])
    found = find_replaced(sentence, Span(start, start + len(" ".join(answer))), changed)
    assert found is not None
    assert changed[found.start : found.end] == " ".join(other)
    assert find_replaced(sentence, Span(start, start + len(" ".join(answer))), sentence) is None


@pytest.mark.parametrize(
    "other",
    [
        "The mayor, Irene Voss, asked residents of the lower town to stay with friends.",  # the same answer
        "The mayor, Irène Voss, asked residents of the lower town to stay with friends.",  # spelled otherwise
        "The priest, Clara Dunne, asked guests of the upper village to stay with friends.",  # of something else
        "Clara Dunne won.",
    ],
)
def test_other_sentences_have_nothing_in_its_place(other: str) -> None:
    sentence = "The mayor, Irene Voss, asked residents of the lower town to stay with friends."
    assert find_replaced(sentence, Span(11, 21), other) is None


@pytest.mark.models
@pytest.mark.parametrize("days", [0, 3])
@pytest.mark.parametrize(("question", "change"), CHANGED.items())
def test_a_copy_with_another_answer_contradicts(
    tmp_path: Path, question: str, change: tuple[str, str], days: int
) -> None:
    field, value = change
    with Library.open(tmp_path / "library", create=True) as library:
        for n, changed in enumerate(({}, {field: value})):
            text = STORY.format(**{**FIRST, **changed})
            day = f"2024-03-{5 + days * n:02}"
            library.add(
                [{"id": f"a{n}", "title": "Flood gates fail", "source": f"Post {n}", "published": day, "text": text}]
            )
        answer = ask(library, question)
        (disagreement,) = answer.disagreements
    values = [side.value for side in disagreement.sides]
    assert any(FIRST[field] in said for said in values)
    assert any(value in said for said in values)
    assert disagreement.kind == ("changed" if days else "disputed")
    if days:
        assert value in disagreement.sides[0].value
        assert value in answer.sentences[0].text


@pytest.mark.models
def test_a_copy_with_the_same_answer_does_not(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True) as library:
        for n, mayor in enumerate(("Irene Voss", "Clara Dunne")):
            text = STORY.format(**{**FIRST, "mayor": mayor})
            library.add([{"id": f"a{n}", "title": "Flood gates fail", "source": f"Post {n}", "text": text}])
        assert ask(library, "How many people were taken to hospital in Brackwater?").disagreements == ()
