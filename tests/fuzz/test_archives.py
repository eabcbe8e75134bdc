"""Archives, packed files and web archives: whole, damaged, nested, and with members of any name."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable

from hypothesis import example, given, strategies as st

from index import Failure
from tests.fuzz.reading import check_reading, damaged
from tests.index.read.make import BODY, make_page, make_zip

PAGE = make_page().encode()
MEMBERS = {"a.html": PAGE, "b/c.txt": BODY[0].encode(), "d.json": b'[{"id": "1", "text": "Words."}]'}
PACKERS: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
WARC = b"".join(
    b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/%d\r\nContent-Type: application/http\r\n"
    b"Content-Length: %d\r\n\r\n%s\r\n\r\n" % (n, len(answer), answer)
    for n, answer in enumerate(
        [
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE,
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
            + gzip.compress(PAGE, mtime=0),
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nWords\r\n0\r\n\r\n",
        ]
    )
)


def make_tar(members: dict[str, bytes], shape: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=shape) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


TARS = [make_tar(MEMBERS), make_tar({"x" * 200 + ".txt": b"Words."}, tarfile.GNU_FORMAT)]
ARCHIVES = [make_zip(MEMBERS), make_zip({"e.zip": make_zip(MEMBERS)}), *TARS, WARC]
PACKED = [pack(content) for pack in PACKERS.values() for content in (PAGE, TARS[0], make_zip(MEMBERS), WARC)]
NAMES = st.sampled_from(
    ["/etc/a.txt", "../a.txt", "a\\..\\b.txt", ".a.txt", "a.zip", "\0.txt", "é.html", "a" * 300 + ".txt"]
)
NO_ADDRESS = (
    b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: 4\r\n\r\nHTTP\r\n\r\n"
)
ENDINGS = st.sampled_from([".zip", ".tar", ".tgz", ".gz", ".warc", ".txt", ""])


@given(damaged(ARCHIVES), ENDINGS)
@example(NO_ADDRESS, ".warc")
def test_a_damaged_archive_is_read_or_refused(content: bytes, ending: str) -> None:
    check_reading(content, ending)


@given(damaged(PACKED), ENDINGS)
def test_a_damaged_packed_file_is_read_or_refused(content: bytes, ending: str) -> None:
    check_reading(content, ending)


@given(damaged(ARCHIVES), st.lists(st.sampled_from([*PACKERS.values(), lambda c: make_zip({"a.zip": c})]), max_size=6))
def test_archives_in_archives_are_read_or_refused(content: bytes, packers: list[Callable[[bytes], bytes]]) -> None:
    for pack in packers:
        content = pack(content)
    read = check_reading(content, ".gz")
    assert len(packers) < 5 or all(isinstance(one, Failure) for one in read)


@given(st.dictionaries(NAMES | st.text(min_size=1, max_size=20), st.sampled_from([PAGE, b"Words.", b""]), max_size=5))
def test_members_of_any_name_are_read_or_refused(members: dict[str, bytes]) -> None:
    names = {f"a{name}".encode("utf-8", "replace").decode(): content for name, content in members.items()}
    check_reading(make_zip(names), ".zip")
    check_reading(make_tar(names), ".tar")
