"""Items of CSL JSON (citationstyles.org), which reference managers export. The text is the abstract and the note."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from index.read.formats.feed import html_to_text


def is_csl(row: Mapping[str, Any]) -> bool:
    """True for an item of CSL JSON (citationstyles.org), which Zotero and others export."""
    return isinstance(row.get("type"), str) and ("issued" in row or "container-title" in row) and "text" not in row


def csl_to_fields(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an article that an item of CSL JSON stands for."""
    authors = item.get("author")
    fields = {
        "text": join_notes(value for name in ("abstract", "note") if isinstance(value := item.get(name), str)),
        "title": item.get("title"),
        "id": None if item.get("URL") else item.get("id"),
        "url": item.get("URL"),
        "source": item.get("container-title") or item.get("publisher"),
        "published": _read_issued(item.get("issued")),
        "language": item.get("language"),
        "authors": [name for a in authors if (name := _read_csl_name(a))] if isinstance(authors, list) else [],
    }
    return {k: v for k, v in fields.items() if v}


def _read_csl_name(given: Any) -> str:
    names = given if isinstance(given, dict) else {}
    return str(names.get("literal") or f"{names.get('given', '')} {names.get('family', '')}".strip())


def _read_issued(issued: Any) -> str | None:
    """The date as text: a year, a month or a day; where it is a span, its first."""
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    written = "-".join(str(part).zfill(2) for part in first[:3])
    return written or (str(issued["raw"]) if isinstance(issued, dict) and "raw" in issued else None)


def join_notes(texts: Iterable[str]) -> str:
    """Return notes and abstracts, which may be in HTML, a blank line between them."""
    return "\n\n".join(html_to_text(text) if "</" in text else text.strip() for text in texts if text.strip())
