"""Feeds that were saved: RSS, Atom and JSON Feed."""

from __future__ import annotations

import io
from calendar import timegm
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from index.dates import Dated, read_date
from index.errors import DatelineError
from index.identify import make_article
from index.read.blocks import read_blocks
from index.records import Article, Failure


def read_feed(content: bytes, origin: str) -> Iterator[Article | Failure]:
    """Make an article of each entry of an RSS or Atom feed: its whole text where the feed has it, else its summary."""
    import feedparser

    feed = feedparser.parse(io.BytesIO(content))  # bytes alone might be taken for a file's name
    if not feed.entries:
        raise DatelineError("it is a feed without entries; leave it out")
    for n, entry in enumerate(feed.entries):
        bodies = [part.value for part in entry.get("content", ())] or [entry.get("summary", "")]
        link = entry.get("link", "")
        url = link if "://" in link else None  # feedparser takes any id for a link where there is none
        published = _read_moment(entry, "published")
        fields = {
            "text": "\n\n".join(filter(None, (html_to_text(body) for body in bodies))),
            "title": html_to_text(entry.get("title", "")),
            "id": None if url else entry.get("id"),
            "url": url,
            "source": html_to_text(feed.feed.get("title", "")),
            "authors": [a["name"] for a in entry.get("authors", ()) if a.get("name")],
            "published": published,
            "modified": _read_moment(entry, "updated") if "updated" in entry else None,
            "language": feed.feed.get("language"),
        }
        yield _make_entry(fields, origin, n)


def read_json_feed(feed: Mapping[str, Any], origin: str) -> Iterator[Article | Failure]:
    """Make an article of each item of a JSON Feed (version 1 or 1.1)."""
    items = feed.get("items")
    if not isinstance(items, list) or not items:
        raise DatelineError("it is a feed without items; leave it out")
    for n, given in enumerate(items):
        item = given if isinstance(given, dict) else {}
        texts = {name: value for name, value in {**feed, **item}.items() if isinstance(value, str)}
        markup = item.get("content_html")
        authors = item.get("authors") or [item.get("author")]
        fields = {
            "text": html_to_text(markup)
            if isinstance(markup, str)
            else texts.get("content_text") or texts.get("summary", ""),
            "title": item.get("title") or "",
            "id": None if item.get("url") else item.get("id"),
            "url": item.get("url"),
            "source": feed.get("title"),
            "authors": [a["name"] for a in authors if isinstance(a, dict) and a.get("name")],
            "published": read_date(item.get("date_published")),
            "modified": read_date(item.get("date_modified")),
            "language": item.get("language") or feed.get("language"),
        }
        yield _make_entry(fields, origin, n)


def html_to_text(markup: str) -> str:
    """Return the words of a piece of HTML, a blank line between blocks."""
    import lxml.html

    if not markup.strip():
        return ""
    blocks = read_blocks(lxml.html.fragment_fromstring(markup, create_parent="div"))
    return "\n\n".join(block.text for block in blocks)


def _make_entry(fields: dict[str, Any], origin: str, n: int) -> Article | Failure:
    place = f"{origin}#{n}"
    evidence = "feed" if fields["published"] else None
    try:
        return make_article(fields.pop("text"), origin=place, date_evidence=evidence, **fields)
    except DatelineError as error:
        return Failure(place, str(error))


def _read_moment(entry: Mapping[str, Any], name: str) -> Dated | None:
    """The date as it was written, with its zone; else as feedparser reads it, in UTC."""
    if dated := read_date(entry.get(name)):
        return dated
    parsed = entry.get(f"{name}_parsed")
    return Dated(datetime.fromtimestamp(timegm(parsed), UTC), "instant") if parsed else None
