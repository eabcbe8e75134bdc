"""Feeds: RSS, Atom and JSON Feed."""

from __future__ import annotations

import io
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from index.clean.blocks import parse_fragment, read_blocks
from index.errors import DatelineError
from index.identify import make_article
from index.records import Article, Failure
from index.text.dates import Dated, read_date

Fields = dict[str, Any]  # of `make_article`

_EVIDENCE = {
    "date_evidence": "feed",
    "language_evidence": "feed",
    "source_evidence": "feed: its title",
    "authors_evidence": "feed",
}
_HALVES = re.compile(rb"(?:&#(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*5[5-7][0-9]{3});)+")
_NUMBER = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));")
_JSON_FEED = "https://jsonfeed.org/version/"


def read_feed(content: bytes, origin: str) -> Iterator[Article | Failure]:
    """Make an article of each entry of an RSS or Atom feed: its whole text where the feed has it, else its summary."""
    for n, fields in enumerate(list_entries(content)):
        yield make_entry(fields, f"{origin}#{n}")


def read_json_feed(feed: Mapping[str, Any], origin: str) -> Iterator[Article | Failure]:
    """Make an article of each item of a JSON Feed (version 1 or 1.1)."""
    for n, fields in enumerate(list_items(feed)):
        yield make_entry(fields, f"{origin}#{n}")


def list_entries(content: bytes, url: str = "") -> Iterator[Fields]:
    """Return what an RSS or Atom feed says of each entry, for `make_entry`; raise DatelineError where it has none.

    Links that are not whole are meant from `url`, where the feed stands.
    """
    import feedparser

    # Bytes alone might be taken for a file's name.
    stream = io.BytesIO(_HALVES.sub(_join_halves, content))
    try:
        feed = feedparser.parse(stream, response_headers={"content-location": url} if url else None)
    except (ValueError, OverflowError):  # of references to characters, where the encoding hides them from `_HALVES`
        raise DatelineError("it has a character that is none; get it again") from None
    if not feed.entries:
        raise DatelineError("it is a feed without entries; leave it out")
    for entry in feed.entries:
        bodies = [part.value for part in entry.get("content", ())] or [entry.get("summary")]
        link = entry.get("link") or ""
        whole = link if "://" in link else None  # feedparser takes any id for a link where there is none
        published = _read_moment(entry, "published")
        yield {
            "text": "\n\n".join(filter(None, map(html_to_text, bodies))),
            "title": html_to_text(entry.get("title")),
            "id": None if whole else entry.get("id"),
            "url": whole,
            "source": html_to_text(feed.feed.get("title")),
            "authors": [a["name"] for a in entry.get("authors", ()) if a.get("name")],
            "published": published,
            "modified": _read_moment(entry, "updated") if "updated" in entry else None,
            "language": feed.feed.get("language"),
        }


def _join_halves(references: re.Match[bytes]) -> bytes:
    """References to halves of characters, as some feeds write an emoji, joined; what has no other half is left out."""
    codes = [int(one[1], 16) if one[1] else int(one[2]) for one in _NUMBER.finditer(references[0])]
    joined = "".join(map(chr, codes)).encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    return "".join(f"&#{ord(character)};" for character in joined).encode()


def list_items(feed: Mapping[str, Any]) -> Iterator[Fields]:
    """Return what a JSON Feed says of each item, for `make_entry`; raise DatelineError where it has none."""
    items = feed.get("items")
    if not isinstance(items, list) or not items:
        raise DatelineError("it is a feed without items; leave it out")
    head = _list_texts(feed)
    for given in items:
        item = given if isinstance(given, dict) else {}
        texts = _list_texts(item)
        authors = item.get("authors")
        authors = authors if isinstance(authors, list) else [item.get("author")]
        yield {
            "text": html_to_text(texts["content_html"])
            if "content_html" in texts
            else texts.get("content_text") or texts.get("summary", ""),
            "title": texts.get("title", ""),
            "id": None if texts.get("url") else texts.get("id"),
            "url": texts.get("url"),
            "source": head.get("title"),
            "authors": [_list_texts(a)["name"] for a in authors if isinstance(a, dict) and "name" in _list_texts(a)],
            "published": read_date(texts.get("date_published")),
            "modified": read_date(texts.get("date_modified")),
            "language": texts.get("language") or head.get("language"),
        }


def _list_texts(values: Mapping[str, Any]) -> dict[str, str]:
    """The values that are texts, and say something."""
    return {name: value for name, value in values.items() if isinstance(value, str) and value}


def html_to_text(markup: str | None) -> str:
    """Return the words of a piece of HTML, a blank line between blocks; feedparser has None for what is torn."""
    return "\n\n".join(block.text for block in read_blocks(parse_fragment(markup or "")))


def is_json_feed(value: Any) -> bool:
    """True for a JSON document that says it is a feed."""
    return isinstance(value, dict) and str(value.get("version", "")).startswith(_JSON_FEED)


def make_entry(fields: Fields, place: str) -> Article | Failure:
    """Make an article of what a feed says of an entry."""
    try:
        return make_article(**{**_EVIDENCE, **fields}, origin=place)
    except DatelineError as error:
        return Failure(place, str(error))


def _read_moment(entry: Mapping[str, Any], name: str) -> Dated | None:
    """The date as it was written, with its zone; else as feedparser reads it, in UTC."""
    if dated := read_date(entry.get(name)):
        return dated
    parsed = entry.get(f"{name}_parsed")
    return Dated(datetime.fromtimestamp(timegm(parsed), UTC), "instant") if parsed else None
