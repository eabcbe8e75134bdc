"""Web pages, whole, damaged, and made of tags in any order."""

from __future__ import annotations

from hypothesis import given, strategies as st

from index.read.formats.feed import html_to_text
from tests.fuzz.reading import check_reading, check_texts, damaged
from tests.index.read.make import BODY, TITLE, make_page

HEADS = (
    "",
    '<meta property="article:published_time" content="2024-03-05T10:00:00Z"><link rel="canonical" href="http://a.example/x">',
    '<script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "datePublished": "2024-03-05"}]}</script>',
    '<meta name="author" content="A. Writer"><meta http-equiv="content-type" content="text/html; charset=iso-8859-1">',
)
PAGES = [make_page(head).encode() for head in HEADS]
NAMES = "p div a b br ul li table tr td h1 article time meta script style nav svg template select textarea pre".split()
TAG = st.builds(
    "<{}{} {}>".format,
    st.sampled_from(["", "/"]),
    st.sampled_from(NAMES),
    st.sampled_from(
        [
            "", 'class="published"', "hidden", 'style="display:none"', 'datetime="2024-03-05"',
            "itemprop=datePublished", "href=//x", "lang=en", "=", '"',
        ]
    ),
)  # fmt: skip
SOUP = st.lists(
    TAG | st.sampled_from([*BODY, TITLE, "&#0;", "&nbsp;", "3 March 2024"]) | st.text(max_size=10), max_size=80
)


@given(damaged(PAGES))
def test_a_damaged_page_is_read_or_refused(page: bytes) -> None:
    check_reading(page, ".html")


@given(SOUP.map("".join))
def test_tags_in_any_order_are_read_or_refused(soup: str) -> None:
    check_reading(f"<html><body>{soup}".encode("utf-8", "replace"), ".html")


@given(SOUP.map("".join))
def test_markup_in_a_feed_becomes_words(soup: str) -> None:
    text = html_to_text(soup)
    assert "<p" not in text or "<p" in soup
    check_texts([text.replace("\0", "")])
