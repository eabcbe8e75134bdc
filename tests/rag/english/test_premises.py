"""What a question takes as given, and whether texts have it."""

from __future__ import annotations

import pytest

from index.identify import make_article
from rag.english.compare.premises import Premises, find_missing
from rag.english.gate import find_missing_premises

FINAL = ("Women's final (2018-06-09)", "Simona Halep beat Sloane Stephens in the women's final in Paris.")


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Who won the women's final in 2018?", ()),
        ("Who won the women's final in 2022?", ("2022",)),
        ("Who won the men's final in 2018?", ("men's",)),
        ("Whom did Halep beat in Paris?", ()),
        ("Whom did Halep beat in London?", ("London",)),
        ("How many of the 15,000 spectators saw Halep win?", ("15000",)),
    ],
)
def test_what_the_texts_lack_is_named(question: str, missing: tuple[str, ...]) -> None:
    found = find_missing(question, FINAL).list_all()
    assert tuple(word.replace(",", "") for word in found) == missing


def test_a_day_is_missing_in_texts_that_name_none() -> None:
    assert find_missing("Who won in May 2018?", ("Halep won.",)).days == ("May 2018",)
    assert find_missing("Who won in May 2018?", ()).days == ("May 2018",)


def test_another_place_in_a_row_is_contrary() -> None:
    texts = ("The second test of the rocket failed on Friday.",)
    assert find_missing("When was the first test of the rocket?", texts).contrary == ("first",)
    assert find_missing("When was the second test of the rocket?", texts).contrary == ()
    assert find_missing("When was the test of the rocket?", texts).contrary == ()


def test_a_final_and_a_last_week_are_no_place_in_a_row() -> None:
    texts = ("Ana Rusu won the Cape Open on Saturday, her first title.",)
    assert find_missing("Who won the Cape final of 4 May?", texts).contrary == ()
    assert find_missing("Who won the Cape Open last week?", texts).contrary == ()
    assert find_missing("Who won the final set?", texts).contrary == ("final",)


def test_other_languages_have_no_premises() -> None:
    article = make_article("La finale a été gagnée par Simona Halep à Paris samedi.", id="fr", language="fr")
    assert find_missing_premises(article, "Who won the final in London in 2022?", (article.text,)) == Premises()
    english = make_article("Simona Halep won the final in Paris on Saturday.", id="en", language="en")
    assert find_missing_premises(english, "Qui a gagné la finale à Londres en 2022 ?", (english.text,)) == Premises()


@pytest.mark.parametrize(
    ("question", "text", "turned"),
    [
        ("Why did Niger keep the deal?", "Niger's rulers cancel the accord. It was unfair.", ("keep",)),
        ("Why did Niger revoke the deal?", "Niger's rulers cancel the accord. It was unfair.", ()),
        ("Why did the union reject the offer?", "The union accepted the offer, since it was generous.", ("reject",)),
        ("Why did the union reject the offer?", "The union, which had accepted one in May, rejected the offer.", ()),
        ("Why did Ardle not join the league?", "Ardle left the league because of its fees.", ()),
        ("When did Ardle join the league?", "Ardle left the league because of its fees.", ()),
    ],
)
def test_the_opposite_of_a_deed_whose_reason_is_asked_turns_it(
    question: str, text: str, turned: tuple[str, ...]
) -> None:
    missing = find_missing(question, (text,))
    assert missing.turned == turned
    assert missing.contrary == ()
    assert set(turned) <= set(missing.list_all())
