"""Plain text: notes, and pages that somebody scraped to text."""

from __future__ import annotations

from datetime import datetime

from index.clean.scraped import clean_scraped
from index.identify import make_article
from index.records import Article
from index.text.bylines import find_byline
from index.text.dates import DateEvidence

_TOP = 4_000  # characters in which a byline is looked for


def read_text(text: str, origin: str, printed: datetime | None = None) -> list[Article]:
    """Make one article of a text; lines like "Published: …" at the top tell of it, then its byline.

    `printed` is a moment at which it was there, if one is known.
    """
    cleaned = clean_scraped(text)
    labels = cleaned.labels
    author = labels.get("author") or labels.get("authors") or labels.get("by")
    source = labels.get("source") or labels.get("outlet") or labels.get("publisher")
    byline = find_byline(text[:_TOP].splitlines())
    by = f"byline: {byline.written}" if byline else None
    published = cleaned.published
    if not published and byline and byline.dated:
        published = DateEvidence(byline.dated, f"byline: {byline.written}")
    return [
        make_article(
            cleaned.text,
            title=cleaned.title,
            id=labels.get("id"),
            url=labels.get("url") or labels.get("link"),
            origin=origin,
            source=source or (byline.source if byline else None),
            source_evidence="label" if source else by,
            authors=[author] if author else byline.authors if byline else [],
            authors_evidence="label" if author else by,
            published=published.dated if published else None,
            date_evidence=published.where if published else None,
            printed=printed,
            modified=labels.get("modified") or labels.get("updated"),
            removed=cleaned.removed,
        )
    ]
