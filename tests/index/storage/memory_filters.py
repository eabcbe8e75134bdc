"""What filters let through, article by article."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from index.records import Article, Filters
from index.text.languages import read_language


def passes(article: Article, filters: Filters, containing: str = "") -> bool:
    """True where an article is within the filters and has the words."""
    if filters.by_date and article.published is None:
        return False
    if article.published is not None:
        if filters.after and article.published < datetime.combine(filters.after, time(), UTC):
            return False
        if filters.before and article.published >= datetime.combine(filters.before, time(), UTC) + timedelta(1):
            return False
    source = (article.source or "").casefold()
    if filters.sources and (not source or source not in {name.casefold() for name in filters.sources}):
        return False
    language = read_language(article.language)
    wanted = [read_language(tag) for tag in filters.languages]
    if wanted and not any(language == tag or (language or "").startswith(f"{tag}-") for tag in wanted if language):
        return False
    words = f"{article.title}\n{article.text}".casefold()
    return article.id not in filters.exclude and containing.casefold() in words
