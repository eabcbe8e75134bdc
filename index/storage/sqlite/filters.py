"""Filters as conditions of SQL."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from typing import Any

from index.records import Filters
from index.text.languages import read_language

_DAY_SECONDS = 86_400


def write_where(filters: Filters, containing: str = "") -> tuple[str, list[Any]]:
    """The WHERE of `articles` for these filters and words in title or text, empty without any, and its values."""
    parts: list[str] = []
    values: list[Any] = []
    if filters.after is not None:
        parts.append("published_at >= ?")
        values.append(_midnight(filters.after))
    if filters.before is not None:
        parts.append("published_at < ?")
        values.append(_midnight(filters.before) + _DAY_SECONDS)
    if filters.sources:
        parts.append(f"fold(source) IN ({', '.join('?' * len(filters.sources))})")
        values.extend(fold_case(s) for s in filters.sources)
    if filters.languages:  # RFC 4647, basic filtering
        begins = ("instr(language_tag(language) || '-', ?) = 1" for _ in filters.languages)
        parts.append(f"({' OR '.join(begins)})")
        values.extend(f"{read_language(tag) or ''}-" for tag in filters.languages)
    if filters.exclude:  # one value, since there is a limit to how many can be bound
        parts.append("id NOT IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(filters.exclude))
    if containing:
        parts.append("instr(fold(title || char(10) || text), ?)")
        values.append(fold_case(containing))
    return ("WHERE " + " AND ".join(parts) if parts else ""), values


def fold_case(text: str | None) -> str | None:
    """Without regard to case; SQLite's own `lower` knows ASCII alone."""
    return text.casefold() if text else None


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), tzinfo=UTC).timestamp())
