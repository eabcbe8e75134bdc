"""An article as HTML, with the quotes in it highlighted. Nothing but our own tags is markup, as in `ui.chat.render`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from index import Article, Span, Version, find_place
from rag import Quote
from ui.chat.article.page_map import render_page_map
from ui.chat.conversation import STORED, Source
from ui.chat.reading.links import link_comparison, link_version
from ui.chat.render import highlight, render_byline
from ui.escape import escape, escape_line, find_muted
from ui.presentation import show_copies, show_file, show_places, show_title
from ui.safe_address import find_web_address
from ui.wording import show_date

_MOST_SHOWN = 500_000  # characters of an article on the page
_PART_SHOWN = "This article is very long. A part of it is shown here."
_PARAGRAPH = re.compile(r"\S(?:.|\n(?!\s*\n))*")


def render_article(source: Source, click: int) -> str:
    """The article with the quotes highlighted.

    `click` is the number of the click that asked for it: the script scrolls and moves the focus when it
    changes, so also where the same source is opened twice.
    """
    bar = _bar(source.name, escape_line(show_title(source.article)), link_article(source.article, source.quotes))
    return (
        f'<article id="dl-article" data-click="{click}" tabindex="-1" aria-labelledby="dl-article-title">'
        f"{bar}{render_content(source)}</article>"
    )


def render_content(source: Source) -> str:
    """Title, facts and text of the article, with the quotes highlighted, and what else there is of its story."""
    article = source.article
    places = (find_place(article, quote.start, quote.end, quote.field) for quote in source.quotes)
    facts = map(escape_line, (article.attributed, show_date(article), *show_places(places)))
    about = filter(None, (*facts, _place(article), show_copies(source.copies)))
    title = show_title(article)
    in_title = [Span(quote.start, quote.end) for quote in source.quotes if quote.field == "title"]
    in_text = sorted(Span(quote.start, quote.end) for quote in source.quotes if quote.field == "text")
    shown = sorted(filter(None, (find_muted(article.title, span) for span in in_title)))
    return (
        f'<header><h2 id="dl-article-title">{highlight(title, 0, len(title), shown, "mark")}</h2>'
        f'<p class="dl-facts">{" · ".join(about)}</p></header>'
        f"{render_page_map(article, source.quotes)}{render_paragraphs(article.text, in_text)}"
        f"{_list('The same story', article, source.others)}{_list('More like this', article, source.similar)}"
        f"{_versions(source)}"
    )


def _list(heading: str, article: Article, others: Sequence[Article]) -> str:
    """Other articles as buttons that open them, each with a link to both side by side; nothing where there are none."""
    if not others:
        return ""
    rows = "".join(
        f'<li><button class="dl-source" name="{STORED}" value="{escape(other.id)}">'
        f"{render_byline(show_title(other), (other.attributed, show_date(other)), other.text)}</button>"
        f"{_compare(link_comparison(article.id, other.id))}</li>"
        for other in others
    )
    return f'<p class="dl-heading">{heading}</p><ul class="dl-sources">{rows}</ul>'


def _compare(address: str) -> str:
    return (
        f'<a class="dl-compare" href="{escape_line(address)}" target="_blank" rel="noopener">Compare side by side</a>'
    )


def _versions(source: Source) -> str:
    """The texts that the article had before, the newest of them first, folded."""
    return "".join(
        f"<details><summary>Earlier version {v.number}{_when(v)}</summary>"
        f"{_compare(link_version(source.article.id, v.number))}<h3>{escape_line(v.title)}</h3>"
        f"{render_paragraphs(v.text, ())}</details>"
        for v in reversed(source.versions)
    )


def _when(version: Version) -> str:
    day = version.modified or version.published
    return f", {day:%-d %B %Y}" if day else ""


def render_missing(click: int) -> str:
    """What stands in the article's place where a button leads nowhere any more."""
    return (
        f'<article id="dl-article" data-click="{click}" tabindex="-1">{_bar("Source", "")}'
        "<p>It is no longer here: that conversation is over, or the article was removed.</p></article>"
    )


def render_note(name: str, text: str) -> str:
    """A sentence in the article's place."""
    said = f'{_bar(name, "")}<p role="status">{escape_line(text)}</p>'
    return f'<article id="dl-article" data-click="0" tabindex="-1">{said}</article>'


def link_article(article: Article, quotes: Sequence[Quote]) -> str:
    """The article's address on this page, with the quotes that are highlighted, and the text that they count in."""
    spans = ",".join(
        f"{'title:' if quote.field == 'title' else ''}{quote.start}-{quote.end}" for quote in sorted(quotes)
    )
    asked = {"article": article.id, "text": article.content_hash[:12], **({"quotes": spans} if spans else {})}
    return f"/?{urlencode(asked)}"


def _bar(name: str, title: str, link: str = "") -> str:
    """What is open, in view wherever one reads; the ways to its neighbours; a link to it; the button that closes it."""
    steps = "".join(
        f'<button type="button" class="dl-step" value="{step}" title="{said} source ({key})" aria-keyshortcuts="{key}">'
        f'<span aria-hidden="true">{sign}</span><span class="dl-hidden">{said} source</span></button>'
        for step, said, key, sign in (("-1", "Previous", "p", "‹"), ("1", "Next", "n", "›"))
    )
    copy = f'<a class="dl-link" href="{escape_line(link)}">Copy link</a>' if link else ""
    close = '<button type="button" id="dl-close" title="Close the article (Escape)">Close</button>'
    what = f'<span class="dl-name">{name}</span><span class="dl-short">{title}</span>'
    return f'<div class="dl-bar">{what}{steps}{copy}{close}</div>'


def _place(article: Article) -> str:
    """A link to the article where it has a web address, else the name of the file it was read from."""
    address = find_web_address(article.url)
    if address is None:
        return escape_line(show_file(article.origin or ""))
    host = escape_line(urlsplit(address).hostname or "")
    return f'<a href="{escape_line(address)}" target="_blank" rel="noopener noreferrer">{host} ↗</a>'


def render_paragraphs(text: str, quoted: Sequence[Span]) -> str:
    """The text, with what is quoted highlighted; `quoted` comes in order."""
    start = max(0, quoted[0].start - _MOST_SHOWN // 2) if quoted and quoted[-1].end > _MOST_SHOWN else 0
    end = start + _MOST_SHOWN
    found = _PARAGRAPH.finditer(text, start, end)
    shown = "".join(f"<p>{highlight(text, m.start(), m.end(), quoted, 'mark')}</p>" for m in found)
    return shown if len(text) <= _MOST_SHOWN else f'<p role="note">{_PART_SHOWN}</p>{shown}'
