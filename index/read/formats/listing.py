"""Feeds and sitemaps: what they list, and what they say of each page."""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal, NamedTuple
from urllib.parse import urljoin

from index.errors import DatelineError
from index.identify import hash_content
from index.read.charsets import decode
from index.read.formats.feed import Fields, is_json_feed, list_entries, list_items, make_entry
from index.read.kinds import detect_kind
from index.records import FROM_FEED, Article, Failure
from index.text.dates import Dated, read_date
from index.text.outlets import read_host

_DATES = ("published", "modified")
_LARGEST_SITEMAP = 50 * 1024 * 1024  # bytes unpacked: sitemaps.org, "Using Sitemap index files"


class Listed(NamedTuple):
    """A page in a listing. `stamp` changes when the listing says anything new of it; `fields` is what it says."""

    url: str
    stamp: str = ""
    fields: Fields | None = None


class Listing(NamedTuple):
    """What a feed or sitemap lists: pages, and in a sitemap index further sitemaps."""

    kind: Literal["feed", "sitemap"]
    pages: list[Listed]
    sitemaps: list[str]

    def to_json(self) -> dict[str, Any]:
        """What `from_json` makes the same of."""
        return {"kind": self.kind, "pages": [_page_to_json(page) for page in self.pages], "sitemaps": self.sitemaps}

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> Listing:
        """Return what `to_json` was given by."""
        return cls(given["kind"], [_page_from_json(page) for page in given["pages"]], given["sitemaps"])


def read_listing(content: bytes, url: str) -> Listing | None:
    """Return what is listed in `content`, which stands at `url`; None where it is neither feed nor sitemap.

    Raises DatelineError where it is one and can't be read.
    """
    if content.startswith(b"\x1f\x8b") and url.endswith(".gz"):
        content = _unpack(content)
    try:
        kind = detect_kind(io.BytesIO(content), ".txt", {})
    except DatelineError:
        return None
    if kind == "feed":
        return Listing("feed", list(_list_feed(list_entries(content, url), url)), [])
    if kind == "sitemap":
        return _read_sitemap(content, url)
    if kind == "txt" and content.lstrip().startswith(b"{"):
        try:
            feed = json.loads(decode(content))
        except (ValueError, RecursionError):
            return None
        if is_json_feed(feed):
            return Listing("feed", list(_list_feed(list_items(feed), url)), [])
    return None


def complete(article: Article, fields: Fields | None) -> Article:
    """Return the article with what its page doesn't say, and the listing does."""
    if fields is None:
        return article
    stated = make_entry({**fields, "text": article.text, "url": article.url, "id": article.id}, article.origin or "")
    if isinstance(stated, Failure):
        return article
    title = article.title or stated.title
    outlet = stated if article.source in (None, read_host(article.url)) and stated.source else article
    dates = stated if article.published is None else article
    return replace(
        article,
        title=title,
        content_hash=hash_content(title, article.text),
        source=outlet.source,
        source_evidence=outlet.source_evidence,
        authors=article.authors or stated.authors,
        authors_evidence=(article if article.authors else stated).authors_evidence,
        language=article.language or stated.language,
        language_evidence=(article if article.language else stated).language_evidence,
        published=dates.published,
        published_precision=dates.published_precision,
        date_evidence=dates.date_evidence,
        modified=article.modified or stated.modified,
    )


def keep_known(article: Article, old: Article) -> Article:
    """Return the article with what its page doesn't say now, and is known of it from elsewhere: a feed, say."""
    kept = {
        name: getattr(old, name)
        for names in (
            ("source", "source_evidence"),
            ("authors", "authors_evidence"),
            ("published", "published_precision", "date_evidence"),
            ("language", "language_evidence"),
            ("modified",),
        )
        if not getattr(article, names[0])
        for name in names
    }
    return replace(article, **kept)


def make_listed_article(listed: Listed, address: str, listing: str) -> Article | None:
    """Return what the feed at `listing` itself holds of the page at `address`; None where it has no words of it."""
    if not (listed.fields and listed.fields["text"]):
        return None
    made = make_entry(
        {**listed.fields, "url": address, "id": None, "date_evidence": f"as given by the feed {listing}"},
        f"{FROM_FEED}{listing}",
    )
    return made if isinstance(made, Article) else None


def _page_to_json(page: Listed) -> dict[str, Any]:
    fields = page.fields and {
        name: {"when": value.when.isoformat(), "precision": value.precision} if isinstance(value, Dated) else value
        for name, value in page.fields.items()
    }
    return {**page._asdict(), "fields": fields}


def _page_from_json(given: dict[str, Any]) -> Listed:
    fields = given["fields"]
    for name in _DATES if fields else ():
        if dated := fields.get(name):
            fields[name] = Dated(datetime.fromisoformat(dated["when"]), dated["precision"])
    return Listed(**given)


def _list_feed(entries: Iterator[Fields], url: str) -> Iterator[Listed]:
    for fields in entries:
        if isinstance(link := fields["url"], str) and link.strip():
            stamp = _stamp(fields["title"], fields["text"], fields["modified"])
            yield Listed(urljoin(url, link.strip()), stamp, fields)


def _stamp(*said: Any) -> str:
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def _read_sitemap(content: bytes, url: str) -> Listing:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise DatelineError("it is a damaged sitemap; try again later") from None
    nested = [urljoin(url, place) for e in root.iterfind("{*}sitemap") if (place := _read(e, "{*}loc"))]
    pages = []
    for e in root.iterfind("{*}url"):
        if place := _read(e, "{*}loc"):
            news = {
                "title": _read(e, "{*}news/{*}title"),
                "source": _read(e, "{*}news/{*}publication/{*}name"),
                "language": _read(e, "{*}news/{*}publication/{*}language") or None,
                "published": read_date(_read(e, "{*}news/{*}publication_date")),
                "date_evidence": "sitemap",
                "language_evidence": "sitemap",
                "source_evidence": "sitemap: the publication",
            }
            pages.append(Listed(urljoin(url, place), _read(e, "{*}lastmod"), {"text": "", **news}))
    return Listing("sitemap", pages, nested)


def _read(element: Any, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _unpack(content: bytes) -> bytes:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacker.decompress(content, _LARGEST_SITEMAP + 1)
    except zlib.error:
        raise DatelineError("it is damaged and can't be unpacked; try again later") from None
    if len(unpacked) > _LARGEST_SITEMAP:
        raise DatelineError("it is a sitemap of more than 50 MiB, which no sitemap may have; leave it out")
    return unpacked
