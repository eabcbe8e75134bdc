"""Saved web pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from index.clean.article_blocks import drop_repeated, pick_blocks
from index.clean.blocks import Block, read_blocks
from index.clean.page_dates import Page, find_page_dates
from index.clean.scraped import list_removed
from index.errors import DatelineError
from index.fetch.own_site import is_same_site, name_site
from index.identify import make_article
from index.read.charsets import decode
from index.records import Article
from index.text.outlets import BY_ADDRESS, read_host

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_INVISIBLE = re.compile(r"[\u200b\ufeff\u00ad]")
_DEEPEST = 200  # elements within each other: real pages have some 40, and lxml reads no more than 256
_NO_ARTICLE = "no article was found in the page; save the text of it instead"


class WebPage(NamedTuple):
    """A page as it was loaded: its visible `blocks`, the first its title; what trafilatura says of it; and the texts
    that trafilatura and resiliparse take for its article's.
    """

    tree: HtmlElement
    blocks: list[Block]
    details: Any
    extracted: list[str]


def load_page(content: bytes) -> WebPage:
    """Parse a page; raise DatelineError where there is nothing in it."""
    import trafilatura
    from resiliparse.extract.html2text import extract_plain_text
    from trafilatura.metadata import extract_metadata
    from trafilatura.settings import Extractor
    from trafilatura.utils import load_html

    markup = decode(content)
    tree = load_html(markup)
    if tree is None:
        raise DatelineError(_NO_ARTICLE)
    options = Extractor(output_format="python", fast=True, with_metadata=True, comments=False, tables=True)
    options.date_params = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
    details = trafilatura.bare_extraction(tree, options=options) or extract_metadata(tree)
    title = Block(_squeeze(tree.findtext(".//title") or details.title or ""))
    blocks = (block._replace(text=_squeeze(block.text)) for block in read_blocks(tree))
    other = ""
    if not _is_deep(tree):
        other = extract_plain_text(markup, main_content=True, alt_texts=False, links=False, form_fields=False)
    return WebPage(tree, [title, *(block for block in blocks if block.text)], details, [details.text or "", other])


def _is_deep(tree: HtmlElement) -> bool:
    """True for a page that nobody wrote, whose depth resiliparse would take the square of to read."""
    from lxml import etree

    depth = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            return True
    return False


def read_html(content: bytes, origin: str, url: str | None = None) -> list[Article]:
    """Make one article of a page: its markup says what is body, title, outlet and date.

    `url` is where the page was got, used where the page itself doesn't say, or gives an address of another site: no
    site may write into what another one published. Raises DatelineError where no article is
    found in it.
    """
    tree, [page_title, *blocks], page, extracted = load_page(content)
    title = _squeeze(page.title or "")
    kept = _choose([page_title, *blocks], title, extracted)
    if not kept:
        raise DatelineError(_NO_ARTICLE)
    address = page.url if page.url and (url is None or is_same_site(page.url, url)) else url
    language = _read_language(tree)
    outlet, evidence = _name_outlet(page, url)
    dates = find_page_dates(Page(tree, blocks, title, kept, address, language, page.date))
    return [
        make_article(
            "\n\n".join(kept),
            title=title,
            url=address,
            origin=origin,
            source=outlet,
            source_evidence=evidence,
            authors=[a.strip() for a in (page.author or "").split(";") if a.strip()],
            published=dates.published.dated if dates.published else None,
            authors_evidence="page: its author",
            date_evidence=dates.published.where if dates.published else None,
            modified=dates.modified,
            language=language,
            language_evidence="markup: html lang",
            removed=list_removed([b.text for b in blocks], kept, title),
        )
    ]


def _choose(blocks: list[Block], title: str, extracted: list[str]) -> list[str]:
    """Return the article's blocks without its title; where none seems one, the lines that trafilatura has."""
    picked = [blocks[i].text for i in pick_blocks(blocks, extracted) if i]
    kept = [text for text in drop_repeated(picked) if text != title]
    return kept or [line for line in map(_squeeze, extracted[0].split("\n")) if line and line != title]


def _name_outlet(page: Any, url: str | None) -> tuple[str | None, str]:
    """What the page calls itself, else its host, with the evidence; of another site's address, trafilatura takes that
    one's."""
    host = read_host(url) if url else page.hostname
    named: str | None = page.sitename
    if url and page.url and not is_same_site(page.url, url):
        others = {read_host(page.url), name_site(page.url)}
        named = named if named and named.lower() not in others else None
    return (named, "page: its name") if named else (host, f"{BY_ADDRESS}{host}")


def _read_language(tree: HtmlElement) -> str | None:
    """The language that the page says it is in ("en", "pt-BR")."""
    return next((str(value).strip() for value in tree.xpath("/html/@lang | /html/@xml:lang") if value.strip()), None)


def _squeeze(text: str) -> str:
    return " ".join(_INVISIBLE.sub("", text).split())
