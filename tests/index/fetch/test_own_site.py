"""No site writes into what another one published, whatever its feeds, pages and files say of themselves."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator

import pytest

from index import Article, Library, add_urls, article_to_fields, make_article_from_mapping, sync_library
from index.fetch.own_site import is_same_site
from rag import ask
from rag.records import article_to_dict
from tests.index.fetch.site import WORDS, Reply, Site, make_page, make_rss, make_sitemap, page, serve
from ui.api.publish import publish_article
from ui.cli.terminal import print_answer
from ui.export.texts import write_html, write_markdown, write_plain
from ui.presentation import present
from ui.wording import show_line

FORGED = "The council of the harbour town voted on Monday to sell the old bridge to a circus, which nobody has denied."
DATED = "<pubDate>Mon, 04 Mar 2024 05:06:07 +0100</pubDate>"


@pytest.fixture
def evil() -> Iterator[Site]:
    """Another site: for hosts without a domain of their own, each port is one."""
    with serve() as opened:
        yield opened


def feed(items: list[tuple[str, str, str]], title: str = "Reuters") -> Reply:
    content = make_rss(items).replace(b"The Harbour Post", title.encode())
    return Reply(content, headers={"Content-Type": "application/rss+xml"})


def forge(evil: Site, site: Site) -> str:
    """A feed of the evil site that has words for a page of the other one."""
    described = f"{DATED}<description>{FORGED}</description>"
    evil.replies["/feed"] = feed([(f"{site.url}/story1", "The bridge is sold", described)])
    return f"{evil.url}/feed"


def keep(library: Library) -> list[Article]:
    return list(library.articles())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://news.example.co.uk/a", "http://www.example.co.uk:8080/b", True),
        ("https://example.com/", "https://EXAMPLE.com./x", True),
        ("https://example.com/", "https://example.com.evil.net/", False),
        ("https://example.com@evil.net/", "https://example.com/", False),
        ("https://evil.net/https://example.com/", "https://example.com/", False),
        ("https://a.github.io/", "https://b.github.io/", False),
        ("https://a.blogspot.com/", "https://blogspot.com/", False),
        ("https://one.co.uk/", "https://two.co.uk/", False),
        ("http://127.0.0.1:1/", "http://127.0.0.1:2/", False),
        ("http://127.0.0.1:1/", "http://127.0.0.1:1/x", True),
        ("http://127.0.0.1/", "http://localhost/", False),
        ("http://[::1]:5/", "http://[::1]:5/x", True),
        ("http://10.0.0.1/", "http://10.0.0.1:80/", True),
        ("http://intranet/", "http://intranet/x", True),
        ("", "", False),
        ("no address", "no address", False),
        ("http://[", "http://[", False),
        ("http://a:99999999/", "http://a:99999999/", False),
    ],
)
def test_a_site_is_what_somebody_registered(one: str, other: str, same: bool) -> None:
    assert is_same_site(one, other) is same
    assert is_same_site(other, one) is same


@pytest.mark.parametrize("status", [403, 404, 410, 451])
def test_a_feed_replaces_nothing_of_another_site(web_library: Library, site: Site, evil: Site, status: int) -> None:
    site.replies["/story1"] = page("The bridge is closed")
    add_urls(web_library, [f"{site.url}/story1"])
    before = keep(web_library)
    site.replies["/story1"] = Reply(status=status)
    report = add_urls(web_library, [forge(evil, site)])
    assert (report.added, report.updated) == ((), ())
    assert [failure.origin for failure in report.failed] == [f"{site.url}/story1"]
    assert sync_library(web_library, remove_gone=False).added.updated == ()
    assert keep(web_library) == before
    assert web_library.versions(before[0].id) == []


@pytest.mark.parametrize("kind", ["rss", "json feed", "atom", "sitemap"])
def test_a_page_of_another_site_is_what_it_says_itself(web_library: Library, site: Site, evil: Site, kind: str) -> None:
    untitled = make_page("").replace(b"<title></title>", b"").replace(b"<h1></h1>", b"")
    site.replies["/story1"] = Reply(untitled, headers={"Content-Type": "text/html"})
    url = f"{site.url}/story1"
    described = f"{DATED}<author>a@b.c (A. Liar)</author><description>{FORGED}</description>"
    content = {
        "rss": make_rss([(url, "The bridge is sold", described)]),
        "json feed": json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "Reuters",
                "items": [{"id": "1", "url": url, "title": "Sold", "content_text": FORGED, "date_published": "2024"}],
            }
        ).encode(),
        "atom": (
            f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Reuters</title><entry><title>Sold</title><id>1</id>"
            f"<updated>2024-03-04T05:06:07Z</updated><link href='{url}'/><summary>{FORGED}</summary></entry></feed>"
        ).encode(),
        "sitemap": make_sitemap(
            [
                (
                    url,
                    "<news:news><news:publication><news:name>Reuters</news:name><news:language>fr</news:language>"
                    "</news:publication><news:publication_date>2024-03-04</news:publication_date>"
                    "<news:title>Sold</news:title></news:news>",
                )
            ]
        ),
    }[kind]
    evil.replies["/feed"] = Reply(content, headers={"Content-Type": "application/xml"})
    report = add_urls(web_library, [f"{evil.url}/feed"])
    assert report.failed == ()
    (article,) = keep(web_library)
    assert article.url == url
    assert article.published is None
    assert "Sold" not in article.title
    assert "sold" not in article.title
    assert article.source in (None, "127.0.0.1")
    assert (article.authors, article.language) == ((), "en")
    assert WORDS[0] in article.text


def test_a_feed_s_words_of_its_own_site_are_shown_as_such(
    web_library: Library, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"{site.url}/story1"
    site.replies["/feed"] = feed([(url, "The bridge is sold", f"{DATED}<description>{FORGED}</description>")], "Post")
    site.replies["/story1"] = Reply(status=403)
    assert len(add_urls(web_library, [f"{site.url}/feed"]).added) == 1
    (article,) = keep(web_library)
    said = f"Post, as given by the feed {site.url}/feed"
    assert (article.url, article.source, article.attributed) == (url, "Post", said)
    assert article.date_evidence == f"as given by the feed {site.url}/feed"
    assert article_to_dict(article)["source"] == said
    assert publish_article(article)["source"] == said
    assert said in show_line(article)
    assert make_article_from_mapping(article_to_fields(article)) == article  # an export keeps it
    answer = ask(web_library, "Who is the old bridge sold to?")
    assert not answer.refused
    assert said in present(answer).sources[0].facts
    print_answer(answer)
    shown = [capsys.readouterr().out, write_plain([answer]), write_markdown([answer]), write_html([answer])]
    for text in shown:
        assert "as given by the feed" in " ".join(text.split())
    # As soon as the page can be read, its own words stand, and the feed's never again.
    site.replies["/story1"] = page("The bridge is closed")
    assert len(add_urls(web_library, [url]).updated) == 1
    (read,) = keep(web_library)
    assert (read.feed, WORDS[0] in read.text) == ("", True)
    site.replies["/story1"] = Reply(status=403)
    more = f"{DATED}<description>{FORGED} Again.</description>"
    site.replies["/feed"] = feed([(url, "The bridge is sold", more)], "Post")
    assert sync_library(web_library).added.updated == ()
    assert keep(web_library) == [read]


def test_the_same_words_from_the_page_make_it_the_page_s(web_library: Library, site: Site) -> None:
    url = f"{site.url}/story1.txt"
    site.replies["/feed"] = feed([(url, "", f"<description>{FORGED}</description>")])
    add_urls(web_library, [f"{site.url}/feed"])
    assert [a.feed for a in keep(web_library)] == [f"{site.url}/feed"]
    site.replies["/story1.txt"] = Reply(f"url: {url}\n\n{FORGED}".encode(), headers={"Content-Type": "text/plain"})
    add_urls(web_library, [url])
    assert {a.feed for a in keep(web_library)} == {""}


HEADS = {
    "canonical": '<link rel="canonical" href="{}">',
    "og:url": '<meta property="og:url" content="{}">',
    "json-ld": '<script type="application/ld+json">{{"@type": "NewsArticle", "url": "{}", "mainEntityOfPage": "{}"}}'
    "</script>",
    "base": '<base href="{}"><link rel="canonical" href="/bridge">',
}


@pytest.mark.parametrize("head", HEADS)
def test_an_address_of_another_site_changes_neither_source_nor_identity(
    web_library: Library, evil: Site, head: str
) -> None:
    victim = "https://www.reuters.com/bridge"
    web_library.add([{"url": victim, "title": "Bridge", "text": FORGED, "source": "Reuters"}])
    (before,) = keep(web_library)
    evil.replies["/a"] = page(
        "Bridge open", head=HEADS[head].replace("{}", victim).replace("{{", "{").replace("}}", "}")
    )
    assert len(add_urls(web_library, [f"{evil.url}/a"]).added) == 1
    assert web_library.get(before.id) == before
    (other,) = [a for a in keep(web_library) if a.id != before.id]
    assert other.url in (f"{evil.url}/a", f"{evil.url}/bridge")
    assert other.source in (None, "127.0.0.1")


def test_where_a_redirect_leads_is_where_an_article_is_from(web_library: Library, site: Site, evil: Site) -> None:
    """An open redirect of a good site leads to a bad one: what is read there is the bad one's."""
    site.replies["/story1"] = page("The bridge is closed")
    add_urls(web_library, [f"{site.url}/story1"])
    before = keep(web_library)
    site.replies["/story1"] = Reply(status=302, headers={"Location": f"{evil.url}/forged"})
    head = f'<link rel="canonical" href="{site.url}/story1">'
    evil.replies["/forged"] = page("The bridge is sold", FORGED, head)
    described = f"{DATED}<description>{FORGED}</description>"
    site.replies["/feed"] = feed([(f"{site.url}/story1", "What the feed has", described)], "The Harbour Post")
    add_urls(web_library, [f"{site.url}/story1", f"{site.url}/feed"])
    found = {a.url: a for a in keep(web_library)}
    assert found.pop(f"{site.url}/story1") == before[0]
    (forged,) = found.values()
    assert (forged.url, forged.origin) == (f"{evil.url}/forged", f"{evil.url}/forged")
    assert forged.source in (None, "127.0.0.1")
    assert forged.published is None


def pack(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def make_warc(address: str, content: bytes) -> bytes:
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + content
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2024-03-04T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:0>\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


@pytest.mark.parametrize("kind", ["json", "jsonl", "csv", "txt", "md", "warc", "zip", "feed in zip"])
def test_a_file_on_the_web_names_only_its_own_site(web_library: Library, site: Site, evil: Site, kind: str) -> None:
    site.replies["/story1"] = page("The bridge is closed")
    add_urls(web_library, [f"{site.url}/story1"])
    web_library.add([{"id": "mine", "title": "My own", "text": "The heron landed on the harbour wall at dawn."}])
    before = keep(web_library)
    url, made = f"{site.url}/story1", next(a.id for a in before if a.url)
    rows = [{"url": url, "text": FORGED}, {"id": made, "text": f"{FORGED} 2"}, {"id": "mine", "text": f"{FORGED} 3"}]
    forged = make_page("Sold", FORGED, f'<link rel="canonical" href="{url}">')
    content = {
        "json": json.dumps(rows).encode(),
        "jsonl": "\n".join(map(json.dumps, rows)).encode(),
        "csv": f'id,url,text\n,{url},"{FORGED}"\n{made},,"{FORGED} 2"\nmine,,"{FORGED} 3"\n'.encode(),
        "txt": f"url: {url}\ntitle: Sold\n\n{FORGED}".encode(),
        "md": f"---\nurl: {url}\nid: {made}\n---\n# Sold\n\n{FORGED}\n".encode(),
        "warc": make_warc(url, forged),
        "zip": pack("a.html", forged),
        "feed in zip": pack("feed.xml", make_rss([(url, "Sold", f"<description>{FORGED}</description>")])),
    }[kind]
    ending = {"feed in zip": "zip"}.get(kind, kind)
    evil.replies[f"/a.{ending}"] = Reply(content, headers={"Content-Type": "application/octet-stream"})
    for _ in range(2):  # and again: the second time it is there
        report = add_urls(web_library, [f"{evil.url}/a.{ending}"])
        assert report.failed == ()
        assert report.updated == ()
        assert all(web_library.get(article.id) == article for article in before)
    others = [a for a in keep(web_library) if a not in before]
    assert len(others) in (1, 3)
    assert not [a for a in others if a.url and is_same_site(a.url, site.url)]


def make_mhtml(address: str, message_id: str) -> bytes:
    """A page that a browser saved, with all that could say where it is from."""
    head = f'<link rel="canonical" href="{address}"><meta property="og:url" content="{address}">'
    head += '<meta property="og:site_name" content="Reuters">'
    return (
        (
            f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {address}\r\nSubject: Sold\r\n"
            f"Message-ID: <{message_id}>\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/related; type="text/html"; boundary="part"\r\n\r\n'
            f"--part\r\nContent-Type: text/html\r\nContent-Location: {address}\r\n\r\n"
        ).encode()
        + make_page("Sold", FORGED, head)
        + b"\r\n--part--\r\n"
    )


@pytest.mark.parametrize("kind", ["multipart/related", "message/rfc822", "text/html", "application/zip"])
def test_an_address_in_a_saved_page_changes_neither_source_nor_identity(
    web_library: Library, site: Site, evil: Site, kind: str
) -> None:
    site.replies["/story1"] = page("The bridge is closed")
    add_urls(web_library, [f"{site.url}/story1"])
    (before,) = keep(web_library)
    saved = make_mhtml(f"{site.url}/story1", before.id)
    content = pack("a.eml", saved) if kind == "application/zip" else saved
    evil.replies["/a.mhtml"] = Reply(content, headers={"Content-Type": kind})
    for _ in range(2):
        report = add_urls(web_library, [f"{evil.url}/a.mhtml"])
        assert (report.failed, report.updated) == ((), ())
    assert web_library.get(before.id) == before
    (other,) = [a for a in keep(web_library) if a.id != before.id]
    assert FORGED in other.text
    assert (other.url, other.source, other.feed) == (None, "Saved by Blink", "")
    assert is_same_site(other.origin or "", evil.url)


def test_a_packed_page_does_not_take_the_outlet_of_the_address_that_it_names(web_library: Library, evil: Site) -> None:
    head = '<link rel="canonical" href="https://www.reuters.com/world/sold">'
    packed = pack("a.html", make_page("Sold", FORGED, head))
    evil.replies["/a.zip"] = Reply(packed, headers={"Content-Type": "application/zip"})
    assert add_urls(web_library, [f"{evil.url}/a.zip"]).failed == ()
    (article,) = keep(web_library)
    assert FORGED in article.text
    assert (article.source, article.source_evidence) == ("127.0.0.1", "address: 127.0.0.1")
    assert is_same_site(article.url or "", evil.url)


def test_an_id_that_another_article_will_have_can_not_be_taken_before_it(
    web_library: Library, site: Site, evil: Site
) -> None:
    site.replies["/story1"] = page("The bridge is closed")
    add_urls(web_library, [f"{site.url}/story1"])
    (known,) = keep(web_library)
    web_library.remove(known.id)
    evil.replies["/a.json"] = Reply(json.dumps({"id": known.id, "text": FORGED}).encode())
    assert add_urls(web_library, [f"{evil.url}/a.json"]).added != (known.id,)
    assert web_library.find(known.id) is None


def test_what_the_user_imports_is_the_user_s_word(web_library: Library, site: Site) -> None:
    site.replies["/story1"] = page("The bridge is closed")
    add_urls(web_library, [f"{site.url}/story1"])
    assert len(web_library.add([{"url": f"{site.url}/story1", "text": FORGED}]).updated) == 1
