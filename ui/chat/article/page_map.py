"""A drawing of a scanned page: a line for each word, where it stands, with the quoted ones marked.

It is made of the boxes that are kept with the article. The picture itself lies on the server under a name that the
library gives, and no such file is ever served.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index import Article, Box, find_place
from rag import Quote

_MOST_WORDS = 5_000  # that are drawn


def render_page_map(article: Article, quotes: Sequence[Quote]) -> str:
    """The page on which the first of the quotes stands, folded; nothing where no page is known."""
    found = [place for q in quotes if (place := find_place(article, q.start, q.end, q.field)) and place.pages]
    if not found:
        return ""
    page = found[0].pages[0]
    marked = dict.fromkeys(box for place in found for box in place.boxes if box.page == page.number)
    places = find_place(article, 0, len(article.title), "title"), find_place(article, 0, len(article.text))
    words = [box for place in places if place for box in place.boxes if box.page == page.number and box not in marked]
    return (
        f'<details class="dl-page"><summary>Where it stands on page {page.number}</summary>'
        f'<svg viewBox="0 0 {page.width} {page.height}" role="img" aria-label="A drawing of page {page.number}: '
        f'the quoted words are marked"><g class="dl-page-words">{_draw(words[:_MOST_WORDS])}</g>'
        f'<g class="dl-page-quoted">{_draw(marked)}</g></svg></details>'
    )


def _draw(boxes: Iterable[Box]) -> str:
    return "".join(f'<rect x="{b.x}" y="{b.y}" width="{b.width}" height="{b.height}"></rect>' for b in boxes)
