"""What kind of file this is, by its content."""

from __future__ import annotations

import csv
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import IO, Literal

from index.errors import DatelineError, ReadError
from index.identify import find_columns
from index.read.charsets import decode
from index.read.unreadable import explain_unreadable, is_recording

Kind = Literal[
    "html", "mhtml", "md", "txt", "json", "pdf", "image", "docx", "pptx", "odt", "sheets", "rtf", "doc", "ppt", "eml",
    "mbox", "feed", "news", "zotero", "ris", "sitemap", "addresses", "jsonl", "csv", "zip", "epub", "tar", "gz", "bz2",
    "xz", "warc", "media",
]  # fmt: skip
_ENDINGS: dict[Kind, str] = {
    "html": ".html .htm .xhtml",
    "md": ".md .markdown .mkd .mdx",
    "txt": ".txt .text",
    "json": ".json",
    "jsonl": ".jsonl .ndjson",
    "csv": ".csv .tsv",
    "pdf": ".pdf",
    "image": ".png .jpg .jpeg .tif .tiff .gif .bmp .webp",
    "docx": ".docx .docm",
    "pptx": ".pptx .pptm .ppsx",
    "odt": ".odt .odp",
    "sheets": ".xlsx .xlsm .xlsb .xls .ods",
    "rtf": ".rtf",
    "doc": ".doc",
    "ppt": ".ppt .pps",
    "eml": ".eml",
    "mhtml": ".mht .mhtml",
    "mbox": ".mbox",
    "feed": ".rss .atom .xml",
    "news": ".nitf .newsml",
    "zotero": ".rdf",
    "ris": ".ris",
    "epub": ".epub",
    "zip": ".zip",
    "tar": ".tar",
    "gz": ".gz .tgz",
    "bz2": ".bz2",
    "xz": ".xz",
    "warc": ".warc",
    "media": ".mp3 .m4a .wav .ogg .opus .flac .aac .wma .mp4 .m4v .mov .avi .mkv .webm .mpg .mpeg .wmv .heic .avif",
}
ENDINGS: dict[str, Kind] = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()}
# Endings of what hold no articles, as they lie beside saved pages; in a folder they are counted and left out.
NO_ARTICLES = frozenset(
    ".css .scss .less .js .mjs .cjs .map .download .woff .woff2 .ttf .otf .eot .ico .cur .svg .swf .wasm .exe .dll .so "
    ".dylib .class .pyc .lnk".split()
)
_DELIMITERS = ",;\t|"
_SAMPLE = 1 << 16
_HEAD = 1 << 20  # bytes that tell the kind
_MAGIC: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"\x1f\x8b\x08", "gz"), (0, b"BZh", "bz2"), (0, b"\xfd7zXZ\x00", "xz"), (257, b"ustar", "tar"),
    (0, b"WARC/", "warc"), (0, b"{\\rtf", "rtf"),
)  # fmt: skip
_IMAGE = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8|II\*\x00|MM\x00\*|RIFF....WEBP|BM....\x00{4}", re.DOTALL)
# What a kind of zip archive has in it, or says that it is.
_ZIP_PARTS: dict[str, Kind] = {
    "word/document.xml": "docx", "ppt/presentation.xml": "pptx", "xl/workbook.xml": "sheets",
    "xl/workbook.bin": "sheets", "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.presentation": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "sheets", "META-INF/container.xml": "epub",
}  # fmt: skip
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LARGEST_COMPOUND = 64 * 1024 * 1024  # bytes
_STREAMS: dict[str, Kind] = {
    "WordDocument": "doc", "PowerPoint Document": "ppt", "Workbook": "sheets", "Book": "sheets",
}  # fmt: skip
_MBOX = re.compile(rb"From [^\r\n]{0,400}\d{4}[^\r\n]{0,100}\r?\n[!-9;-~]+:")
_MAIL_LINE = re.compile(rb"(?:[!-9;-~]+:.*|[ \t].*)\r?\n")
_MAIL_NAMES = (b"from:", b"message-id:", b"mime-version:", b"received:", b"return-path:")
_SAVED_PAGE = re.compile(rb"^(?:From:.{0,99}Saved by |Snapshot-Content-Location:)", re.MULTILINE)
_NEWS = re.compile(r"<(?:\w+:)?(?:newsitem|newsmessage|packageitem|newsml|nitf)[\s>]")
_ZOTERO = re.compile(r"<rdf:rdf[^>]*zotero\.org/namespaces/export")
_RIS = re.compile(r"ty  - \w")
_FEED = re.compile(r"<(?:rss|feed|rdf:rdf)[\s>]")
_SITEMAP = re.compile(r"<(?:urlset|sitemapindex)[\s>]")
_LINE_END = re.compile(r"[\r\n]")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_HTML_STARTS = ("<!doctype html", "<html", "<head", "<body", "<?xml", "<!--")
_HTML_SIGNS = ("<html", "<body", "<article", "<p>", "<p ", "<div", "<meta")


def detect_kind(stream: IO[bytes], ending: str, columns: Mapping[str, str]) -> Kind:
    """Return the kind by the beginning of a stream, which is wound back; `ending` decides only between kinds of text.

    `columns` are those of tables, as `index.read.read_files` takes them. Raises DatelineError for what can't be read.
    """
    head = stream.read(_HEAD)
    stream.seek(0)
    for place, magic, kind in _MAGIC:
        if head.startswith(magic, place):
            return kind
    if head[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _detect_zip(stream)
    if head.startswith(_COMPOUND):
        return _detect_compound(stream)
    if _IMAGE.match(head):
        return "image"
    if error := explain_unreadable(head):
        raise error
    if is_recording(head):
        return "media"
    if _MBOX.match(head):
        return "mbox"
    if _is_mail(head):
        return "mhtml" if _SAVED_PAGE.search(head[:4096]) or ending in (".mht", ".mhtml") else "eml"
    return _detect_text(decode(head), ending, columns)


def _detect_text(text: str, ending: str, columns: Mapping[str, str]) -> Kind:
    start = text[:2048].lstrip("\ufeff \t\r\n").lower()
    if start.startswith("<") and _ZOTERO.search(start):
        return "zotero"
    if start.startswith("<") and _NEWS.search(start):
        return "news"
    if start.startswith("<") and _FEED.search(start):
        return "feed"
    if start.startswith("<") and _SITEMAP.search(start):
        return "sitemap"
    if start.startswith(_HTML_STARTS) and any(sign in text[:100_000].lower() for sign in _HTML_SIGNS):
        return "html"
    if _RIS.match(start):
        return "ris"
    named = ENDINGS.get(ending, "txt")
    if named == "jsonl" or _is_json_lines(text):
        return "jsonl"
    if named == "csv" or (named == "txt" and "\n" in text.strip() and find_delimiter(text, columns)):
        return "csv"
    if named == "txt" and list_addresses(text):
        return "addresses"
    if ending in NO_ARTICLES:
        raise ReadError(f"it is named {ending}, as files without articles are; leave it out", "no article")
    if named == "html" or named == "md" or named == "txt" or named == "json" or named == "mhtml":
        return named
    raise DatelineError(f"it is named {ending} and is not one; name it for what it is")


def list_addresses(text: str) -> list[str]:
    """Return the web addresses that a text is a list of, one a line; none where there is anything else in it."""
    lines = [line for line in map(str.strip, text.lstrip("\ufeff").split("\n")) if line]
    return lines if all(map(_ADDRESS.fullmatch, lines)) else []


def _detect_zip(stream: IO[bytes]) -> Kind:
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                names.add(archive.read("mimetype").decode("ascii", "replace").strip())
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        zlib.error,
        struct.error,
        ValueError,
        OSError,
    ):
        raise DatelineError("it is a damaged zip or office file; get it again") from None
    finally:
        stream.seek(0)
    return next((kind for name, kind in _ZIP_PARTS.items() if name in names), "zip")


def _detect_compound(stream: IO[bytes]) -> Kind:
    """The kind of a compound file (MS-CFB), by the names of the streams in it, which stand there in UTF-16."""
    content = stream.read(_LARGEST_COMPOUND)
    stream.seek(0)
    for name, kind in _STREAMS.items():
        if name.encode("utf-16-le") in content:
            return kind
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise DatelineError("it needs a password; save it again without one")
    if "__properties_version1.0".encode("utf-16-le") in content:
        raise DatelineError("it is a message of Outlook (msg); save it as eml")
    raise DatelineError("it is of a kind of Microsoft's programs that is not read; save it as docx or pdf")


def _is_mail(head: bytes) -> bool:
    """True for lines of a mail's head, two of those among them that every mail has."""
    names = set()
    place = 0
    while (match := _MAIL_LINE.match(head, place)) and place < 100_000:
        names.add(match[0].split(b":")[0].lower() + b":")
        place = match.end()
    return len(names.intersection(_MAIL_NAMES)) > 1


def _is_json_lines(text: str) -> bool:
    """True where the first line is a JSON object by itself, and another begins below it."""
    first, _, rest = text.lstrip().partition("\n")
    if not (first.startswith("{") and rest.lstrip().startswith("{")):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def find_delimiter(text: str, columns: Mapping[str, str]) -> str | None:
    """Return what divides the columns of a table whose first line names a text and another column, or None."""
    first = _LINE_END.split(text.lstrip("\ufeff"), maxsplit=1)[0].strip()
    for delimiter in _DELIMITERS:
        names = next(csv.reader([first], delimiter=delimiter), []) if len(first) < _SAMPLE else []
        if len(names) > 1 and "text" in find_columns(names, columns):
            return delimiter
    return None
