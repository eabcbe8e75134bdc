"""`dateline open`: a source of the last answer at its quote, on the page or in the browser."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote as quote_address

import click

from index import Article, Library, UsageError, join_lines
from rag import Quote
from ui.cli.conversation.article import print_around
from ui.cli.last_answer import read_last_answer
from ui.cli.options import library_option, open_library
from ui.safe_address import find_web_address
from ui.server.running_pages import find_page

_LONGEST_FRAGMENT = 300  # characters of a quote in an address; browsers look for its first and last words else
_ENDS = 5  # words


@click.command("open", short_help="Open a source of the last answer at its quote.")
@click.argument("number", type=click.IntRange(min=1), metavar="N")
@library_option
def open_(number: int, library: Path | None) -> None:
    """Open source N of the last answer that `dateline ask` gave, at its quote.

    It is opened on the chat page where `dateline chat` serves that library, else at its address on the web, in the
    browser. What has no address is printed. After a refusal, N counts the articles that came nearest.
    """
    last = read_last_answer()
    if last is None:
        raise UsageError('there is no last answer. Ask something first: dateline ask "why …?"')
    if number not in last.sources:
        there = ", ".join(map(str, sorted(last.sources))) or "none"
        raise UsageError(f"the last answer has no source {number}. There are: {there}.")
    article_id, quotes = last.sources[number]
    opened, _ = open_library(library or last.folder)
    with opened:
        article = opened.get(article_id)
        quotes = tuple(q for q in quotes if 0 <= q.start < q.end <= len(article.text) or q.field == "title")
        _open(opened, article, quotes)


def _open(library: Library, article: Article, quotes: Sequence[Quote]) -> None:
    page = find_page(library.folder)
    web = find_web_address(article.url)
    if page:
        from ui.chat.article.render_article import link_article

        address = f"{page}{link_article(article, quotes)}"
    elif web:
        address = web + _find_on_page(article, quotes, web)
    else:
        print_around(article, quotes)
        return
    click.echo(join_lines(address))
    if not webbrowser.open(address):
        click.echo("dateline: no browser could be started. Open that address in one.", err=True)


def _find_on_page(article: Article, quotes: Sequence[Quote], web: str) -> str:
    """What makes a browser scroll to the first quote of the text (a text fragment); nothing where there is none."""
    first = next((q for q in sorted(quotes) if q.field == "text"), None)
    if first is None or "#" in web:
        return ""
    words = " ".join(article.text[first.start : first.end].split())
    if len(words) > _LONGEST_FRAGMENT:
        parts = words.split()
        start, end = " ".join(parts[:_ENDS]), " ".join(parts[-_ENDS:])
    else:
        start, end = words, ""
    # A hyphen and a comma mean something there.
    written = [quote_address(part, safe="").replace("-", "%2D") for part in (start, end) if part]
    return f"#:~:text={','.join(written)}"
