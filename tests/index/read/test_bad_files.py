"""Files that can't be read: one line of reason each, and the good ones of the same call are in."""

from __future__ import annotations

import gzip
import io
import os
import re
import zipfile
from pathlib import Path

import pytest

from index import Article, DatelineError, Failure, Library
from index.read.files import read_file, read_files
from index.read.walk import list_files
from tests.index.read.make import BODY, FIRST, SECOND, TITLE, make_page, make_pdf


def _zip(name: str, content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


PDF = make_pdf([[TITLE, *BODY]])
BAD: dict[str, tuple[bytes, str]] = {
    "empty.txt": (b"", "it is empty"),
    "empty.pdf": (b"", "it is empty"),
    "blank.txt": (b" \n\t\n ", "it has no text"),
    "blank.md": (b"---\ntitle: A\n---\n\n", "it has no text"),
    "boilerplate.txt": (b"Share\n\nTweet\n\n", "it has no text"),
    "binary.txt": (bytes(range(256)) * 40, "it is a binary file"),
    "program.txt": (b"\x7fELF\x02\x01\x01\0\0\0" * 50, "it is a program"),
    "picture.html": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 20, "it is a "),
    "utf16-without-mark.txt": (f"A title\n\n{FIRST}".encode("utf-16-le"), "it is a binary file"),
    "damaged.pdf": (b"%PDF-1.7\nnothing of it", "it is a damaged PDF"),
    "cut.pdf": (PDF[:60], "it is a damaged PDF"),
    "locked.pdf": (make_pdf([[FIRST]], locked=True), "it needs a password"),
    "scanned.pdf": (make_pdf([[]]), "no words were found on its pages"),
    "named.pdf": (b"Plain words.", "it is named .pdf and is not one"),
    "named.docx": (b"Plain words.", "it is named .docx and is not one"),
    "damaged.docx": (b"PK\x03\x04nothing of it", "it is a damaged zip or office file"),
    "cut.docx": (_zip("word/document.xml", "<x/>" * 99)[:120], "it is a damaged zip or office file"),
    "hollow.docx": (_zip("word/document.xml", "<x"), "it is a damaged Word document"),
    "log.zip": (_zip("a.log", "x"), "1 file in it is of no kind that holds articles (1 .log)"),
    "hollow.zip": (_zip("__MACOSX/a.txt", "x"), "nothing in it that can be read"),
    "cut.json": (b'{"title": "A", "text": "B', "it is not JSON"),
    "deep.json": (b"[" * 200_000, "it is not JSON"),
    "number.json": (b"12", "not an object"),
    "list.json": (b"[]", "its list is empty"),
    "no-text.json": (b'{"title": "A"}', "it has no text"),
    "no-name.csv": (b"a,b\n1,2\n", "none of its columns (a,b) is known as the text"),
    "sitemap.xml": (b'<?xml version="1.0"?><urlset><url><loc>http://x/</loc></url></urlset>', "it is a sitemap"),
    "settings.xml": (b'<?xml version="1.0"?><settings/>', "it is named .xml and is not one"),
    "empty.rss": (b'<rss version="2.0"><channel></channel></rss>', "it is a feed without entries"),
    "cut.tar.gz": (gzip.compress(b"a" * 9_000)[:30], "it is damaged"),
    "no-mail.eml": (b"Plain words.", "it is named .eml and is not one"),
    "matter.md": (b"---\ntitle: [\n---\n\nWords.", "its front matter is not YAML"),
    "no-day.md": (b"---\ntitle: A\ndate: 2024-13-45\n---\n\nWords.", "its front matter is not YAML"),
    "hollow.html": (b"<!DOCTYPE html><html><body></body></html>", "no article was found"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_reported_in_one_line_and_the_rest_goes_on(tmp_path: Path, name: str) -> None:
    content, reason = BAD[name]
    (tmp_path / name).write_bytes(content)
    good = tmp_path / "zz.txt"
    good.write_text(f"{TITLE}\n\n{FIRST}", encoding="utf-8")
    failure, article = read_files(list_files([tmp_path / name, good]), 20)
    assert isinstance(failure, Failure)
    assert failure.origin == str(tmp_path / name)
    assert reason in failure.reason
    assert "\n" not in failure.reason
    assert len(failure.reason) < 250
    assert isinstance(article, Article)
    assert article.text == FIRST


def test_all_of_them_at_once_leave_the_good_ones_in_the_library(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name, (content, _) in BAD.items():
        (folder / name).write_bytes(content)
    (folder / "a.txt").write_text(f"{TITLE}\n\n{FIRST}", encoding="utf-8")
    (folder / "z.html").write_text(make_page(), encoding="utf-8")
    report = library.add(read_files(list_files([folder]), 20))
    assert len(report.failed) == len(BAD)
    assert {Path(f.origin).name for f in report.failed} == set(BAD)
    assert {a.text for a in library.articles()} == {FIRST, "\n\n".join(BODY)}


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as stream:
        stream.write(b"word " * 5 * 1024 * 1024)
    with pytest.raises(DatelineError, match=r"it has more than 20 MiB, and at most that is read.*max_file_mb"):
        read_file(path, 20)


def test_a_large_file_is_read_when_allowed(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_text(TITLE + "\n\n" + "\n\n".join([FIRST + " " + SECOND] * 6_000), encoding="utf-8")
    with pytest.raises(DatelineError, match="it has more than 1 MiB"):
        read_file(path, 1)
    assert len(read_file(path, 2)[0].text) > 1_000_000


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(FIRST)
    (tmp_path / "a.txt").chmod(0)
    with pytest.raises(DatelineError, match="check its permissions"):
        read_file(tmp_path / "a.txt", 20)


def test_a_file_that_went_away_is_reported(tmp_path: Path) -> None:
    [failure] = read_files([tmp_path / "gone.txt"], 20)
    assert isinstance(failure, Failure)
    assert "it can't be read (No such file or directory)" in failure.reason


def test_a_parser_s_own_error_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import index.read.files

    def fail(text: str, origin: str) -> list[Article]:
        raise ZeroDivisionError("line one\nline two")

    monkeypatch.setitem(index.read.files._TEXT_READERS, "txt", fail)
    (tmp_path / "a.txt").write_text(FIRST)
    [failure] = read_files([tmp_path / "a.txt"], 20)
    assert isinstance(failure, Failure)
    assert failure.reason == "it can't be read (ZeroDivisionError); save it in another format"


def test_a_folder_without_anything_to_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_bytes(b"x")
    (tmp_path / ".hidden.txt").write_text(FIRST)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "note.txt").write_text(FIRST)
    [failure] = list_files([tmp_path])
    assert isinstance(failure, Failure)
    assert failure.origin == str(tmp_path)
    assert re.search(r"has no file that can be read \(.*\.docx .*\.txt", failure.reason)


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(FIRST)
    failure, file = list_files([tmp_path / "none", tmp_path / "a.txt"])
    assert failure == Failure(str(tmp_path / "none"), "there is no such file or folder; check the path")
    assert file == tmp_path / "a.txt"


def test_folders_are_walked_in_order_and_files_come_once(tmp_path: Path) -> None:
    for name in ("b.TXT", "a.md", "sub/c.json", "sub/deeper/d.htm", "e.css", "f"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(FIRST)
    found = list_files([tmp_path, tmp_path / "a.md", tmp_path / "f", tmp_path / "f"])
    assert [str(f.relative_to(tmp_path)) for f in found if isinstance(f, Path)] == [
        "a.md",
        "b.TXT",
        "sub/c.json",
        "sub/deeper/d.htm",
        "f",
    ]


def test_a_file_name_that_is_not_utf8_is_read(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "caf\udce9.txt"
    try:
        path.write_text(f"{TITLE}\n\n{FIRST}", encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert len(library.add(read_files([path], 20)).added) == 1
    assert [a.text for a in library.articles()] == [FIRST]
