"""What filters let through, article by article."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from index.records import Article, Filters
from index.text.languages import read_language


def passes(article: Article, filters: Filters, containing: str = "") -> bool:
    """True where an article is within the filters and has the words."""
    if filters.by_date and article.published is None:
        return False
    if article.published is not None:
        if filters.after and article.published.date() < filters.after:
            return False
        if filters.before and article.published.date() > filters.before:
            return False
    source, host = (article.source or "").casefold(), urlsplit(article.url or "").hostname or ""
    names = {name.casefold() for name in filters.sources if name}
    if filters.sources and source not in names and not any("." in n and f".{host}".endswith(f".{n}") for n in names):
        return False
    language = read_language(article.language)
    wanted = [read_language(tag) for tag in filters.languages]
    if wanted and not any(language == tag or (language or "").startswith(f"{tag}-") for tag in wanted if language):
        return False
    if filters.collections and not set(filters.collections) & set(article.collections):
        return False
    words = f"{article.title}\n{article.text}".casefold()
    return article.id not in filters.exclude and containing.casefold() in words


def by_date(article: Article) -> tuple[bool, int, str]:
    """What puts the oldest first, and the undated last."""
    moment = article.published
    return moment is None, int(moment.timestamp()) if moment else 0, article.id


def count_days(articles: Iterable[Article], filters: Filters, containing: str) -> list[tuple[str, str, int]]:
    """Each day and source with how many articles are of it, in order."""
    found = [(a.published.date(), a.source or "") for a in articles if a.published and passes(a, filters, containing)]
    return [(day.isoformat(), source, found.count((day, source))) for day, source in sorted(set(found))]


def list_sources(articles: Iterable[Article]) -> list[str]:
    """The names of all sources, in order; of those that differ in case alone, one."""
    names: dict[str, str] = {}
    for name in sorted(a.source for a in articles if a.source is not None):
        names.setdefault(name.casefold(), name)
    return [names[folded] for folded in sorted(names)]


def count_languages(articles: Iterable[Article]) -> dict[str, int]:
    """How many articles are in each language, without regard to the country."""
    codes = sorted(tag.partition("-")[0] for a in articles if (tag := read_language(a.language)))
    return {code: codes.count(code) for code in codes}
