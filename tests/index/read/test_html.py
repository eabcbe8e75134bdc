"""Saved web pages: what is body, and what their markup tells."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.index.read.make import BODY, TITLE, make_page, read_one

JSON_LD = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": TITLE,
    "datePublished": "2024-03-05T06:00:00+00:00",
    "author": {"@type": "Person", "name": "Ada Writer"},
    "publisher": {"@type": "Organization", "name": "The Gazette"},
}
HEADS = {
    "json-ld": f'<script type="application/ld+json">{json.dumps(JSON_LD)}</script>',
    "open graph": '<meta property="og:type" content="article"><meta property="og:site_name" content="The Gazette">'
    '<meta property="article:published_time" content="2024-03-05T06:00:00Z">'
    '<meta property="article:author" content="Ada Writer">',
    "meta": '<meta name="author" content="Ada Writer"><meta name="date" content="2024-03-05">'
    '<meta name="application-name" content="The Gazette">',
}


@pytest.mark.parametrize("kind", HEADS)
def test_markup_tells_of_the_article(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(make_page(HEADS[kind]), encoding="utf-8")
    article = read_one(path)
    assert article.title == TITLE
    assert article.text == "\n\n".join(BODY)
    assert article.authors == ("Ada Writer",)
    assert article.source == "The Gazette"
    assert article.published is not None
    assert article.published.date() == datetime(2024, 3, 5, tzinfo=UTC).date()
    assert article.origin == str(path)


def test_the_canonical_address_is_the_identity(tmp_path: Path) -> None:
    head = '<link rel="canonical" href="https://gazette.example/news/flood?utm_source=feed">'
    for name in ("one.html", "two.html"):
        (tmp_path / name).write_text(make_page(head), encoding="utf-8")
    one, two = read_one(tmp_path / "one.html"), read_one(tmp_path / "two.html")
    assert one.url == "https://gazette.example/news/flood"
    assert one.id == two.id


def test_no_date_is_made_up(tmp_path: Path) -> None:
    """Neither from the text, nor from the footer, nor from the file's own times."""
    text = [*BODY, "The last such flood was on 3 March 2021, and the dam was built in 1961, the archive says."]
    path = tmp_path / "2019-05-06.html"
    path.write_text(make_page(body=text).replace("The Gazette.", "2018 The Gazette."), encoding="utf-8")
    article = read_one(path)
    assert (article.published, article.published_precision, article.modified) == (None, None, None)


def test_boilerplate_stays_out(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(make_page(), encoding="utf-8")
    text = read_one(tmp_path / "page.html").text
    for words in ("Home", "Sport", "Most read", "cat in a tree", "rights reserved", TITLE):
        assert words not in text


def test_a_list_in_the_article_is_of_it_and_a_list_of_other_articles_is_not(tmp_path: Path) -> None:
    items = [f"19{70 + n}: Runner {chr(65 + n)}" for n in range(20)]
    page = make_page(body=[*BODY, "These won the race by the river:"])
    listed = "".join(f"<li>{item}</li>" for item in items)
    others = "<p>Related articles</p><p>A cat in a tall tree</p>"
    path = tmp_path / "page.html"
    path.write_text(page.replace("</article>", f"<ul>{listed}</ul>{others}</article>"), encoding="utf-8")
    assert read_one(path).text == "\n\n".join([*BODY, "These won the race by the river:", *items])


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_pages_in_several_encodings(tmp_path: Path, codec: str) -> None:
    body = [p.replace("Aru", "Ärû—“ß”") for p in BODY]
    path = tmp_path / "page.htm"
    path.write_bytes(make_page(body=body).replace('<meta charset="utf-8">', "").encode(codec))
    assert read_one(path).text == "\n\n".join(body)


def test_a_page_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text(make_page(), encoding="utf-8")
    assert read_one(path).text == "\n\n".join(BODY)
