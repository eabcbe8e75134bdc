"""What a sentence gets in brackets, to stand alone."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, strategies as st

from index import Article, Span, split_sentences
from index.identify import make_article
from rag.english.gate import add_brackets
from tests.index.hostile import NASTY

TEXT = (
    "Col. Maj. Amadou Abdramane read the statement on television. He argued that the deal was unfair. "
    "Kathleen FitzGibbon and Molly Phee met the ministers last week. She left on Thursday. "
    '"He will go," said Prime Minister Ali Zeine. The 58-year-old economist gave no date.'
)
ARTICLE = make_article(TEXT, id="a", title="Niger", published=date(2024, 3, 16), language="en")


def _complete(article: Article, sentence: str) -> str:
    at = article.text.index(sentence)
    return add_brackets(article, at, at + len(sentence), Span(0, 0))


def test_a_pronoun_gets_the_one_person_named_before() -> None:
    said = _complete(ARTICLE, "He argued that the deal was unfair.")
    assert said == "He [Col. Maj. Amadou Abdramane] argued that the deal was unfair."


def test_a_last_name_is_written_out_and_a_country_is_nobody() -> None:
    text = (
        "Its spokesman, Col. Maj. Amadou Abdramane, read it. Col. Maj. Abdramane complained of Niger's visitors. "
        "He rejected a deal with Iran. The accord, he argued, was unfair."
    )
    article = make_article(text, id="d", language="en")
    said = _complete(article, "The accord, he argued, was unfair.")
    assert said == "The accord, he [Col. Maj. Amadou Abdramane] argued, was unfair."


@pytest.mark.parametrize(
    "text",
    [
        "A spokesman told Sky News on Friday. He said that it was over.",
        "Rice last saw President Joe Biden on Friday. She is well.",
        "The price was set at the Hubble Space Telescope. She said that it was low.",
        "Sen. Ann Lee met Rep. Tom Lee. Lee left. He said nothing.",
        "Gov. Ann Lee defended her husband. He does not work here.",
        "Tom Lee, 26, was looking for Ann Roe, 25, on the train. She was a dentist.",
        "The Daily Star said so. He said that it was over.",
    ],
)
def test_nobody_is_guessed(text: str) -> None:
    article = make_article(text, id="e", language="en")
    last = split_sentences(text)[-1]
    assert "[" not in _complete(article, text[last.start : last.end])


def test_where_two_are_named_nobody_is_guessed() -> None:
    assert "FitzGibbon" not in _complete(ARTICLE, "She left on Thursday.")
    assert "Phee" not in _complete(ARTICLE, "She left on Thursday.")


def test_a_relative_day_gets_its_date() -> None:
    assert "[14 March 2024]" in _complete(ARTICLE, "She left on Thursday.")
    assert "last week [4 March 2024 to 10 March 2024]" in _complete(
        ARTICLE, "Kathleen FitzGibbon and Molly Phee met the ministers last week."
    )
    undated = make_article(TEXT, id="b", language="en")
    assert _complete(undated, "She left on Thursday.") == "She left on Thursday."


def test_a_description_gets_the_name() -> None:
    said = _complete(ARTICLE, "The 58-year-old economist gave no date.")
    assert said == "The 58-year-old economist [Prime Minister Ali Zeine] gave no date."


def test_what_stands_in_quotation_marks_is_left_as_it_was_said() -> None:
    assert (
        _complete(ARTICLE, '"He will go," said Prime Minister Ali Zeine.')
        == '"He will go," said Prime Minister Ali Zeine.'
    )


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_other_languages_are_left_alone(language: str) -> None:
    article = make_article(TEXT, id="c", published=date(2024, 3, 16), language=language)
    assert _complete(article, "He argued that the deal was unfair.") == "He argued that the deal was unfair."


@given(st.sampled_from([*NASTY, TEXT]), st.sampled_from([*NASTY, TEXT]))
def test_without_the_brackets_it_is_the_sentence(one: str, other: str) -> None:
    text = f"x {one} {other}".strip()
    article = make_article(text, id="h", published=date(2024, 3, 16), language="en")
    for span in split_sentences(article.text)[:20]:
        sentence = article.text[span.start : span.end]
        said = add_brackets(article, span.start, span.end, Span(0, 0))
        assert re.sub(r" \[[^\[\]]*\]", "", said) == re.sub(r" \[[^\[\]]*\]", "", sentence)
