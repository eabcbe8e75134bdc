"""Filters as conditions of SQL."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from typing import Any

from index.records import Filters
from index.text.languages import read_language

_DAY_SECONDS = 86_400
# As bytes, since SQLite's module for Python fails over text that is none before our function is called.
SOURCE = "fold(CAST(source AS BLOB))"
LANGUAGE = "language_tag(CAST(language AS BLOB))"


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
        parts.append(f"{SOURCE} IN ({', '.join('?' * len(filters.sources))})")
        values.extend(s.casefold() or None for s in filters.sources)
    if filters.languages:  # RFC 4647, basic filtering
        begins = (f"instr({LANGUAGE} || '-', ?) = 1" for _ in filters.languages)
        parts.append(f"({' OR '.join(begins)})")
        values.extend(f"{read_language(tag) or ''}-" for tag in filters.languages)
    if filters.exclude:  # one value, since there is a limit to how many can be bound
        parts.append("id NOT IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(filters.exclude))
    if containing:
        parts.append("instr(fold(CAST(title || char(10) || text AS BLOB)), ?)")
        values.append(containing.casefold())
    return ("WHERE " + " AND ".join(parts) if parts else ""), values


def decode_text(written: bytes) -> str:
    """Text as it is kept; bytes that are none become U+FFFD."""
    return written.decode("utf-8", "replace")


def fold_bytes(written: bytes | None) -> str | None:
    """Without regard to case; SQLite's own `lower` knows ASCII alone."""
    return decode_text(written).casefold() if written else None


def read_tag(written: bytes | None) -> str | None:
    """The language tag that a text is."""
    return read_language(decode_text(written)) if written else None


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), tzinfo=UTC).timestamp())
