"""Pages that were scraped to text with their menus: the article comes out whole, and nothing is lost silently."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings as options, strategies as st

from index.clean.boilerplate import is_button, is_caption, is_notice, is_teaser, starts_appendix, starts_list
from index.clean.prose import is_page
from index.clean.scraped import clean_scraped
from tests.index.hostile import hostile_texts
from tests.index.read.make import BODY, FIRST, SECOND, THIRD, TITLE, read_one

MENU = ["Skip to content", "Menu", "Home", "Local", "Sport", "Business", "Weather", "Opinion", "Subscribe", "Log in"]
SHARE = ["Facebook", "Twitter", "Share via E-Mail", "Print"]
BELOW = [
    *("Related articles", "A cat in a tall tree", "Mayor opens new bakery", "Ten walks for the weekend"),
    *("Leave a comment", "Name *", "Email *", "Website", "Post comment"),
    *("About us", "Contact", "Privacy", "© 2024 The Gazette. All rights reserved."),
    "This website uses cookies to measure how it is read, and to show advertisements that fit you.",
]
HEAD = [*MENU, TITLE, "By Ada Writer", "5 March 2024", *SHARE]


def _page(*body: str, head: list[str] = HEAD, below: list[str] = BELOW) -> str:
    return "\n\n".join([f"{TITLE} | The Gazette", *head, *body, *below])


def test_a_page_with_its_menus_is_the_article_alone() -> None:
    cleaned = clean_scraped(_page(*BODY))
    assert (cleaned.title, cleaned.text) == (TITLE, "\n\n".join(BODY))
    assert cleaned.published is not None
    assert cleaned.published.dated.when == datetime(2024, 3, 5, tzinfo=UTC)
    assert cleaned.published.where == "byline: 5 March 2024"


@pytest.mark.parametrize(
    "line",
    [
        "The bridge on Tuesday. (Photo: Bo Other/Reuters)",
        "Photo: Bo Other",
        "Read more: The dam that was never finished",
        "Lesen Sie auch: Der Damm, der nie fertig wurde",
        "Advertisement",
        "Share this article",
        "Sign up for our newsletter and get the best of the week in your inbox",
    ],
)
def test_boilerplate_between_the_paragraphs_goes(line: str) -> None:
    cleaned = clean_scraped(_page(FIRST, line, SECOND, THIRD))
    assert cleaned.text == "\n\n".join(BODY)
    assert line in cleaned.removed.split("\n\n")


@pytest.mark.parametrize("line", ["Why now?", "The cost", "1. The upper dam", "Two bridges:"])
def test_headings_and_lists_between_the_paragraphs_stay(line: str) -> None:
    assert clean_scraped(_page(FIRST, line, SECOND, THIRD)).text == "\n\n".join([FIRST, line, SECOND, THIRD])


@pytest.mark.parametrize(
    "sentence",
    [
        "The company was bought by Reuters.",
        "Twitter is testing an edit button that only paid subscribers can use.",
        "The hackers, affiliated with another group, told the paper that they would log in again.",
        "Her recipe for cookies, with nuts and without, was printed in the same newsletter twice.",
        "Comments by the minister, who is on holiday, were not to be had on Tuesday.",
        "The court said that the privacy of the readers, not of the paper, was at stake.",
        "A photo, taken by a neighbour, shows the lorry on the bridge before it fell.",
    ],
)
def test_sentences_with_the_same_words_are_no_boilerplate(sentence: str) -> None:
    assert not any(is_it(sentence) for is_it in (is_button, is_teaser, is_caption, starts_list, starts_appendix))
    assert sentence in clean_scraped(_page(FIRST, SECOND, sentence, THIRD)).text or is_notice(sentence)


def test_comments_below_are_not_the_article() -> None:
    comments = ["Comments (2)", "Bo", "6 March 2024", "Terrible.", "Cy", "6 March 2024", "Where was he?", "Reply"]
    assert clean_scraped(_page(*BODY, below=[*comments, *BELOW])).text == "\n\n".join(BODY)


def test_a_note_with_short_lines_is_no_page() -> None:
    lines = [f"Point {n} of the list" for n in range(30)]
    assert not is_page(lines)
    text = "\n\n".join([TITLE, *lines])
    assert clean_scraped(text).text == "\n\n".join(lines)


def test_what_was_taken_out_comes_with_the_article(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text(_page(*BODY), encoding="utf-8")
    article = read_one(path)
    assert article.date_evidence == "byline: 5 March 2024"
    removed = article.removed.split("\n\n")
    assert [b for b in removed if b in MENU] == MENU
    assert removed[-len(BELOW) :] == BELOW


@given(st.lists(st.sampled_from([*MENU, *SHARE, *BELOW, *BODY, TITLE, "5 March 2024"]) | hostile_texts, max_size=40))
@options(deadline=None, max_examples=150)
def test_every_word_is_in_the_title_the_text_the_labels_or_what_was_removed(blocks: list[str]) -> None:
    raw = "\n\n".join(blocks)
    cleaned = clean_scraped(raw)
    kept = [cleaned.title, cleaned.text, cleaned.removed]
    assert not Counter(raw.split()) - Counter(" ".join(kept).split())


@given(st.integers(0, 8), st.integers(0, 8), st.permutations(MENU))
@options(deadline=None)
def test_more_of_the_same_menu_changes_nothing(above: int, below: int, menu: list[str]) -> None:
    head = [*menu * above, *HEAD]
    assert clean_scraped(_page(*BODY, head=head, below=[*BELOW, *menu * below])).text == "\n\n".join(BODY)
