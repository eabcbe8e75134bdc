"""A text counts as English unless it is clearly in another language; a short English question always does."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from index.identify import make_article
from rag.english.language import is_english, is_english_article
from tests.conftest import ROOT

ENGLISH = """
Who left?
And when?
why
Niger coup Tiani
Itté and Arlit
?!
2024-03-17
the coup d'état
What did Le Monde say of it?
What does “Le Monde de la mer” say of it?
Who wrote Der Spiegel über das Leben?
What did Путин Владимир Владимирович say?
Who is 習近平?
Who is El Niño de la Hipoteca?
Was war?
Did people die in a war?
Why is he an idol in Rio de Janeiro?
Who is Kim Jong-un?
WHO WON THE CUP?
Molly Phee
When did Leonardo da Vinci die?
What is la dolce vita?
""".splitlines()
OTHER = """
Wann verließen die letzten Soldaten das Land?
Wer war der Anführer?
Warum wurde der Vertrag gekündigt?
¿Cuándo se fueron los soldados?
¿Quién?
Quién fue el presidente de la junta?
Quand les soldats sont-ils partis ?
Qui a dirigé le coup d'État au Niger ?
Pourquoi le Niger a-t-il rompu ?
Chi è il capo della giunta?
Quando os soldados foram embora do país?
Wanneer zijn de soldaten vertrokken?
När lämnade de sista soldaterna landet och varför?
Когда ушли последние солдаты?
Πότε έφυγαν οι στρατιώτες;
متى غادر آخر الجنود النيجر؟
尼日尔为什么废除协议?
ニジェールはなぜ協定を破棄したのか
마지막 군인들은 언제 떠났습니까?
""".strip().splitlines()


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_never_called_foreign(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize("text", OTHER)
def test_what_is_clearly_in_another_language(text: str) -> None:
    assert not is_english(text)


def test_every_question_of_our_own_sets_is_english() -> None:
    rows = [
        json.loads(line)
        for file in sorted((ROOT / "evals" / "data").glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    questions = [row["question"] for row in rows if "question" in row]
    assert len(questions) > 100
    assert [question for question in questions if not is_english(question)] == []


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert is_english(text) in (True, False)
    assert is_english(f"What did they say about the case of {text[:1]}?")


@pytest.mark.parametrize(
    ("language", "text", "english"),
    [
        ("en", OTHER[0], True),
        ("en-US", OTHER[0], True),
        ("de", "They left on Monday.", False),
        (None, "They left on Monday, the minister said.", True),
        (None, " ".join(OTHER[:3]), False),
    ],
)
def test_an_article_is_in_the_language_that_it_says_else_in_that_of_its_words(
    language: str | None, text: str, english: bool
) -> None:
    assert is_english_article(make_article(text, id="a", language=language)) is english
