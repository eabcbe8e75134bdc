"""What agencies send, reference managers export and browsers save: every article of it, by content."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from index import Article, Failure
from index.read.files import read_bytes
from tests.index.read.make import BODY, FIRST, SECOND, TITLE, make_page, make_zip

TEXT = "\n\n".join(BODY)
DAY = datetime(2024, 3, 5, tzinfo=UTC)
MOMENT = datetime(2024, 3, 5, 10, 30, tzinfo=UTC)
PARAGRAPHS = "".join(f"<p>{p}</p>" for p in BODY)


def _read(content: str | bytes, ending: str = ".xml") -> list[Article | Failure]:
    return list(read_bytes(content.encode() if isinstance(content, str) else content, "file", 1, ending=ending))


def _articles(content: str | bytes, ending: str = ".xml") -> list[Article]:
    read = _read(content, ending)
    assert not [one for one in read if isinstance(one, Failure)]
    return [one for one in read if isinstance(one, Article)]


# What agencies send: after the examples of IPTC's specifications

NITF = f"""<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "http://www.nitf.org/IPTC/NITF/3.4/specification/dtd/nitf-3-4.dtd">
<nitf><head><title>Flood</title><docdata><doc-id id-string="ap-1"/>
<date.issue norm="20240305T103000Z"/></docdata></head>
<body><body.head><hedline><hl1>{TITLE}</hl1><hl2>Rain</hl2></hedline><byline>By <person>Jo Smith</person></byline>
<distributor>The Wire</distributor><dateline><location>OLD TOWN</location></dateline></body.head>
<body.content><media><media-caption><p>A caption.</p></media-caption></media>{PARAGRAPHS}</body.content></body>
</nitf>"""
G2 = f"""<?xml version="1.0"?><newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>
<newsItem guid="urn:newsml:wire:1" xml:lang="en"><itemMeta><provider><name>The Wire</name></provider>
<versionCreated>2024-03-05T12:00:00Z</versionCreated></itemMeta><contentMeta>
<contentCreated>2024-03-05T10:30:00Z</contentCreated><by>By Jo Smith</by><headline>{TITLE}</headline></contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body>{PARAGRAPHS}
</body></html></inlineXML></contentSet></newsItem>
<newsItem guid="urn:newsml:wire:2"><contentMeta><headline>A picture</headline></contentMeta><contentSet>
<remoteContent href="a.jpg"/></contentSet></newsItem></itemSet></newsMessage>"""
NEWSML = f"""<?xml version="1.0"?><NewsML><NewsItem><Identification><NewsIdentifier><ProviderId>The Wire</ProviderId>
<PublicIdentifier>urn:newsml:wire:1</PublicIdentifier></NewsIdentifier></Identification><NewsManagement>
<FirstCreated>20240305T103000Z</FirstCreated></NewsManagement><NewsComponent><NewsLines><HeadLine>{TITLE}</HeadLine>
<ByLine>By Jo Smith</ByLine></NewsLines><ContentItem><DataContent>{PARAGRAPHS}</DataContent></ContentItem>
</NewsComponent>
</NewsItem></NewsML>"""


@pytest.mark.parametrize(("content", "key"), [(NITF, "ap-1"), (NEWSML, "urn:newsml:wire:1")], ids=["nitf", "newsml"])
@pytest.mark.parametrize("ending", [".xml", ".txt", ""])
def test_an_agency_s_article(content: str, key: str, ending: str) -> None:
    [article] = _articles(content, ending)
    assert (article.title, article.text, article.id) == (TITLE, TEXT, key)
    assert (article.authors, article.source) == (("Jo Smith",), "The Wire")
    assert (article.published, article.published_precision) == (MOMENT, "instant")


def test_a_message_with_several_items() -> None:
    article, failure = _read(G2)
    assert isinstance(article, Article)
    assert (article.title, article.text, article.id, article.language) == (TITLE, TEXT, "urn:newsml:wire:1", "en")
    assert (article.authors, article.source) == (("Jo Smith",), "The Wire")
    assert (article.published, article.modified) == (MOMENT, MOMENT + timedelta(hours=1, minutes=30))
    assert article.date_evidence == "markup: contentMeta/contentCreated"
    assert isinstance(failure, Failure)
    assert failure.origin == "file#1"
    assert failure.reason.startswith("it has no text")


@pytest.mark.parametrize("entity", ['"x"', 'SYSTEM "file:///etc/passwd"'])
def test_entities_stand_for_nothing(entity: str) -> None:
    laughs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 11))
    body = f"<nitf><body><body.content><p>{FIRST}</p><p>&e10;</p></body.content></body></nitf>"
    for article in _articles(f"<!DOCTYPE nitf [<!ENTITY e0 {entity}>{laughs}]>{body}"):
        assert len(article.text) < 1_000
        assert "root:" not in article.text


# What reference managers export

RIS = f"""TY  - NEWS
TI  - {TITLE}
AU  - Smith, Jo
AU  - Other, Bo
T2  - The Gazette
DA  - 2024/03/05/
UR  - https://x.org/1
LA  - en
AB  - {FIRST}
N1  - <p>{SECOND}</p>
ER  -

TY  - NEWS
TI  - Nothing
ER  -
"""
CSL = json.dumps(
    [
        {
            "id": "http://zotero.org/users/1/items/A",
            "type": "article-newspaper",
            "title": TITLE,
            "author": [{"family": "Smith", "given": "Jo"}, {"literal": "Bo Other"}],
            "container-title": "The Gazette",
            "issued": {"date-parts": [["2024", 3, 5]]},
            "URL": "https://x.org/1",
            "language": "en",
            "abstract": FIRST,
            "note": SECOND,
        },
        {"id": "b", "type": "article-newspaper", "title": "Nothing", "issued": {"date-parts": [[2024]]}},
    ]
)
RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#"
 xmlns:dcterms="http://purl.org/dc/terms/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:bib="http://purl.org/net/biblio#" xmlns:foaf="http://xmlns.com/foaf/0.1/">
<bib:Article rdf:about="https://x.org/1"><z:itemType>newspaperArticle</z:itemType>
<dcterms:isPartOf><bib:Newspaper><dc:title>The Gazette</dc:title></bib:Newspaper></dcterms:isPartOf>
<bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Smith</foaf:surname><foaf:givenName>Jo</foaf:givenName>
</foaf:Person></rdf:li><rdf:li><foaf:Person><foaf:surname>Other</foaf:surname><foaf:givenName>Bo</foaf:givenName>
</foaf:Person></rdf:li></rdf:Seq></bib:authors><dcterms:isReferencedBy rdf:resource="#item_2"/>
<dc:title>{TITLE}</dc:title><dcterms:abstract>{FIRST}</dcterms:abstract><dc:date>2024-03-05</dc:date>
<z:language>en</z:language><dc:identifier><dcterms:URI><rdf:value>https://x.org/1</rdf:value></dcterms:URI></dc:identifier>
</bib:Article><bib:Memo rdf:about="#item_2"><rdf:value>&lt;p&gt;{SECOND}&lt;/p&gt;</rdf:value></bib:Memo>
<z:Attachment rdf:about="#item_3"><z:itemType>attachment</z:itemType></z:Attachment>
<bib:Article rdf:about="#item_4"><z:itemType>newspaperArticle</z:itemType><dc:title>Nothing</dc:title></bib:Article>
</rdf:RDF>"""


@pytest.mark.parametrize(
    ("content", "ending"), [(RIS, ".ris"), (RIS, ".txt"), (CSL, ".json"), (RDF, ".rdf"), (RDF, ".xml")]
)
def test_a_reference_is_an_article_of_its_notes(content: str, ending: str) -> None:
    article, failure = _read(content, ending)
    assert isinstance(article, Article)
    assert (article.title, article.text, article.url) == (TITLE, f"{FIRST}\n\n{SECOND}", "https://x.org/1")
    assert (article.source, article.authors, article.language) == ("The Gazette", ("Jo Smith", "Bo Other"), "en")
    assert (article.published, article.published_precision) == (DAY, "day")
    assert isinstance(failure, Failure)
    assert failure.reason.startswith("it has no text")


# What browsers save

ADDRESS = "https://gazette.example/2024/flood"


@pytest.mark.parametrize(
    "comment",
    [
        f"<!--\n Page saved with SingleFile \n url: {ADDRESS} \n saved date: Tue Mar 05 2024 10:30:00 GMT+0100\n-->",
        f"<!-- saved from url=({len(ADDRESS):04}){ADDRESS} -->",
    ],
    ids=["singlefile", "mark of the web"],
)
def test_a_saved_page_says_where_it_was(comment: str) -> None:
    page = make_page().replace("<head>", f"{comment}<head>")
    [article] = _articles(page, ".html")
    assert (article.title, article.text, article.url) == (TITLE, TEXT, ADDRESS)
    assert article.published is None, "the day it was saved is not the article's"
    elsewhere = page.replace("<meta", '<link rel="canonical" href="https://other.example/b"><meta', 1)
    assert _articles(elsewhere, ".html")[0].url == ADDRESS, "no site may say what another one published"


def make_mhtml(page: str = "", address: str = ADDRESS) -> str:
    """A page as Chromium writes it."""
    return (
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {address}\r\nSubject: {TITLE}\r\n"
        "Date: Tue, 9 Apr 2024 10:30:00 -0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--b"\r\n\r\n'
        "----b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: 8bit\r\nContent-Location: https://ads.example/\r\n"
        f"\r\n<html><body><p>An advertisement.</p></body></html>\r\n----b\r\nContent-Type: text/html\r\n"
        f"Content-Transfer-Encoding: 8bit\r\nContent-Location: {address}\r\n\r\n{page or make_page()}\r\n----b--\r\n"
    )


@pytest.mark.parametrize("ending", [".mhtml", ".eml", ""])
def test_a_web_archive_of_one_page(ending: str) -> None:
    [article] = _articles(make_mhtml(), ending)
    assert (article.title, article.text, article.url) == (TITLE, TEXT, ADDRESS)
    assert article.published is None, "the day it was saved is not the article's"


@pytest.mark.parametrize("packed", [False, True])
def test_a_saved_page_from_the_web_is_not_believed_where_it_was(packed: bool) -> None:
    """Whoever serves it could have written that it is another site's."""
    evil = "https://evil.example/a"
    comment = f"<!-- saved from url=({len(ADDRESS):04}){ADDRESS} --><head>"
    for name, content in {"a.mhtml": make_mhtml(), "a.html": make_page().replace("<head>", comment)}.items():
        served = make_zip({name: content.encode()}) if packed else content.encode()
        [article] = read_bytes(served, evil, 1, ending="", url=evil)
        assert isinstance(article, Article)
        assert article.url in (None, evil)
        assert "gazette" not in (article.source or "")


def test_a_web_archive_without_a_page_is_named() -> None:
    [failure] = _read(make_mhtml().replace("text/html", "text/css"), ".mhtml")
    assert isinstance(failure, Failure)
    assert "without a page" in failure.reason


@pytest.mark.browser
def test_what_chromium_saves_is_read_as_the_page_itself(tmp_path: Path, browser: Any) -> None:
    head = '<meta property="article:published_time" content="2024-03-05T10:30:00+02:00">'
    page = make_page(head, body=[*BODY, "Die Brücke über den Fluß bleibt für Fußgänger gesperrt, сказал мэр города."])
    path = tmp_path / "page.html"
    path.write_text(page, encoding="utf-8")
    with browser.new_context() as context:
        tab = context.new_page()
        tab.goto(path.as_uri())
        saved = context.new_cdp_session(tab).send("Page.captureSnapshot", {"format": "mhtml"})["data"]
    [article], [expected] = _articles(saved, ".mhtml"), _articles(page, ".html")
    assert (article.title, article.text) == (expected.title, expected.text)
    assert article.published == datetime(2024, 3, 5, 10, 30, tzinfo=timezone(timedelta(hours=2)))
