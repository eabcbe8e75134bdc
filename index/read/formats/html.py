"""Saved web pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from index.clean.blocks import Block, read_blocks
from index.clean.page_dates import Page, find_page_dates
from index.clean.scraped import list_removed
from index.clean.segment import count_words, is_boilerplate, is_headline, is_prose, leave_out_lists, pick_article
from index.errors import DatelineError
from index.fetch.own_site import is_same_site, name_site
from index.identify import make_article
from index.records import Article

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_INVISIBLE = re.compile(r"[\u200b\ufeff\u00ad]")
_NO_ARTICLE = "no article was found in the page; save the text of it instead"
_MOST_LINKED = 0.5  # share of a block's characters in links, above which it is a menu
_LEAST_ALONE = 16  # words with which a paragraph is believed to be the article's on one reader's word
_NEAR = 3  # blocks


def read_html(content: bytes, origin: str, url: str | None = None) -> list[Article]:
    """Make one article of a page: its markup says what is body, title, outlet and date.

    `url` is where the page was got, used where the page itself doesn't say, or gives an address of another site: no
    site may write into what another one published. Raises DatelineError where no article is
    found in it.
    """
    import trafilatura
    from trafilatura.metadata import extract_metadata
    from trafilatura.settings import Extractor
    from trafilatura.utils import load_html

    tree = load_html(content)
    options = Extractor(output_format="python", with_metadata=True, comments=False, tables=True)
    options.date_params = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
    if tree is None:
        raise DatelineError(_NO_ARTICLE)
    page = trafilatura.bare_extraction(tree, options=options) or extract_metadata(tree)
    title = _squeeze(page.title or "")
    blocks = [b._replace(text=_squeeze(b.text)) for b in read_blocks(tree)]
    kept = _choose(blocks, _squeeze(tree.findtext(".//title") or "") or title, title, page.text or "")
    if not kept:
        raise DatelineError(_NO_ARTICLE)
    address = page.url if page.url and (url is None or is_same_site(page.url, url)) else url
    language = _read_language(tree)
    dates = find_page_dates(Page(tree, blocks, title, kept, address, language, page.date))
    return [
        make_article(
            "\n\n".join(kept),
            title=title,
            url=address,
            origin=origin,
            source=_name_outlet(page, url),
            authors=[a.strip() for a in (page.author or "").split(";") if a.strip()],
            published=dates.published.dated if dates.published else None,
            date_evidence=dates.published.where if dates.published else None,
            modified=dates.modified,
            language=language,
            removed=list_removed([b.text for b in blocks], kept, title),
        )
    ]


def _choose(blocks: list[Block], page_title: str, title: str, extracted: str) -> list[str]:
    """Return the article's blocks, as two readers see them.

    One is trafilatura, which goes by the markup (`extracted` is what it gave); the other goes by the words and knows
    of the markup only links and what it puts around the article. What both have stays, and so do long paragraphs that
    one has near those that both have, and lines that trafilatura has in the same element: lists, what people say.
    """
    shown = [Block(page_title, 0.0, False, -1), *(b for b in blocks if b.linked < _MOST_LINKED and not b.around)]
    seen = [b.text for b in shown]
    found = [i for i in pick_article(seen) if seen[i] != title]
    lines = [_squeeze(line) for line in extracted.split("\n")]
    bare = {line.removeprefix("- ") for line in lines}  # without the mark of an item
    words = " ".join(lines)
    agreed = [n for n, i in enumerate(found) if seen[i] in words and is_prose(seen[i])]
    if not agreed:
        alone = [line for line in lines if line and line != title and not is_headline(line, page_title)]
        return [line for line in alone if not is_boilerplate(line)] or [seen[i] for i in found]
    low, high = agreed[0] - _NEAR, agreed[-1] + _NEAR
    kept = {
        i
        for n, i in enumerate(found)
        if seen[i] in words or (low <= n <= high and count_words(seen[i]) >= _LEAST_ALONE and is_prose(seen[i]))
    }
    parents = {shown[found[n]].parent for n in agreed}
    below = leave_out_lists(seen, range(found[agreed[0]], len(seen)))
    kept.update(i for i in below if shown[i].parent in parents and seen[i] in bare and seen[i] != title)
    return [seen[i] for i in sorted(kept)]


def _name_outlet(page: Any, url: str | None) -> str | None:
    """What the page calls itself, else its host; of the address of another site, trafilatura takes that one's."""
    named: str | None = page.sitename or page.hostname
    if url is None or not page.url or is_same_site(page.url, url):
        return named
    others = {_name_host(page.url), name_site(page.url)}
    return named if page.sitename and page.sitename.lower() not in others else _name_host(url)


def _name_host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _read_language(tree: HtmlElement) -> str | None:
    """The language that the page says it is in ("en", "pt-BR")."""
    return next((str(value).strip() for value in tree.xpath("/html/@lang | /html/@xml:lang") if value.strip()), None)


def _squeeze(text: str) -> str:
    return " ".join(_INVISIBLE.sub("", text).split())
