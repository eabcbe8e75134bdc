"""The drawing of a scanned page: a box for each word, the quoted ones marked, and nothing else of the library's."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from hypothesis import given, strategies as st

from index import Article, find_place, make_article
from index.word_places import Box, Page, Spoken, place_words
from rag.records import Quote
from ui.chat.article.page_map import render_page_map
from ui.chat.article.render_article import render_article
from ui.chat.conversation import Source

TEXT = "The river rose on Tuesday. Two bridges were closed."
WORDS = TEXT.split()


def make_scan(pages: int = 2) -> Article:
    """An article whose words stand on pages by turns."""
    words: list[tuple[str, Box | None]] = []
    for n, word in enumerate(WORDS):
        words += [(" ", None), (word, Box(1 + n * pages // len(WORDS), 10 * n, 20, 9, 5))]
    return place_words(make_article(TEXT, id="scan"), words, [Page(n, 800, 1000) for n in range(1, pages + 1)])


def list_boxes(drawn: str, group: str) -> list[int]:
    part = re.search(rf'<g class="{group}">(.*?)</g>', drawn)
    assert part is not None
    return [int(x) // 10 for x in re.findall(r'<rect x="(\d+)"', part[1])]


def test_the_quoted_words_are_marked_on_their_page_among_the_others() -> None:
    article = make_scan()
    start = TEXT.index("bridges")
    drawn = render_page_map(article, [Quote(start, start + len("bridges were"))])
    assert list_boxes(drawn, "dl-page-quoted") == [6, 7]
    assert list_boxes(drawn, "dl-page-words") == [5, 8]
    assert "page 2" in drawn
    assert 'viewBox="0 0 800 1000"' in drawn


def test_the_open_article_says_on_which_page_and_at_which_time_it_is_quoted() -> None:
    source = Source(make_scan(), (Quote(0, 3),), "Source 1", 0)
    shown = render_article(source, 0)
    assert "page 1 of the scan" in shown
    assert "<svg" in shown
    spoken = place_words(make_article(TEXT, id="speech"), [(TEXT, Spoken(754_000, 760_000))])
    shown = render_article(source._replace(article=spoken), 0)
    assert "at 12:34" in html.unescape(shown)
    assert "<svg" not in shown


def test_an_article_that_was_not_scanned_has_no_drawing() -> None:
    assert render_page_map(make_article(TEXT, id="a"), [Quote(0, 3)]) == ""
    assert render_page_map(make_scan(), []) == ""


@given(st.text(), st.integers(-5, 99), st.integers(-5, 99))
def test_whatever_a_library_has_for_places_nothing_but_our_markup_is_drawn(forged: str, start: int, end: int) -> None:
    article = replace(make_scan(), word_places=make_scan().word_places.replace("800", forged))
    drawn = render_page_map(article, [Quote(start, end)])
    assert set(re.findall(r"</?([^ >]*)", drawn)) <= {"details", "summary", "svg", "g", "rect"}
    if drawn:
        assert find_place(article, start, end) is not None
