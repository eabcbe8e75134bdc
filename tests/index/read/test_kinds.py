"""Files of files, tables, mail and feeds: every article of them, by content and whatever they are called."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from index import Article, Failure
from index.read.files import read_file, read_files
from index.read.kinds import list_addresses
from tests.index.read.make import BODY, FIRST, SECOND, THIRD, TITLE, make_page, make_zip, read_one

TEXT = "\n\n".join(BODY)
DAY = datetime(2024, 3, 5, tzinfo=UTC)
MOMENT = datetime(2024, 3, 5, 10, 30, tzinfo=timezone(timedelta(hours=2)))
ROWS = [
    {"Headline": TITLE, "Body": TEXT, "Pub Date": "2024-03-05", "Author": "Ada Writer", "Web URL": "https://x.org/1"},
    {"Headline": "Two", "Body": SECOND, "Pub Date": "", "Author": "", "Web URL": "https://x.org/2"},
]


def _write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _split(path: Path, **columns: str) -> tuple[list[Article], list[Failure]]:
    read = list(read_files([path], 1, columns))
    return [r for r in read if isinstance(r, Article)], [r for r in read if isinstance(r, Failure)]


@given(st.lists(st.sampled_from(["https://a.example/1", " HTTP://b.example/?q=ü ", "", "\t"]), min_size=1), st.text())
def test_a_list_of_addresses_is_nothing_but_addresses(lines: list[str], more: str) -> None:
    addresses = [line.strip() for line in lines if line.strip()]
    assert list_addresses("\n".join(lines)) == addresses
    if more.strip() and not more.strip().lower().startswith("http"):
        assert list_addresses("\n".join([*lines, more])) == []


def _tar(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def _mail(subject: str = TITLE, text: str = TEXT, html: str = "", number: int = 1) -> bytes:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "The Gazette <news@gazette.example>"
    message["Date"] = "Tue, 05 Mar 2024 10:30:00 +0200"
    message["Message-ID"] = f"<{number}@gazette.example>"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


# Tables


def _csv(delimiter: str, encoding: str) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(ROWS[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(ROWS)
    return out.getvalue().encode(encoding)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["a.csv", "a.txt"])
def test_csv(tmp_path: Path, delimiter: str, encoding: str, name: str) -> None:
    one, two = read_file(_write(tmp_path / name, _csv(delimiter, encoding)), 1)
    assert (one.title, one.text, one.published, one.authors) == (TITLE, TEXT, DAY, ("Ada Writer",))
    assert (one.url, two.url) == ("https://x.org/1", "https://x.org/2")
    assert (two.title, two.text, two.published, two.authors) == ("Two", SECOND, None, ())


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.json", "a.txt"])
def test_json_lines(tmp_path: Path, name: str) -> None:
    lines = "\n".join(json.dumps(row) for row in ROWS)
    assert [a.text for a in read_file(_write(tmp_path / name, lines), 1)] == [TEXT, SECOND]


def test_json_with_its_list_inside(tmp_path: Path) -> None:
    export = {
        "status": "ok",
        "totalResults": 2,
        "articles": [{**ROWS[0], "source": {"id": 1, "name": "Post"}}, ROWS[1]],
    }
    one, two = read_file(_write(tmp_path / "a.json", json.dumps(export)), 1)
    assert (one.source, one.text, two.text) == ("Post", TEXT, SECOND)


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.json"])
def test_columns_that_are_named(tmp_path: Path, name: str) -> None:
    row = {"id": "n1", "kicker": TITLE, "title": "Not this one", "words": FIRST}
    lines = {".csv": f'id,kicker,title,words\nn1,{TITLE},Not this one,"{FIRST}"\n', ".jsonl": json.dumps(row)}
    path = _write(tmp_path / name, lines.get(Path(name).suffix, json.dumps([row])))
    [article], _ = _split(path, title="kicker", text="words")
    assert (article.id, article.title, article.text) == ("n1", TITLE, FIRST)


LINES = ['{"id": "1", "text": "One."}', '{"id": "2"}', '{"id": "4", "text": 4}', "[]", '{"id": "5", "text": "Five."}']


@pytest.mark.parametrize(
    ("name", "content"), [("a.jsonl", "\n\n".join([*LINES[:3], "{", LINES[4]])), ("a.json", f"[{','.join(LINES)}]")]
)
def test_a_bad_row_does_not_stop_the_others(tmp_path: Path, name: str, content: str) -> None:
    articles, failures = _split(_write(tmp_path / name, content))
    assert [a.text for a in articles] == ["One.", "Five."]
    assert len(failures) == 3
    assert all(f.origin.startswith(f"{tmp_path / name}#") for f in failures)


def test_a_line_too_long_does_not_stop_the_others(tmp_path: Path) -> None:
    rows = [{"id": "1", "text": "One."}, {"id": "2", "text": "x " * 1_500_000}, {"id": "3", "text": "Three."}]
    articles, failures = _split(_write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, rows))))
    assert [a.text for a in articles] == ["One.", "Three."]
    assert ["more than 1 MiB" in f.reason for f in failures] == [True]


CELLS = st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from('\n\r\t",;|'), max_size=60)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_a_table_gives_what_python_s_own_reader_gives(tmp_path_factory: Any, rows: list[tuple[str, str]]) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["title", "text", "id"])
        writer.writerows((title, text + " end", n) for n, (title, text) in enumerate(rows))
    articles, failures = _split(path)
    assert failures == []
    assert [a.id for a in articles] == [str(n) for n in range(len(rows))]
    assert all(a.text.endswith("end") for a in articles)


# Mail


@pytest.mark.parametrize("html", ["", make_page()])
@pytest.mark.parametrize("name", ["a.eml", "a.txt"])
def test_mail(tmp_path: Path, html: str, name: str) -> None:
    article = read_one(_write(tmp_path / name, _mail(html=html)))
    assert (article.title, article.text, article.source) == (TITLE, TEXT, "The Gazette")
    assert (article.published, article.id) == (MOMENT, "1@gazette.example")
    assert article.published is not None
    assert article.published.utcoffset() == timedelta(hours=2)
    assert article.date_evidence == "header: Date: Tue, 05 Mar 2024 10:30:00 +0200"


def test_a_mail_box(tmp_path: Path) -> None:
    import mailbox

    path = tmp_path / "letters"
    box = mailbox.mbox(path)
    for n, text in enumerate(["From here on it is said:\n\n" + FIRST, SECOND, THIRD]):
        box.add(_mail(subject=f"Letter {n}", text=text, number=n))
    box.close()
    articles = read_file(path, 1)
    assert [a.title for a in articles] == ["Letter 0", "Letter 1", "Letter 2"]
    assert [FIRST in articles[0].text, SECOND in articles[1].text, THIRD in articles[2].text] == [True] * 3
    assert len({a.id for a in articles}) == 3


# Feeds

RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>The Gazette</title><language>en</language>
<item><title>{TITLE}</title><link>https://x.org/1</link><pubDate>Tue, 05 Mar 2024 10:30:00 +0200</pubDate>
<description>Short.</description><content:encoded><![CDATA[<p>{FIRST}</p><p>{SECOND}<script>x</script></p><p>{THIRD}</p>]]>
</content:encoded></item><item><title>Two</title><guid>two</guid><description>&lt;p&gt;{SECOND}&lt;/p&gt;</description></item>
<item><title>Nothing</title><link>https://x.org/3</link></item></channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>The Gazette</title>
<entry><title>{TITLE}</title><link href="https://x.org/1"/><published>2024-03-05T10:30:00+02:00</published>
<updated>2024-03-06T10:00:00Z</updated><content type="html">&lt;p&gt;{FIRST}&lt;/p&gt;
&lt;p&gt;{SECOND}&lt;/p&gt;&lt;p&gt;{THIRD}&lt;/p&gt;</content></entry>
<entry><title>Two</title><id>two</id><updated>2024-03-06T10:00:00Z</updated><summary>{SECOND}</summary></entry>
<entry><title>Nothing</title><link href="https://x.org/3"/></entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Gazette",
        "language": "en",
        "items": [
            {
                "id": "1", "url": "https://x.org/1", "title": TITLE, "date_published": "2024-03-05T10:30:00+02:00",
                "content_html": "".join(f"<p>{p}</p>" for p in BODY),
            },
            {"id": "two", "title": "Two", "content_text": SECOND},
            {"id": "3", "url": "https://x.org/3", "title": "Nothing"},
        ],
    }
)  # fmt: skip


@pytest.mark.parametrize("feed", [RSS, ATOM, JSON_FEED], ids=["rss", "atom", "json"])
@pytest.mark.parametrize("name", ["a.xml", "a.json"])
def test_feeds(tmp_path: Path, feed: str, name: str) -> None:
    if feed is JSON_FEED and name == "a.xml":
        name = "a.json"
    (one, two), [failure] = _split(_write(tmp_path / name, feed))
    assert (one.title, one.text, one.source, one.language) == (TITLE, TEXT, "The Gazette", "en")
    assert (one.published, one.url, one.date_evidence) == (MOMENT, "https://x.org/1", "feed")
    assert (two.id, two.text, two.published) == ("two", SECOND, None)
    assert failure.reason.startswith("it has no text")


# Archives

MEMBERS = {
    "news/page.html": make_page().encode(),
    "news/note.txt": f"Two\n\n{SECOND}".encode(),
    "news/bad.json": b'{"title"',
    "picture.png": b"\x89PNG",
    "news/.hidden.txt": FIRST.encode(),
    "../../out.txt": FIRST.encode(),
    "/tmp/out.txt": FIRST.encode(),
}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", make_zip(MEMBERS)),
        ("a.tar", _tar(MEMBERS)),
        ("a.tgz", gzip.compress(_tar(MEMBERS))),
        ("a.tar.bz2", bz2.compress(_tar(MEMBERS))),
        ("a.tar.xz", lzma.compress(_tar(MEMBERS))),
        ("a.txt", make_zip(MEMBERS)),
        ("a.zip", make_zip({"b.zip": make_zip(MEMBERS)})),
        ("a.zip", make_zip({"b.tgz": gzip.compress(_tar(MEMBERS))})),
    ],
    ids=["zip", "tar", "tgz", "bz2", "xz", "zip by content", "zip in zip", "tgz in zip"],
)
def test_an_archive_is_read_in_memory_and_only_what_is_inside_it(tmp_path: Path, name: str, content: bytes) -> None:
    articles, failures = _split(_write(tmp_path / name, content))
    assert [a.text for a in articles] == [TEXT, SECOND]
    assert {f.origin.rpartition("#")[2] for f in failures} == {
        "news/bad.json",
        "../../out.txt",
        "/tmp/out.txt",
        "picture.png",
    }
    assert sum("leads out of the archive" in f.reason for f in failures) == 2
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert all(str(a.origin).startswith(str(tmp_path / name)) for a in articles)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_one_packed_file(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    ending = {gzip.compress: "gz", bz2.compress: "bz2", lzma.compress: "xz"}[pack]
    assert read_one(_write(tmp_path / f"a.html.{ending}", pack(make_page().encode()))).text == TEXT


NULLS = b"\0" * 30_000_000
WORDS = b"word " * 190_000
# Made by the test alone that reads it: packing them takes seconds.
BOMBS: dict[str, Callable[[], bytes]] = {
    "many.zip": lambda: make_zip({f"{n}.txt": WORDS for n in range(300)}),
    "one.zip": lambda: make_zip({"a.txt": NULLS}),
    "nested.zip": lambda: make_zip({f"{n}.zip": make_zip({f"{m}.txt": WORDS for m in range(40)}) for n in range(20)}),
    "a.tar.gz": lambda: gzip.compress(_tar({f"{n}.bin": NULLS for n in range(10)})),
    "a.txt.gz": lambda: gzip.compress(NULLS),
    "a.csv.xz": lambda: lzma.compress(b"title,text\n" + NULLS),
    "deep.zip": lambda: make_zip(
        {"a.zip": make_zip({"a.zip": make_zip({"a.zip": make_zip({"a.zip": make_zip({"a.txt": b"A word."})})})})}
    ),
    "a.docx": lambda: make_zip({"word/document.xml": NULLS}),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, name: str) -> None:
    bomb = BOMBS[name]()
    articles, failures = _split(_write(tmp_path / name, bomb))
    assert failures
    assert all(a.text.startswith("word") for a in articles)
    assert sum(len(a.text) for a in articles) <= 200 * len(bomb) + 1024 * 1024
    assert all("\n" not in f.reason and f.origin.startswith(str(tmp_path / name)) for f in failures)


def test_a_damaged_member_leaves_the_others(tmp_path: Path) -> None:
    texts = [f"{FIRST} {' '.join(map(str, range(n, n + 3000)))}." for n in range(3)]
    content = bytearray(make_zip({f"{n}.txt": text.encode() for n, text in enumerate(texts)}))
    start = content.index(b"1.txt") + len("1.txt")
    content[start : start + 40] = b"\xff" * 40  # no beginning of packed data
    articles, failures = _split(_write(tmp_path / "a.zip", bytes(content)))
    assert [f.origin.rpartition("#")[2] for f in failures] == ["1.txt"]
    assert "damaged" in failures[0].reason
    assert len(articles) == 2


def test_a_member_with_a_password_is_reported(tmp_path: Path) -> None:
    content = bytearray(make_zip({"a.txt": FIRST.encode(), "b.txt": f"Two\n\n{SECOND}".encode()}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + place] |= 1
    [article], [failure] = _split(_write(tmp_path / "a.zip", bytes(content)))
    assert article.text == SECOND
    assert "needs a password" in failure.reason


def test_a_book(tmp_path: Path) -> None:
    container = '<container xmlns="urn:oasis"><rootfiles><rootfile full-path="O/b.opf"/></rootfiles></container>'
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="n" href="nav.xhtml" properties="nav"/>'
        '<item id="two" href="t/2.xhtml"/><item id="one" href="t/1.xhtml"/></manifest>'
        '<spine><itemref idref="n"/><itemref idref="one"/><itemref idref="two"/></spine></package>'
    )
    pages = {
        "O/t/2.xhtml": make_page(title="Chapter two, in which it rains"),
        "O/t/1.xhtml": make_page(),
        "O/nav.xhtml": "x",
    }
    members = {"META-INF/container.xml": container, "O/b.opf": package, **pages}
    content = make_zip({"mimetype": b"application/epub+zip", **{n: c.encode() for n, c in members.items()}})
    one, two = read_file(_write(tmp_path / "a.epub", content), 1)
    assert [one.title, two.title] == [TITLE, "Chapter two, in which it rains"]
    assert one.text == two.text == TEXT


@pytest.mark.parametrize("packed", [True, False])
def test_a_web_archive(tmp_path: Path, packed: bool) -> None:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    for url, status, kind, body in (
        ("https://x.org/1", "200 OK", "text/html; charset=utf-8", make_page()),
        ("https://x.org/2", "404 Not Found", "text/html", make_page()),
        ("https://x.org/3.css", "200 OK", "text/css", "p {}"),
        ("https://x.org/4", "200 OK", "text/html", "<html><body></body></html>"),
        ("https://x.org/5", "200 OK", "text/plain", f"Two\n\n{SECOND}"),
    ):
        headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
        record = writer.create_warc_record(url, "response", io.BytesIO(body.encode()), http_headers=headers)
        writer.write_record(record)
    path = _write(tmp_path / ("a.warc.gz" if packed else "a.warc"), out.getvalue())
    (one, two), [failure] = _split(path)
    assert (one.url, one.text, one.published) == ("https://x.org/1", TEXT, None)
    assert (two.text, two.origin) == (SECOND, f"{path}#https://x.org/5")
    assert failure.origin == f"{path}#https://x.org/4"
    cut = _write(tmp_path / "cut.warc.gz", out.getvalue()[: len(out.getvalue()) // 3])
    articles, failures = _split(cut)
    assert len(articles) + len(failures) >= 1


@pytest.mark.parametrize(
    "name", sorted({"a.zip", "a.tar", "a.tgz", "a.eml", "a.mbox", "a.jsonl", "a.csv", "a.rss", "a.warc"})
)
@given(
    content=st.binary(max_size=300),
    start=st.sampled_from(
        [b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"WARC/1.0\r\n", b"From x 2024\nA: b\n", b"<rss>", b'{"a":1}\n{']
    ),
)
def test_whatever_is_in_a_file_it_is_read_or_reported(
    tmp_path_factory: Any, name: str, content: bytes, start: bytes
) -> None:
    path = _write(tmp_path_factory.getbasetemp() / name, start + content)
    read = list(read_files([path], 1))
    assert all("\n" not in r.reason for r in read if isinstance(r, Failure))
    assert read or not (start + content).strip()
