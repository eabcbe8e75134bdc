"""Filters as conditions of SQL."""

from __future__ import annotations

import json
from typing import Any

from index.records import Filters
from index.text.languages import read_language
from index.text.outlets import is_domain, read_host

DAY = "substr(published, 1, 10)"  # in the article's own time zone, as it is shown
# As bytes, since SQLite's module for Python fails over text that is none before our function is called.
SOURCE = "fold(CAST(source AS BLOB))"
_BELOW = "substr('.' || host(CAST(url AS BLOB)), -length(?)) = ?"
LANGUAGE = "language_tag(CAST(language AS BLOB))"


def write_where(filters: Filters, containing: str = "") -> tuple[str, list[Any]]:
    """The WHERE of `articles` for these filters and words in title or text, empty without any, and its values."""
    parts: list[str] = []
    values: list[Any] = []
    if filters.after is not None:
        parts.append(f"{DAY} >= ?")
        values.append(filters.after.isoformat())
    if filters.before is not None:
        parts.append(f"{DAY} <= ?")
        values.append(filters.before.isoformat())
    if filters.sources:
        names = [source.casefold() for source in filters.sources if source]
        domains = [f".{name.removeprefix('www.')}" for name in names if is_domain(name)]
        named = f"{SOURCE} IN ({', '.join('?' * len(names))})"
        parts.append(f"({' OR '.join([named, *[_BELOW] * len(domains)])})")
        values.extend([*names, *(domain for domain in domains for _ in range(2))])
    if filters.languages:  # RFC 4647, basic filtering
        begins = (f"instr({LANGUAGE} || '-', ?) = 1" for _ in filters.languages)
        parts.append(f"({' OR '.join(begins)})")
        values.extend(f"{read_language(tag) or ''}-" for tag in filters.languages)
    if filters.collections:  # a name in quotation marks stands in no other
        parts.append(f"({' OR '.join(['instr(collections, ?)'] * len(filters.collections))})")
        values.extend(f'"{name}"' for name in filters.collections)
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


def read_url_host(written: bytes | None) -> str | None:
    """The host of a web address."""
    return read_host(decode_text(written)) if written else None


def read_tag(written: bytes | None) -> str | None:
    """The language tag that a text is."""
    return read_language(decode_text(written)) if written else None
