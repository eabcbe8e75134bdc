"""Saved web pages."""

from __future__ import annotations

import re

from index.clean import clean_scraped
from index.errors import DatelineError
from index.identify import make_article
from index.records import Article

_REMOVED = re.compile(r"[\u200b\ufeff\u00ad]")


def read_html(content: bytes, origin: str) -> list[Article]:
    """Make one article of a page: its markup says what is body, title, outlet and date.

    A date is taken from markup alone (meta tags, JSON-LD, time elements), never searched for in the text.
    """
    import trafilatura
    from trafilatura.settings import Extractor

    options = Extractor(output_format="python", with_metadata=True, comments=False, tables=True)
    options.date_params = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
    page = trafilatura.bare_extraction(content, options=options)
    if page is None or not page.text:
        raise DatelineError("no article was found in the page; save the text of it instead")
    title = (page.title or "").strip()
    cleaned = clean_scraped(_REMOVED.sub("", f"{title}\n\n{_paragraphs(page.text)}" if title else page.text))
    return [
        make_article(
            cleaned.text,
            title=title or cleaned.title,
            url=page.url,
            origin=origin,
            source=page.sitename or page.hostname,
            authors=[a.strip() for a in (page.author or "").split(";") if a.strip()],
            published=page.date,
            language=page.language,
        )
    ]


def _paragraphs(text: str) -> str:
    return text.replace("\n", "\n\n")
