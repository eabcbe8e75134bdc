"""Filters as conditions of SQL."""

from __future__ import annotations

from typing import Any

from index.records import Filters
from index.text.languages import read_language
from index.text.outlets import is_domain


def write_where(filters: Filters, containing: str = "") -> tuple[str, list[Any]]:
    """The WHERE of `articles` for these filters and words in title or text, empty without any, and its values."""
    parts: list[str] = []
    values: list[Any] = []
    if filters.after is not None:
        parts.append("published_day >= %s")
        values.append(filters.after.isoformat())
    if filters.before is not None:
        parts.append("published_day <= %s")
        values.append(filters.before.isoformat())
    if filters.sources:
        names = [source.casefold() for source in filters.sources if source]
        domains = [f".{name.removeprefix('www.')}" for name in names if is_domain(name)]
        below = ["right('.' || url_host, length(%s)) = %s"] * len(domains)
        parts.append(f"({' OR '.join(['source_folded = ANY(%s)', *below])})")
        values.extend([names, *(domain for domain in domains for _ in range(2))])
    if filters.languages:  # RFC 4647, basic filtering
        parts.append(f"({' OR '.join(['starts_with(language_tag || %s, %s)'] * len(filters.languages))})")
        values.extend(part for tag in filters.languages for part in ("-", f"{read_language(tag) or ''}-"))
    if filters.collections:
        parts.append("id IN (SELECT article_id FROM memberships WHERE collection = ANY(%s))")
        values.append(list(filters.collections))
    if filters.exclude:
        parts.append("id <> ALL(%s)")
        values.append(list(filters.exclude))
    if containing:
        parts.append("position(%s IN folded) > 0")
        values.append(containing.casefold())
    return ("WHERE " + " AND ".join(parts) if parts else ""), values
