"""Two articles, or two texts that an article had, side by side: the words that the other does not have are marked.

The addresses are `/compare?one=ID&other=ID` and `/compare?one=ID&version=NUMBER`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from index import Article, Library, Span, make_storable, recall_version
from ui.chat.article.render_article import render_paragraphs
from ui.chat.reading.links import COMPARE
from ui.chat.reading.page import show_page
from ui.escape import escape_line
from ui.presentation import show_title
from ui.wording import show_date

_MOST_WORDS = 10_000  # of both texts together that are compared
_LEAST_SHARED = 0.3  # of the words, below which nearly all would be marked
_WORD = re.compile(r"\w+(?:[-.,:’']\w+)*")


def make_compare_route(library: Library) -> Route:
    """The way to them."""

    async def show(request: Request) -> Response:
        one, other, version = (
            make_storable(request.query_params.get(name, "")) for name in ("one", "other", "version")
        )
        return await run_in_threadpool(_show, library, one, other, version)

    return Route(COMPARE, show)


def _show(library: Library, one: str, other: str, version: str) -> Response:
    article = library.find(one)
    beside = library.find(other) if other else article and _find_version(library, article, version)
    if article is None or beside is None:
        said = "<p>There is nothing to compare: an article is not here, or has no such version.</p>"
        return show_page("Nothing to compare", "", said, status=404)
    names = ("", "") if other else (f"Earlier version {version}", "Now")
    pair = (article, beside) if other else (beside, article)
    spans, about = compare_texts(pair[0].text, pair[1].text)
    columns = (_render(*column) for column in zip(pair, names, spans, strict=True))
    return show_page("Compared", about, f'<div id="compared">{"".join(columns)}</div>')


def _find_version(library: Library, article: Article, number: str) -> Article | None:
    found = (version for version in library.versions(article.id) if str(version.number) == number)
    return next((recall_version(article, version) for version in found), None)


def compare_texts(one: str, other: str) -> tuple[tuple[Sequence[Span], Sequence[Span]], str]:
    """Where each text has words that the other does not have, in order; and what is to be said of it."""
    words = _WORD.findall(one), _WORD.findall(other)
    if sum(map(len, words)) > _MOST_WORDS:
        return ((), ()), "These texts are too long to be compared word by word: nothing is marked."
    matcher = SequenceMatcher(None, *words)
    if matcher.ratio() < _LEAST_SHARED:
        return ((), ()), "These texts have few words in common: nothing is marked."
    blocks = matcher.get_matching_blocks()
    own = _find_own(one, [(b.a, b.a + b.size) for b in blocks]), _find_own(other, [(b.b, b.b + b.size) for b in blocks])
    if not any(own):
        return own, "The two have the same words."
    return own, "Words that the other does not have are marked."


def _find_own(text: str, shared: Iterable[tuple[int, int]]) -> list[Span]:
    """The places of the words between those that are shared, which are given by number, in order."""
    places = [match.span() for match in _WORD.finditer(text)]
    spans, at = [], 0
    for first, last in shared:
        if at < first:
            spans.append(Span(places[at][0], places[first - 1][1]))
        at = last
    return spans


def _render(article: Article, name: str, own: Sequence[Span]) -> str:
    facts = " · ".join(filter(None, (name, article.attributed, show_date(article))))
    return (
        f'<article tabindex="0" aria-label="{escape_line(show_title(article))}"><h2>{escape_line(show_title(article))}'
        f'</h2><p class="dl-facts">{escape_line(facts)}</p>{render_paragraphs(article.text, own)}</article>'
    )
