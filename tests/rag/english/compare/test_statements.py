"""What articles say to a question: which statements count, and which of them contradict each other."""

from __future__ import annotations

from datetime import date

import pytest

from index.identify import make_article
from rag.english.answer_kind import expected_kind
from rag.english.compare.statements import Statement, compare_statements, read_statement


def state(question: str, sentence: str, words: str, day: date = date(2024, 5, 20)) -> Statement:
    """What these words of an article that is this sentence say."""
    article = make_article(sentence, title="News", url="https://example.org/a", published=day, language="en")
    at = sentence.index(words)
    span = (at, at + len(words))
    return read_statement(article, "text", (0, len(sentence)), span, sentence, question, expected_kind(question))


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("Who won the 2024 Orvane Prize?", "Lena Okafor won the Orvane Prize on Sunday.", "Lena Okafor"),
        ("Who runs Peru's Halcón Mine?", "Rosa Quispe runs the Halcón Mine.", "Rosa Quispe"),
        ("What was the May 2024 Tarn quake's magnitude?", "The Tarn quake had magnitude 5.1.", "5.1"),
        ("What was the wage in Peru?", "The Peruvian wage was 900 soles.", "900 soles"),
        ("Who was the keeper of Tarn Light?", "Ivo Lund will be the keeper of Tarn Light.", "Ivo Lund"),
        ("What profit did Tarn Foods make?", "Tarn Foods said that its profit had been 4 million euros.", "4 million"),
    ],
)
def test_what_the_day_or_the_readers_of_an_article_know_is_not_missing(
    question: str, sentence: str, words: str
) -> None:
    assert state(question, sentence, words).sure


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("Who won the 2021 Orvane Prize?", "Lena Okafor won the Orvane Prize on Sunday.", "Lena Okafor"),
        ("Who runs the Halcón Mine?", "Rosa Quispe runs the Salt Works.", "Rosa Quispe"),
        ("Who is the head of Tarn Museum?", "Ivo Lund has resigned as head of Tarn Museum.", "Ivo Lund"),
        ("How many people were killed in Tarn?", "Up to 40 people could have been killed in Tarn.", "40"),
    ],
)
def test_other_years_other_matters_and_who_has_left_are_no_voice(question: str, sentence: str, words: str) -> None:
    assert not state(question, sentence, words).sure


def test_a_passage_that_names_the_other_answer_tells_of_the_same_matter_long_after() -> None:
    question = "Who was captain of the Tarn rowing team?"
    older = state(question, "Ivo Lund was made captain of the Tarn rowing team.", "Ivo Lund", date(2022, 1, 10))
    newer = "Mara Sène was made captain of the Tarn rowing team after Ivo Lund was dropped."
    named = state(question, newer, "Mara Sène", date(2024, 5, 20))
    alone = state(question, newer.split(" after")[0] + ".", "Mara Sène", date(2024, 5, 20))
    assert compare_statements(older, named, question, "person") is False
    assert compare_statements(older, alone, question, "person") is None


def test_two_places_that_a_question_names_are_not_held_against_each_other() -> None:
    question = "How many houses burnt in Tarn and Velm?"
    one = state(question, "In Tarn the fire took 12 houses.", "12 houses")
    other = state(question, "In Velm the fire took 40 houses.", "40 houses")
    assert compare_statements(one, other, question, expected_kind(question)) is None
