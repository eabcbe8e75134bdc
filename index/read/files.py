"""Reading files, whatever kind they are of, and the files in them."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import stat
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple, TypeVar, cast

from index.errors import DatelineError, ReadError
from index.read.charsets import decode
from index.read.formats.archives import (
    Budget,
    Member,
    Unpacked,
    open_epub,
    open_mbox,
    open_tar,
    open_warc,
    open_zip,
    read_whole,
)
from index.read.formats.feed import read_feed
from index.read.formats.html import read_html
from index.read.formats.mail import read_mail
from index.read.formats.markdown import read_markdown
from index.read.formats.news_xml import read_news_xml
from index.read.formats.ocr import read_image
from index.read.formats.office.doc import read_doc, read_ppt
from index.read.formats.office.docx import read_docx
from index.read.formats.office.odt import read_odt
from index.read.formats.office.pptx import read_pptx
from index.read.formats.office.rtf import read_rtf
from index.read.formats.office.sheets import read_sheets
from index.read.formats.pdf import read_pdf
from index.read.formats.plain_text import read_text
from index.read.formats.recordings import read_recording
from index.read.formats.references import read_ris, read_zotero
from index.read.formats.rows import read_csv, read_json, read_json_lines
from index.read.formats.saved_pages import find_saved_address, read_mhtml
from index.read.kinds import detect_kind, list_addresses
from index.read.selection import leave_out
from index.records import Article, Failure

Columns = Mapping[str, str]
Articles = Iterable[Article | Failure]
_Read = TypeVar("_Read")

_DEEPEST = 4  # archives in archives
_BUFFER = 1 << 16  # bytes
_MOST_FAILURES = 1_000  # of one file that are named
_LARGEST_LIST = 20 * 1024 * 1024  # bytes of a file of web addresses
_TEXT_READERS: dict[str, Callable[[str, str], Articles]] = {
    "txt": read_text,
    "md": read_markdown,
    "ris": read_ris,
}
_BYTE_READERS: dict[str, Callable[[bytes, str], Articles]] = {
    "pdf": read_pdf,
    "image": read_image,
    "docx": read_docx,
    "pptx": read_pptx,
    "odt": read_odt,
    "rtf": read_rtf,
    "doc": read_doc,
    "ppt": read_ppt,
    "eml": read_mail,
    "mhtml": read_mhtml,
    "feed": read_feed,
    "news": read_news_xml,
    "zotero": read_zotero,
    "media": read_recording,
}
_ROW_READERS: dict[str, Callable[[IO[bytes], str, Columns, int], Articles]] = {
    "jsonl": read_json_lines,
    "csv": read_csv,
    "sheets": read_sheets,
}
_OPENERS: dict[str, Callable[[IO[bytes], int, Budget], Iterator[Member | Failure]]] = {
    "zip": open_zip,
    "epub": open_epub,
    "tar": open_tar,
    "warc": open_warc,
    "mbox": open_mbox,
}
_UNPACKERS: dict[str, Callable[[IO[bytes]], object]] = {
    "gz": lambda stream: gzip.GzipFile(fileobj=stream),
    "bz2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
}


class FileRequest(NamedTuple):
    """A file to be read: `origin` is where its articles are said to be from, `name` what it is called in a failure.

    `kind` is what it is where that is known, and need not be found out.
    """

    path: str
    origin: str
    name: str
    max_bytes: int
    columns: Columns
    kind: str = ""


class Reading(NamedTuple):
    """What came out of a file, and the share of the file's bytes that had been read by then (0 to 1)."""

    read: Article | Failure
    share: float


class _Place(NamedTuple):
    """Which share of the user's file something is, from `start` to `end`; `stream`, of `size` bytes, is read for it."""

    stream: IO[bytes]
    size: int
    start: float = 0.0
    end: float = 1.0

    def find_share(self) -> float:
        """The share of the user's file that has been read."""
        return self.start + (self.end - self.start) * min(self.stream.tell() / max(self.size, 1), 1.0)


class _Source(NamedTuple):
    """What is read, and what is known of it. `depth` counts the archives around it."""

    stream: IO[bytes]
    origin: str
    ending: str
    place: _Place
    url: str | None = None
    depth: int = 0
    kind: str = ""


class _Reader(NamedTuple):
    """How one of the user's files is read, and those in it."""

    max_bytes: int
    columns: Columns
    budget: Budget
    watch: Callable[[float], None] = lambda share: None
    from_web: bool = False  # then a saved page may have been made to say that it is another site's

    def read(self, source: _Source) -> Articles:
        """The articles in a source; raise DatelineError where there is none to be had."""
        kind = source.kind or detect_kind(source.stream, source.ending, self.columns)
        if kind in _ROW_READERS:
            return self._read_rows(kind, source)
        if kind not in _OPENERS and kind not in _UNPACKERS:
            content = read_whole(source.stream, self.max_bytes)
            self.watch(source.place.find_share())
            return self._read_content(content, kind, source)
        if source.depth == _DEEPEST:
            raise DatelineError(f"archives are nested in it more than {_DEEPEST} deep; unpack it, and add that")
        return self._read_members(kind, source) if kind in _OPENERS else self._read_packed(kind, source)

    def _read_content(self, content: bytes, kind: str, source: _Source) -> Articles:
        if kind == "sitemap":
            raise DatelineError("it is a sitemap: addresses of articles, without their words; add its address instead")
        if kind == "addresses":
            raise ReadError("it is a list of web addresses", "addresses")
        if kind == "html":
            saved = None if self.from_web else find_saved_address(content)
            return read_html(content, source.origin, source.url or saved)
        if kind == "mhtml" and self.from_web:
            return read_mail(content, source.origin)
        if kind == "json":
            return read_json(decode(content), source.origin, self.columns)
        if kind in _BYTE_READERS:
            return _BYTE_READERS[kind](content, source.origin)
        return _TEXT_READERS[kind](decode(content), source.origin)

    def _read_rows(self, kind: str, source: _Source) -> Iterator[Article | Failure]:
        found = False
        for row in _ROW_READERS[kind](source.stream, source.origin, self.columns, self.max_bytes):
            found = True
            self.watch(source.place.find_share())
            yield row
        if not found:
            raise DatelineError("it has no rows; leave it out")

    def _read_members(self, kind: str, source: _Source) -> Iterator[Article | Failure]:
        found, start = False, source.place.start
        for member in _OPENERS[kind](source.stream, self.max_bytes, self.budget):
            end = source.place.find_share()
            found |= not isinstance(member, Failure) or member.kind != "left out"
            if isinstance(member, Failure):
                self.watch(end)
                yield member._replace(origin=f"{source.origin}#{member.origin}" if member.origin else source.origin)
                continue
            origin = f"{source.origin}#{member.name}"
            ending = PurePosixPath(member.name).suffix.lower()
            stream = io.BytesIO(member.content)
            place = _Place(stream, len(member.content), start, end)
            read = partial(self.read, _Source(stream, origin, ending, place, member.url, source.depth + 1))
            yield from (leave_out(one) if isinstance(one, Failure) else one for one in guard(read, origin))
            start = end
        if not found:
            raise DatelineError("there is nothing in it that can be read; leave it out")

    def _read_packed(self, kind: str, source: _Source) -> Iterator[Article | Failure]:
        name = PurePosixPath(source.origin)
        ending = ".tar" if source.ending == ".tgz" else PurePosixPath(name.stem).suffix.lower()
        unpacked = cast(IO[bytes], _UNPACKERS[kind](source.stream))
        stream = io.BufferedReader(Unpacked(unpacked, self.budget), _BUFFER)
        try:
            # A zip archive is read from its end on, which no stream can be.
            zipped = stream.peek(2).startswith(b"PK")
            inner: IO[bytes] = io.BytesIO(read_whole(stream, self.max_bytes)) if zipped else stream
            yield from self.read(source._replace(stream=inner, ending=ending, depth=source.depth + 1))
        except (EOFError, OSError, lzma.LZMAError, zlib.error):
            raise DatelineError("it is damaged and can't be unpacked; get it again") from None


def read_file(path: Path, max_mb: int, columns: Columns | None = None) -> list[Article]:
    """Return the articles in one file; raise DatelineError with the reason for the first that can't be read."""
    articles = []
    for read in read_files([path], max_mb, columns):
        if isinstance(read, Failure):
            raise ReadError(read.reason, read.kind)
        articles.append(read)
    return articles


def read_files(
    files: Iterable[Path | Failure], max_mb: int, columns: Columns | None = None, below: Path | None = None
) -> Iterator[Article | Failure]:
    """Read files one after the other, each by its content; what can't be read is a Failure, and the rest goes on.

    `max_mb` is the largest file that is read as one article, in MiB; archives and tables of many may be larger.
    `columns` names the columns of tables and JSON by the field of an article ("title") that each stands for.
    With `below`, the folder that all files are in, they are known by their place in it and not by their whole path.
    What is hostile is read by `subprocesses`, which calls this where it can do no harm.
    """
    for path in files:
        if isinstance(path, Failure):
            yield path
        else:
            yield from (reading.read for reading in read_request(make_request(path, max_mb, columns, below)))


def read_addresses(path: Path) -> list[str]:
    """Return the web addresses that a file is a list of; none for any other file, and for what can't be read."""
    try:
        with _open_regular(path) as stream:
            listed = detect_kind(stream, path.suffix.lower(), {}) == "addresses" if _may_list(stream) else False
            return list_addresses(decode(read_whole(stream, _LARGEST_LIST))) if listed else []
    except (OSError, DatelineError):
        return []


def _may_list(stream: IO[bytes]) -> bool:
    start = stream.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    stream.seek(0)
    return start.startswith(b"http")


def make_request(path: Path, max_mb: int, columns: Columns | None, below: Path | None, kind: str = "") -> FileRequest:
    """What there is to know for reading a file, as `read_files` gets it."""
    origin = str(path.relative_to(below)) if below else str(path.resolve())
    return FileRequest(str(path), origin, origin if below else str(path), max_mb * 1024 * 1024, columns or {}, kind)


def read_request(request: FileRequest) -> Iterator[Reading]:
    """What is in a file; a Failure where it can't be read."""
    share = 0.0

    def watch(so_far: float) -> None:
        nonlocal share
        share = max(share, so_far)  # the members of an archive may lie in any order

    for read in _shorten_failures(guard(partial(_read_path, request, watch), request.name), request.name):
        yield Reading(read, share)


def read_bytes(
    content: bytes, origin: str, max_mb: int, *, ending: str, url: str | None = None, columns: Columns | None = None
) -> Iterator[Article | Failure]:
    """Read what was got from `url`, as `read_files` reads a file; `ending` decides between kinds of text."""
    budget = Budget(len(content), max_mb * 1024 * 1024)
    reader = _Reader(max_mb * 1024 * 1024, columns or {}, budget, from_web=url is not None)
    stream = io.BytesIO(content)
    source = _Source(stream, origin, ending, _Place(stream, len(content)), url)
    yield from _shorten_failures(guard(partial(reader.read, source), origin), origin)


def guard(read: Callable[[], Iterable[_Read]], name: str) -> Iterator[_Read | Failure]:
    """What `read` gives; where it raises, a parser's own bug on a strange file too, that is a Failure."""
    try:
        yield from read()
    except DatelineError as error:
        yield Failure(name, str(error), error.kind)
    except MemoryError:
        yield Failure(name, "reading it takes too much memory; split it, or save it in another format")
    except Exception as error:
        yield Failure(name, f"it can't be read ({type(error).__name__}); save it in another format")


def _shorten_failures(read: Iterable[Article | Failure], name: str) -> Iterator[Article | Failure]:
    """The same with at most a thousand failures, the rest of them counted: nobody reads a million lines."""
    failures = 0
    for one in read:
        failures += isinstance(one, Failure) and one.kind != "left out"
        if isinstance(one, Article) or failures <= _MOST_FAILURES:
            yield one
    if failures > _MOST_FAILURES:
        yield Failure(name, f"{failures - _MOST_FAILURES:,} more things in it can't be read; look at those before them")


def _read_path(request: FileRequest, watch: Callable[[float], None]) -> Iterator[Article | Failure]:
    path = Path(request.path)
    try:
        stream = _open_regular(path)
        size = os.fstat(stream.fileno()).st_size
    except OSError as error:
        raise ReadError(f"it can't be read ({error.strerror}); check its permissions", "passing") from None
    with stream:
        if size == 0 and request.kind:
            return  # an empty library's export, say
        if size == 0:
            raise DatelineError("it is empty; leave it out")
        reader = _Reader(request.max_bytes, request.columns, Budget(size, request.max_bytes), watch)
        place = _Place(stream, size)
        yield from reader.read(_Source(stream, request.origin, path.suffix.lower(), place, kind=request.kind))


def _open_regular(path: Path) -> IO[bytes]:
    """Open a file; raise DatelineError for what is none: opening a pipe that nobody writes to would never end."""
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise DatelineError("it is no file that can be read; name a file or a folder")
    return os.fdopen(number, "rb")
