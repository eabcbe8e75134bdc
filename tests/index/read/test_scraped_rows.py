"""Rows of exports: a text with boilerplate is cleaned as that of a text file is, and any other stays as it is."""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, given, strategies as st

from index import Article, article_to_fields
from index.clean.scraped import clean_scraped, has_boilerplate
from index.read.files import read_bytes
from tests.index.clean.test_scraped import BELOW, HEAD
from tests.index.read.make import BODY, TITLE

PAGE = "\n\n".join([f"{TITLE} | The Gazette", *HEAD, *BODY, *BELOW])
CLEAN = "\n\n".join(BODY)


def _read(row: dict[str, str], ending: str = ".jsonl") -> Article:
    [article] = read_bytes(json.dumps(row).encode(), "rows", 1, ending=ending)
    assert isinstance(article, Article), article
    return article


@pytest.mark.parametrize("ending", [".jsonl", ".json"])
@pytest.mark.parametrize("title", [{}, {"title": TITLE}, {"Headline": TITLE}])
def test_a_scraped_page_in_a_row_is_its_article(ending: str, title: dict[str, str]) -> None:
    article = _read({"id": "a", "text": PAGE, **title}, ending)
    assert (article.title, article.text) == (TITLE, CLEAN)
    assert article.published is not None
    assert f"{article.published:%Y-%m-%d}" == "2024-03-05"
    assert str(article.date_evidence).startswith("byline: ")
    for line in [*HEAD, *BELOW]:
        assert line == TITLE or line in article.removed


def test_a_row_of_a_table_is_cleaned_too() -> None:
    table = f'id,kicker,content\na,{TITLE},"{PAGE}"\n'.encode()
    [article] = read_bytes(table, "rows", 1, ending=".csv", columns={"title": "kicker"})
    assert isinstance(article, Article)
    assert (article.title, article.text) == (TITLE, CLEAN)


def test_what_the_row_says_comes_before_what_the_page_says() -> None:
    article = _read({"id": "a", "title": "Of a flood", "date": "2024-03-07", "text": PAGE})
    assert article.title == "Of a flood"
    assert f"{article.published:%Y-%m-%d}" == "2024-03-07"


@pytest.mark.parametrize(
    "text",
    [
        CLEAN,
        CLEAN.replace("\n\n", "\n"),
        CLEAN.replace(" ", "  "),
        "  A line.\n\tAnother one.",
        "- one\n- two\n\n\n\nEnd",
    ],
)
def test_a_clean_text_stays_byte_for_byte(text: str) -> None:
    assert _read({"id": "a", "text": text}).text == text.strip()


@given(st.text(min_size=1), st.sampled_from(["", TITLE]))
def test_a_text_without_boilerplate_is_never_touched(text: str, title: str) -> None:
    text = text.replace("\0", "").replace("\r", "")
    assume(text.strip() and not has_boilerplate(text))
    article = _read({"id": "a", "title": title, "text": text})
    assert (article.text, article.removed) == (text.strip(), "")


@given(st.lists(st.sampled_from([*BODY, *HEAD, *BELOW]), min_size=1, max_size=20))
def test_a_row_is_cleaned_as_the_same_text_in_a_file(blocks: list[str]) -> None:
    text = "\n\n".join(blocks)
    assume(has_boilerplate(text))
    cleaned = clean_scraped(text, TITLE)
    assert _read({"id": "a", "title": TITLE, "text": text}).text == (cleaned.text or text)


def test_an_export_comes_back_byte_for_byte() -> None:
    """What its own library has in a text stays there, buttons and all: it was read by its rules, or given as it is."""
    article = _read({"id": "a", "text": "Read more", "removed": ""})
    assert article.text == "Read more"
    assert _read(article_to_fields(article)) == article


def test_a_text_of_nothing_but_boilerplate_is_kept() -> None:
    assert _read({"id": "a", "text": "Read more"}).text == "Read more"
