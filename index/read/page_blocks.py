"""What a saved page's blocks are and look like: that from which it is learnt which of them are its article's."""

from __future__ import annotations

from typing import NamedTuple

from index.clean.article_blocks import PageKind
from index.clean.features import PAGE_FEATURES, TEXT_FEATURES, Matrix, describe_page, describe_texts
from index.clean.scraped import split_blocks
from index.read.charsets import decode
from index.read.formats.html import load_page


class DescribedPage(NamedTuple):
    """The blocks of a page, its title first, and a row of features for each: shape (n, len(`features`))."""

    texts: list[str]
    rows: Matrix
    features: tuple[str, ...]


def describe_saved_page(content: bytes, kind: PageKind) -> DescribedPage:
    """Describe a web page, or one saved as text; raise DatelineError where there is nothing in it."""
    if kind == "txt":
        texts = split_blocks(decode(content))
        return DescribedPage(texts, describe_texts(texts), TEXT_FEATURES)
    page = load_page(content)
    rows = describe_page(page.blocks, page.extracted)
    return DescribedPage([block.text for block in page.blocks], rows, PAGE_FEATURES)
