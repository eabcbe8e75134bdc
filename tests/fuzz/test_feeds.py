"""Feeds and sitemaps, as files and as what is followed on the web."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from typing import Any

from hypothesis import example, given, strategies as st

from index import Article, DatelineError
from index.read.formats.listing import Listing, make_listed_article, read_listing
from tests.fuzz.reading import check_article, check_reading, damaged

URL = "https://a.example/feed"
RSS = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>The Gazette</title><language>en</language><item><title>A'
    b"</title><link>/a</link><guid>a</guid><pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate><description>&lt;p&gt;Words."
    b"&lt;/p&gt;</description></item><item><title>B</title><link>https://b.example/b</link></item></channel></rss>"
)
ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/"><title>T</title><entry><id>tag:a</id>'
    b'<title type="html">A</title><link href="b"/><updated>2024-03-05T10:00:00Z</updated><author><name>N</name>'
    b'</author><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Words.</p></div></content></entry></feed>'
)
MAP = (
    b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    b'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
    b"<url><loc>/a</loc><lastmod>2024-03-05</lastmod><n:news><n:title>A</n:title><n:publication><n:name>G</n:name>"
    b"<n:language>en</n:language></n:publication><n:publication_date>2024-03-05</n:publication_date></n:news></url></urlset>"
)
MAPS = b"<sitemapindex><sitemap><loc>https://a.example/b.xml</loc></sitemap></sitemapindex>"
XML = [RSS, ATOM, MAP, MAPS]
_VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.sampled_from(["2024-03-05", URL]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "url"]), inner, max_size=2),
    max_leaves=5,
)
NAMES = "id url title content_html content_text summary authors author date_published date_modified language".split()
ITEMS = st.lists(st.dictionaries(st.sampled_from(NAMES), _VALUE, max_size=8) | _VALUE, max_size=4)


def check_listing(content: bytes, url: str = URL) -> None:
    """What a listing says survives the pipe, and becomes sound articles."""
    with suppress(DatelineError):
        listing = read_listing(content, url)
        if listing is None:
            return
        assert Listing.from_json(json.loads(json.dumps(listing.to_json()))).to_json() == listing.to_json()
        for page in listing.pages:
            article = make_listed_article(page, "https://a.example/x", url)
            if isinstance(article, Article):
                check_article(article)


@example(ATOM.replace(b"A</title><link", b"A/title><link").replace(b"<author>", b""), ".rss")
@example(RSS.replace(b"<title>", b"<title>&#xD800;", 1), ".rss")
@given(damaged(XML), st.sampled_from([".rss", ".xml", ".txt"]))
def test_a_damaged_feed_is_read_or_refused(content: bytes, ending: str) -> None:
    check_reading(content, ending)
    check_listing(content)


@given(damaged([gzip.compress(xml, mtime=0) for xml in XML]))
def test_a_damaged_packed_listing_is_read_or_refused(content: bytes) -> None:
    check_listing(content, f"{URL}.gz")


@given(ITEMS, st.dictionaries(st.sampled_from(["title", "language", "author"]), _VALUE))
def test_a_json_feed_of_any_values_is_read_or_refused(items: list[Any], head: dict[str, Any]) -> None:
    content = json.dumps({"version": "https://jsonfeed.org/version/1.1", **head, "items": items}).encode()
    check_reading(content, ".json")
    check_listing(content)
