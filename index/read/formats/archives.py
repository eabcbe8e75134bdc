"""Files of files: zip and tar archives, mail boxes, web archives. Nothing of them is ever written to disk."""

from __future__ import annotations

import io
import lzma
import posixpath
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Container, Iterator
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple

from index.errors import DatelineError
from index.read.selection import NotRead, holds_parts, is_hidden, is_known
from index.records import Failure

_MOST_UNPACKED = 200  # bytes that a byte of an archive may become; pages of text shrink to a tenth
_CHUNK = 1 << 16
_ZIP_HEADER = 30  # bytes of a member's header without its name
# What the unpackers raise on bytes that nobody packed.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    LookupError,
)
_PAGE_TYPES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
}


class Member(NamedTuple):
    """A file inside another one; `url` is where it was got, if that is known."""

    name: str
    content: bytes
    url: str | None = None


class TooMuch(DatelineError):
    """More comes out of a file than an honest one holds: nothing more of it is read."""


class Budget:
    """How many bytes may still come out of one file, however deep archives are nested in it."""

    def __init__(self, size: int, max_bytes: int) -> None:
        self._left = _MOST_UNPACKED * size + max_bytes

    def spend(self, count: int) -> None:
        """Take `count` bytes; raise TooMuch where more comes out than an honest archive holds."""
        self._left -= count
        if self._left < 0:
            raise TooMuch(f"more than {_MOST_UNPACKED} times its size is packed in it; unpack it, and add that")


class Unpacked(io.RawIOBase):
    """A stream whose bytes are taken from a budget."""

    def __init__(self, stream: IO[bytes], budget: Budget) -> None:
        self._stream = stream
        self._budget = budget

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True where the stream can be wound back."""
        return self._stream.seekable()

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to a place in the stream."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """The place in the stream."""
        return self._stream.tell()

    def readinto(self, buffer: Any) -> int:
        """Read up to the buffer's size."""
        data = self._stream.read(len(buffer))
        self._budget.spend(len(data))
        buffer[: len(data)] = data
        return len(data)


def read_whole(stream: IO[bytes] | io.RawIOBase, max_bytes: int) -> bytes:
    """Return all bytes; raise DatelineError where there are more than `max_bytes`."""
    parts = []
    left = max_bytes + 1
    while left and (part := stream.read(min(left, _CHUNK))):
        parts.append(part)
        left -= len(part)
    if not left:
        raise DatelineError(
            f"it has more than {max_bytes // 1024 // 1024} MiB, and at most that is read as one article; "
            "split it, or raise the setting `max_file_mb`"
        )
    return b"".join(parts)


def refuse_overlaps(archive: zipfile.ZipFile) -> None:
    """Raise DatelineError where two members are the same bytes of the archive: a small one may hold anything then."""
    end = 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise DatelineError("its members overlap, as those of no honest archive do; leave it out")
        end = info.header_offset + _ZIP_HEADER + info.compress_size
    if end > archive.start_dir:
        raise DatelineError("its members overlap with its list of them, as those of no honest archive do; leave it out")


def open_zip(stream: IO[bytes], max_bytes: int, budget: Budget) -> Iterator[Member | Failure]:
    """The files in a zip archive whose ending is known; what else is in it comes as one Failure."""
    others = NotRead()
    with zipfile.ZipFile(stream) as archive:
        refuse_overlaps(archive)
        names = frozenset(archive.namelist())
        for info in archive.infolist():
            if info.is_dir() or not _is_wanted(info.filename, others, names):
                continue
            try:
                if info.flag_bits & 1:
                    raise DatelineError("it needs a password; unpack it, and add that")
                _refuse_outside(info.filename)
                with archive.open(info) as packed:
                    yield Member(info.filename, read_whole(Unpacked(packed, budget), max_bytes))
            except TooMuch:
                raise
            except DatelineError as error:
                yield Failure(info.filename, str(error))
            except NotImplementedError:  # what zipfile raises for a kind of packing that it lacks
                yield Failure(info.filename, "it is packed in a way that is not known here; unpack it, and add that")
            except BROKEN:  # the others may be whole
                yield Failure(info.filename, "it is damaged and can't be unpacked; get it again")
    yield from others.name("", "")


def open_tar(stream: IO[bytes], max_bytes: int, budget: Budget) -> Iterator[Member | Failure]:
    """The files in a tar archive whose ending is known; what else is in it comes as one Failure, but for links.

    What a sparse file lacks is made up of zeros, which count like all that is unpacked.
    """
    others = NotRead()
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for info in archive:
                archive.members.clear()  # type: ignore[attr-defined]  # it would remember them all
                packed = archive.extractfile(info) if info.isfile() and _is_wanted(info.name, others) else None
                if packed is None:
                    continue
                try:
                    _refuse_outside(info.name)
                    yield Member(info.name, read_whole(Unpacked(packed, budget), max_bytes))
                except TooMuch:
                    raise
                except DatelineError as error:
                    yield Failure(info.name, str(error))
    except (tarfile.TarError, *BROKEN):
        raise DatelineError("it is a damaged tar archive; get it again") from None
    yield from others.name("", "")


def open_mbox(stream: IO[bytes], max_bytes: int, budget: Budget) -> Iterator[Member | Failure]:
    """The messages of a mail box in the format mbox (RFC 4155), named by their number."""
    lines: list[bytes] = []
    number = size = 0
    was_blank = True
    while line := stream.readline(max_bytes):
        if was_blank and line.startswith(b"From ") and lines:
            yield _make_message(number, lines, size, max_bytes)
            number, lines, size = number + 1, [], 0
        was_blank = not line.strip()
        size += len(line)
        if size <= max_bytes:
            lines.append(line)
    if lines:
        yield _make_message(number, lines, size, max_bytes)


def _make_message(number: int, lines: list[bytes], size: int, max_bytes: int) -> Member | Failure:
    if size > max_bytes:
        return Failure(f"{number}.eml", f"it has more than {max_bytes // 1024 // 1024} MiB; raise `max_file_mb`")
    return Member(f"{number}.eml", b"".join(lines[1:]))


def open_warc(stream: IO[bytes], max_bytes: int, budget: Budget) -> Iterator[Member | Failure]:
    """The pages of a web archive (WARC, ISO 28500) that were served whole; pictures, scripts and errors are not."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        for record in ArchiveIterator(stream):
            headers = record.http_headers
            if record.rec_type not in ("response", "resource") or (headers and headers.get_statuscode() != "200"):
                continue
            given = headers.get_header("Content-Type") if headers else record.content_type
            ending = _PAGE_TYPES.get((given or "").split(";")[0].strip().lower())
            url = record.rec_headers.get_header("WARC-Target-URI")
            if ending is None or not url:
                continue
            try:
                yield Member(url, read_whole(Unpacked(record.content_stream(), budget), max_bytes), url)
            except TooMuch:
                raise
            except DatelineError as error:
                yield Failure(url, str(error))
    except (ArchiveLoadFailed, AttributeError, *BROKEN):  # warcio takes it for granted that a response has an address
        raise DatelineError("it is a damaged web archive; get it again") from None


def open_epub(stream: IO[bytes], max_bytes: int, budget: Budget) -> Iterator[Member | Failure]:
    """The chapters of a book or a magazine (EPUB), in reading order, without its table of contents."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    with zipfile.ZipFile(stream) as archive:
        refuse_overlaps(archive)

        def read(name: str) -> bytes:
            with archive.open(name) as packed:
                return read_whole(Unpacked(packed, budget), max_bytes)

        try:
            container = etree.fromstring(read("META-INF/container.xml"), parser)
            package = container.find(".//{*}rootfile").get("full-path")
            book = etree.fromstring(read(package), parser)
            items = {item.get("id"): item for item in book.iterfind(".//{*}manifest/{*}item")}
            order = [ref.get("idref") for ref in book.iterfind(".//{*}spine/{*}itemref")]
            for item in map(items.__getitem__, dict.fromkeys(order)):  # each once
                if "nav" not in (item.get("properties") or "").split():
                    name = posixpath.normpath(posixpath.join(posixpath.dirname(package), item.get("href")))
                    yield Member(name, read(name))
        except (etree.XMLSyntaxError, AttributeError, TypeError, NotImplementedError, RuntimeError, *BROKEN):
            raise DatelineError("it is a damaged EPUB; get it again") from None


def _is_wanted(name: str, others: NotRead, names: Container[str] = ()) -> bool:
    """True for a member that is read; one whose kind is unknown is counted in `others`.

    `names` are those of all members, where they are known: those of the parts of saved pages are left out by them.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    if any(map(is_hidden, path.parts)) or any(holds_parts(str(folder), names) for folder in path.parents):
        return False
    if not is_known(path.name):
        others.add(path.name)
        return False
    return True


def _refuse_outside(name: str) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise DatelineError("its name leads out of the archive; rename it there")
