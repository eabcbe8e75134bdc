"""The gate: English texts reach the rules, and of others the rules give nothing."""

from __future__ import annotations

from datetime import date

import pytest

from index import Filters
from index.identify import make_article
from rag import Turn
from rag.english import gate
from rag.english.compare.claims import compare_claim
from tests.test_rooms import IMPORTS

GERMAN = "Die Soldaten verließen das Land am 17. März 2024, und 1.000 von ihnen waren nicht mehr da."
SPANISH = "¿Cuándo se fueron los soldados, y no dijo nada Reuters en 2024?"


def test_nobody_outside_imports_a_rule() -> None:
    strangers = {
        module: rules
        for module, names in IMPORTS.items()
        if not module.startswith("rag.english")
        and (rules := {name for name in names if name.startswith("rag.english") and name != "rag.english.gate"})
    }
    assert strangers == {}
    assert "rag.english.gate" in IMPORTS["rag.question.understand"]


@pytest.mark.parametrize("question", [GERMAN, SPANISH])
def test_a_question_in_another_language(question: str) -> None:
    assert gate.make_standalone(question, [Turn("Who left?", "They.")]) == question
    assert gate.split_question(question) == [(question, question)]
    assert gate.expected_kind(question) == "other"
    assert gate.read_question_filters(question, ("Reuters",), ("fr",)) == Filters()
    assert gate.list_dates(f"{question} 2024-03-17") == set()
    assert not gate.asks_for_newest(f"{question} now")


def test_an_article_in_another_language() -> None:
    text = "Sie kamen last week. Am 17 March 2024 gingen sie, und today."
    article = make_article(text, id="a", language="de", published="2024-03-20")
    assert gate.resolve_days(article, 0, len(text)) == []
    assert gate.write_out_days(article, 0, len(text)) == text
    assert gate.list_named_days(article, 0, len(text)) == set()
    assert gate.holds_kind(article, "Sie kamen.", "time", "When did they come?"), "nobody can tell"
    english = make_article(text, id="b", language="en", published="2024-03-20")
    assert gate.list_named_days(english, 0, len(text)) == {date(2024, 3, 17), date(2024, 3, 20)}
    assert not gate.holds_kind(english, "They came.", "time", "When did they come?")


def test_a_claim_in_another_language_is_compared_by_its_digits_and_quoted_words() -> None:
    sentences = [GERMAN, "Der Minister sagte „nie wieder“."]
    same = gate.compare_claim("Am 17. März 2024 waren 1000 nicht mehr da, sagte der Minister.", sentences, [0.9, 0.5])
    assert (same.figures, same.names, same.denied, same.reasons) == (0, 0, 0, ())
    assert same.near == (0,)
    assert 0 < same.overlap <= 1
    other = gate.compare_claim("Am 18. März 2024 waren 1000 nicht mehr da, „im Mai“.", sentences, [0.9, 0.5])
    assert (other.figures, other.quoted) == (1, 1)
    assert "18" in other.reasons[0]
    assert gate.deny_claim(GERMAN) == []
    assert gate.swap_names(GERMAN, sentences) == []
    assert not gate.denies_the_same(GERMAN[:20], GERMAN)
    assert not gate.is_unsure(f"{GERMAN} They do not say.")


def test_english_reaches_the_rules() -> None:
    claim, sentences = "The troops left on 18 March 2024.", ["The troops left on 17 March 2024."]
    assert gate.compare_claim(claim, sentences, [0.9]) == compare_claim(claim, sentences, [0.9])
    assert gate.deny_claim(claim)
    assert gate.expected_kind("When did they leave?") == "time"
    assert gate.is_unsure("The articles do not say.")
    assert gate.denies_the_same("They did not leave.", "They did not leave, he said.")
