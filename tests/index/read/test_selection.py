"""What cannot be read is named with its reason, in folders and in archives: nothing is passed over silently."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from PIL import Image

from index import Article, Failure
from index.read.files import read_bytes, read_files
from index.read.selection import describe_passed_over
from index.read.subprocesses import read_files_in_subprocesses
from index.read.unreadable import explain_unreadable
from index.read.walk import list_files
from tests.index.read.bombs import make_overlapping_zip
from tests.index.read.make import FIRST, make_page, make_zip

# The first bytes of real files, as their formats' specifications and `file`'s own tests have them.
UNREADABLE = {
    "a.mp3": (b"ID3\x04\0\0\0\0\0\x23TSSE", "a recording"),
    "b.mp3": (b"\xff\xfb\x90\x64\0\0", "a recording"),
    "a.wav": (b"RIFF\x24\0\0\0WAVEfmt ", "a recording"),
    "a.ogg": (b"OggS\0\x02\0\0", "a recording"),
    "a.m4a": (b"\0\0\0\x20ftypM4A \0\0", "a recording"),
    "a.mp4": (b"\0\0\0\x20ftypisom\0\0", "a recording"),
    "a.mkv": (b"\x1aE\xdf\xa3\x9f\x42\x86\x81\0", "a recording"),
    "a.avi": (b"RIFF\x24\0\0\0AVI LIST", "a recording"),
    "a.heic": (b"\0\0\0\x24ftypheic\0\0", "a picture in a format that is not read"),
    "a.exe": (b"MZ\x90\0\x03\0\0\0", "a program"),
    "a": (b"\x7fELF\x02\x01\x01\0", "a program"),
    "a.7z": (b"7z\xbc\xaf\x27\x1c\0\x04", "packed in a way"),
    "a.rar": (b"Rar!\x1a\x07\x01\0", "packed in a way"),
    "a.sqlite": (b"SQLite format 3\0", "a database"),
    "a.woff2": (b"wOF2\0\x01\0\0", "a font"),
    "a.msg": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99) + "__properties_version1.0".encode("utf-16-le"),
        "a message of Outlook",
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_is_named_says_what_it_is_and_what_to_do(tmp_path: Path, name: str) -> None:
    content, reason = UNREADABLE[name]
    (tmp_path / name).write_bytes(content + bytes(100))
    [failure] = read_files(list_files([tmp_path / name]), 20)
    assert isinstance(failure, Failure)
    assert failure.origin == str(tmp_path / name)
    assert reason in failure.reason
    assert ";" in failure.reason, "it says what to do next"


@given(st.text())
def test_no_text_is_taken_for_a_recording(text: str) -> None:
    assert explain_unreadable(text.replace("\0", "").encode()) is None


def test_everything_in_a_folder_is_read_or_named(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("a.txt", "sub/b.css", "sub/c.css", "d.mp3", "e.png", "f", "g.exe", ".hidden", "Thumbs.db"):
        (tmp_path / name).write_bytes(FIRST.encode() if name == "a.txt" else b"\0" * 99)
    *read, styles, programs, last = read_files(list_files([tmp_path]), 20)
    named = {Path(one.origin or "").name: one for one in read}
    assert set(named) == {"a.txt", "d.mp3", "e.png"}
    assert [type(named[name]) for name in sorted(named)] == [Article, Failure, Failure]
    assert styles == Failure(f"{tmp_path}/*.css", "it can hold no article", "left out", 2)
    assert programs == Failure(f"{tmp_path}/*.exe", "it can hold no article", "left out", 1)
    assert last == Failure(
        str(tmp_path),
        "1 file in it is of no kind that holds articles (1 without an ending) and passed over; "
        "add one by its name to have it read",
    )


PARTS = {
    "site.css": b"body { color: black }",
    "app.js": b"function a() { return 1 }",
    "app.js.download": b"function a() { return 1 }",
    "font.woff2": b"wOF2\0\x01\0\0",
    "favicon.ico": b"\0\0\1\0\1\0\x10\x10\0\0",
}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_of_a_page_says_what_it_is_where_it_is_named_and_is_counted_where_not(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(PARTS[name])
    (tmp_path / "a.txt").write_text(FIRST)
    [failure] = read_files(list_files([tmp_path / name]), 20)
    assert isinstance(failure, Failure)
    assert failure.kind == "no article"
    assert failure.reason.endswith("leave it out")
    _, left_out = read_files(list_files([tmp_path]), 20)
    assert left_out == Failure(f"{tmp_path}/*{Path(name).suffix}", "it can hold no article", "left out", 1)


def test_a_thumbnail_is_left_out_in_a_folder_and_in_an_archive(tmp_path: Path) -> None:
    thumbnail = io.BytesIO()
    Image.new("RGB", (150, 150)).save(thumbnail, "PNG")
    named, found = tmp_path / "named.png", tmp_path / "found.png"
    for path in (named, found):
        path.write_bytes(thumbnail.getvalue())
    (tmp_path / "a.zip").write_bytes(make_zip({"a.txt": FIRST.encode(), "b.png": thumbnail.getvalue()}))
    reason = "it is a picture of 150 by 150 pixels, too small to hold an article; leave it out"
    read = read_files_in_subprocesses([named, found, tmp_path / "a.zip"], 20, 60, named={named})
    first, second, article, member = read
    assert isinstance(article, Article)
    assert first == Failure(str(named), reason, "no article")
    assert second == Failure(str(found), reason, "left out")
    assert member == Failure(f"{tmp_path / 'a.zip'}#b.png", reason, "left out")


def _make_tar(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


@pytest.mark.parametrize("pack", [make_zip, _make_tar])
def test_everything_in_an_archive_is_read_or_named(tmp_path: Path, pack: object) -> None:
    members = {"a.txt": FIRST.encode(), "b/c.css": b"x", "d.mp3": b"ID3\x04\0\0", "e": b"x", "__MACOSX/a.txt": b"x"}
    (tmp_path / "a.bin").write_bytes(pack(members))  # type: ignore[operator]
    article, recording, styles, others = read_files([tmp_path / "a.bin"], 20)
    assert isinstance(article, Article)
    assert isinstance(recording, Failure)
    assert isinstance(others, Failure)
    assert recording.origin == f"{tmp_path / 'a.bin'}#d.mp3"
    assert others.origin == str(tmp_path / "a.bin")
    assert others.reason.startswith("1 file in it is of no kind that holds articles (1 without an ending)")
    assert styles == Failure(f"{tmp_path / 'a.bin'}#*.css", "it can hold no article", "left out", 1)


def test_an_archive_of_nothing_but_parts_of_pages_is_said_to_be_that() -> None:
    left_out, failure = read_bytes(make_zip({"a.css": b"x"}), "a.zip", 1, ending=".zip")
    assert left_out == Failure("a.zip#*.css", "it can hold no article", "left out", 1)
    assert failure == Failure("a.zip", "there is nothing in it that can be read; leave it out")


def test_the_parts_of_a_saved_page_are_the_page_s(tmp_path: Path) -> None:
    members = {
        "Flood.html": make_page().encode(),
        "Flood_files/ad.html": make_page(title="An advertisement of the day").encode(),
        "Flood_files/deep/a.png": b"\x89PNG\r\n\x1a\n",
        "Other_files/note.txt": FIRST.encode(),
    }
    for name, content in members.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert list_files([tmp_path]) == [tmp_path / "Flood.html", tmp_path / "Other_files" / "note.txt"]
    read = list(read_bytes(make_zip(members), "a.zip", 1, ending=".zip"))
    assert [one.origin for one in read] == ["a.zip#Flood.html", "a.zip#Other_files/note.txt"]


@given(st.lists(st.text(max_size=20), min_size=1))
def test_what_is_passed_over_is_counted_in_a_line_that_can_be_shown(endings: list[str]) -> None:
    reason = describe_passed_over(endings)
    assert reason is not None
    assert reason.isprintable()
    assert len(reason) < 300
    assert reason.startswith(f"{len(endings):,} file")


def test_an_archive_whose_members_overlap_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    import zipfile

    bomb = make_overlapping_zip(3)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *given: pytest.fail("a member is unpacked"))
    for ending in (".zip", ".docx", ""):
        [failure] = read_bytes(bomb, "a", 20, ending=ending)
        assert isinstance(failure, Failure)
        assert failure.reason == "its members overlap, as those of no honest archive do; leave it out"


@given(st.dictionaries(st.text(min_size=1, max_size=9), st.binary(max_size=99), max_size=5), st.binary(max_size=50))
def test_no_honest_archive_is_taken_for_one_that_overlaps(members: dict[str, bytes], before: bytes) -> None:
    content = before + make_zip({f"{n}{name}.txt": c for n, (name, c) in enumerate(members.items())})
    read = list(read_bytes(make_zip({"a.zip": content}), "a", 1, ending=".zip"))
    assert not any("overlap" in one.reason for one in read if isinstance(one, Failure))
