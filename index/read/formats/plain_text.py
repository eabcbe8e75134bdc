"""Plain text: notes, and pages that somebody scraped to text."""

from __future__ import annotations

from index.clean.scraped import clean_scraped
from index.identify import make_article
from index.records import Article


def read_text(text: str, origin: str) -> list[Article]:
    """Make one article of a text; lines like "Published: …" at the top tell of it."""
    cleaned = clean_scraped(text)
    labels = cleaned.labels
    author = labels.get("author") or labels.get("authors") or labels.get("by")
    return [
        make_article(
            cleaned.text,
            title=cleaned.title,
            id=labels.get("id"),
            url=labels.get("url") or labels.get("link"),
            origin=origin,
            source=labels.get("source") or labels.get("outlet") or labels.get("publisher"),
            authors=[author] if author else [],
            published=cleaned.published.dated if cleaned.published else None,
            date_evidence=cleaned.published.where if cleaned.published else None,
            modified=labels.get("modified") or labels.get("updated"),
            removed=cleaned.removed,
        )
    ]
