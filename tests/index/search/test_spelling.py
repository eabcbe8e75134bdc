"""Misspelt words are read as the articles' own, and only where that is sure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from index import Library
from index.text.spelling import count_edits, is_common_word, list_doubtful

ARTICLES = (
    "Niger said that it would revoke its military deal with the United States. President Mohamed Bazoum fell in July.",
    "Gen. Abdourahamane Tiani leads the junta. American soldiers left Niamey, and 1,000 French soldiers too.",
    "What the government announced on Saturday surprised the American delegation, which Miles Prower had led.",
    "The ministers of Mali and the Malian president met. President Bazoum was not there, the American envoy said.",
)
GERMAN = "Die Bundesregierung kündigte das Abkommen mit der Landesregierung. Der Bürgermeister lobte das Abkommen sehr."


@pytest.fixture
def news(tmp_path: Path, doubles: None) -> Iterator[Library]:
    with Library.open(tmp_path / "library", create=True) as library:
        rows = [{"id": str(n), "title": "News", "text": text, "language": "en"} for n, text in enumerate(ARTICLES)]
        library.add([*rows, {"id": "de", "title": "Nachricht", "text": GERMAN, "language": "de"}])
        yield library


def correct(library: Library, question: str, language: str = "") -> dict[str, str]:
    return {one.word: one.instead for one in library.correct_spelling(question, ["The Tiany Post"], language)}


@pytest.mark.parametrize(
    ("question", "corrections"),
    [
        ("Who is Mohamed Bazuom?", {"Bazuom": "Bazoum"}),
        ("where is bazoun's house", {"bazoun": "Bazoum"}),
        ("When did the Frnech soldeirs leave?", {"Frnech": "French", "soldeirs": "soldiers"}),
        ("waht did the presidnet say", {"waht": "What", "presidnet": "President"}),
        ("Why did the Amercian governmnet say so?", {"Amercian": "American", "governmnet": "government"}),
        ("Who is Abdourahmane Tiani?", {"Abdourahmane": "Abdourahamane"}),
    ],
)  # fmt: skip
def test_a_small_mistake_is_understood(news: Library, question: str, corrections: dict[str, str]) -> None:
    assert correct(news, question) == corrections


@pytest.mark.parametrize(
    "question",
    [
        "Why did Niger revoke the deal?",
        "Who is the president of Malawi?",  # a country of its own
        "Who is Milei?",  # not Miles
        "Who is Tiany?",  # an outlet's name
        "What did NATQ and the GOVERNMNET say?",  # abbreviations
        "What happened at 1,00O or on 2O24-03-17?",
        'Who wrote "Frnech soldeirs"?',
        "What does bazoun@example.org or example.org/bazoun or bazoun-like mean?",
        "Why a ransomware attack on a chatbot?",
        "What did Delegatios Millitary, the singer, say?",  # nobody writes these with a capital
        "尼日尔为什么? ニジェール นิเชร์",
        "Почему Нигер разорвал соглашение?",
        "?",
        "",
    ],
)
def test_what_may_be_right_is_left_alone(news: Library, question: str) -> None:
    assert correct(news, question) == {}


def test_what_is_close_to_several_words_is_left_alone(tmp_path: Path, doubles: None) -> None:
    with Library.open(tmp_path / "library", create=True) as library:
        library.add([{"id": "a", "text": "Abdramane and Abdromane met."}])
        assert correct(library, "Who is Abdremane?") == {}
        library.add([{"id": str(n), "text": f"Abdramane spoke {n} times on Monday {n}."} for n in range(5)])
        assert correct(library, "Who is Abdremane?") == {"Abdremane": "Abdramane"}, "most write that"


def test_in_another_language_only_its_own_articles_count(news: Library) -> None:
    assert correct(news, "Was tat der Bürgermiester?", "de") == {"Bürgermiester": "Bürgermeister"}
    assert correct(news, "Was sagte der Bürgermeisterin Amercian?", "de") == {}
    assert correct(news, "Qui est le Bürgermiester?", "fr") == {}


def test_words_of_an_article_that_is_gone_are_no_help(tmp_path: Path, doubles: None) -> None:
    with Library.open(tmp_path / "library", create=True) as library:
        assert correct(library, "Who is Mohamed Bazuom?") == {}
        library.add([{"id": "a", "text": "Bazoum was there."}])
        assert correct(library, "Who is Mohamed Bazuom?") == {"Bazuom": "Bazoum"}
        library.remove("a")
        assert correct(library, "Who is Mohamed Bazuom?") == {}


def test_the_place_of_a_correction_is_the_word_s(news: Library) -> None:
    question = "Frnech? Who is Bazuom, and is Bazuom's house in Agadez?"
    found = news.correct_spelling(question)
    assert [question[one.start : one.end] for one in found] == ["Frnech", "Bazuom", "Bazuom"]
    assert [one.word for one in found] == ["Frnech", "Bazuom", "Bazuom"]


@given(st.text(max_size=200))
def test_doubtful_words_stand_in_the_question_and_hold_letters_alone(question: str) -> None:
    words = list_doubtful(question)
    assert all(question[word.start : word.end] == word.text and word.text.isalpha() for word in words)
    assert [word.start for word in words] == sorted({word.start for word in words})


@given(st.text("abcd", max_size=8), st.text("abcd", max_size=8))
def test_edits_are_a_distance_and_stop_at_the_most(one: str, other: str) -> None:
    edits = count_edits(one, other, 99)
    assert edits == count_edits(other, one, 99)
    assert (edits == 0) == (one == other)
    assert abs(len(one) - len(other)) <= edits <= max(len(one), len(other))
    assert (count_edits(one, other, 1) <= 1) == (edits <= 1)


@pytest.mark.parametrize(
    ("one", "other", "edits"), [("bazuom", "bazoum", 1), ("abc", "cab", 2), ("a", "", 1), ("niger", "nigeria", 2)]
)
def test_letters_that_changed_places_are_one_edit(one: str, other: str, edits: int) -> None:
    assert count_edits(one, other, 9) == edits


def test_common_words_and_their_forms_are_known() -> None:
    assert all(map(is_common_word, ("Niger", "malawi", "revoking", "governments", "yesterday", "February", "Émile")))
    assert not any(map(is_common_word, ("bazuom", "presidnet", "frnech", "waht", "zzzzqx")))
