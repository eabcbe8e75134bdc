"""What a question asks for, and what a sentence holds."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from rag.english.answer_kind import Kind, expected_kind, holds_kind, wants_sentences


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many soldiers left?", "number"),
        ("How far is Agadez from Niamey?", "number"),
        ("What percentage voted?", "number"),
        ("How much money was lost?", "money"),
        ("How much did the base cost?", "money"),
        ("When did the coup happen?", "time"),
        ("In what year was the accord made?", "time"),
        ("By what date must they leave?", "time"),
        ("How long did the conversations last?", "duration"),
        ("How old is the president?", "duration"),
        ("Who leads the junta?", "person"),
        ("Which general spoke?", "person"),
        ("Whose base is it?", "other"),
        ("Where is the base?", "place"),
        ("In which city did they meet?", "place"),
        ("Why did Niger revoke the deal?", "reason"),
        ("What led to the coup?", "reason"),
        ("What was the main reason for the delay?", "reason"),
        ("What did the court reason about the bill?", "other"),
        ("WHY NIGER", "reason"),
        ("What did the Pentagon say?", "other"),
        ("Niger", "other"),
        ("", "other"),
    ],
)
def test_the_question_word_tells_the_kind(question: str, kind: Kind) -> None:
    assert expected_kind(question) == kind


@pytest.mark.parametrize(
    ("sentence", "kind", "holds"),
    [
        ("Some 1,000 soldiers left.", "number", True),
        ("Twelve people came.", "number", True),
        ("People came.", "number", False),
        ("It cost $110 million.", "money", True),
        ("It was dear.", "money", False),
        ("They left on 15 September.", "time", True),
        ("They left on Friday.", "time", True),
        ("They left three days later.", "time", True),
        ("They left.", "time", False),
        ("They may leave.", "time", False),
        ("The conversations took five days.", "duration", True),
        ("The conversations took a while.", "duration", False),
        ("It was revoked because the visit was rude.", "reason", True),
        ("It was revoked on television.", "reason", False),
        ("anything", "other", True),
        ("", "person", False),
        ("", "number", False),
    ],
)
def test_a_sentence_holds_a_kind(sentence: str, kind: Kind, holds: bool) -> None:
    assert holds_kind(sentence, kind) is holds


@pytest.mark.parametrize(
    ("sentence", "holds"),
    [
        ("The junta is led by Abdourahamane Tiani.", True),
        ("The junta of Niger is led by a general.", False),
        ("Niger's junta rules.", False),
    ],
)
def test_names_of_the_question_itself_are_no_answer(sentence: str, holds: bool) -> None:
    assert holds_kind(sentence, "person", "Who leads Niger's junta, that of Niger?") is holds


@given(st.text(), st.text())
def test_any_text_has_a_kind(question: str, sentence: str) -> None:
    kind = expected_kind(question)
    assert holds_kind(sentence, kind, question) or kind != "other"


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Why did Niger revoke the deal?", True),
        ("How did the junta come to power?", True),
        ("What happened in July 2023?", True),
        ("How many soldiers left?", False),
        ("How much did the base cost?", False),
        ("How long did it take?", False),
        ("What is the name of the base?", False),
        ("Who leads the junta?", False),
    ],
)
def test_why_how_and_what_happened_want_sentences(question: str, wanted: bool) -> None:
    assert wants_sentences(question) == wanted
