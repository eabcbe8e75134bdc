"""What kind of file this is, by its content."""

from __future__ import annotations

import codecs
import csv
import json
import re
import struct
import zipfile
from collections.abc import Mapping
from typing import IO, Literal

from index.errors import DatelineError
from index.identify import find_columns

Kind = Literal[
    "html", "md", "txt", "json", "pdf", "docx", "eml", "feed", "sitemap", "addresses",
    "zip", "epub", "tar", "gz", "bz2", "xz", "warc", "mbox", "jsonl", "csv",
]  # fmt: skip
ENDINGS: dict[str, Kind] = {
    ".html": "html", ".htm": "html", ".xhtml": "html", ".md": "md", ".markdown": "md", ".txt": "txt",
    ".text": "txt", ".json": "json", ".pdf": "pdf", ".docx": "docx", ".eml": "eml", ".rss": "feed", ".atom": "feed",
    ".xml": "feed", ".zip": "zip", ".epub": "epub", ".tar": "tar", ".tgz": "gz", ".gz": "gz", ".bz2": "bz2",
    ".xz": "xz", ".warc": "warc", ".mbox": "mbox", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv",
}  # fmt: skip
_DELIMITERS = ",;\t|"
_SAMPLE = 1 << 16
_HEAD = 1 << 20  # bytes that tell the kind
_MAGIC: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"\x1f\x8b\x08", "gz"), (0, b"BZh", "bz2"), (0, b"\xfd7zXZ\x00", "xz"), (257, b"ustar", "tar"),
    (0, b"WARC/", "warc"),
)  # fmt: skip
_MBOX = re.compile(rb"From [^\r\n]{0,400}\d{4}[^\r\n]{0,100}\r?\n[!-9;-~]+:")
_MAIL_LINE = re.compile(rb"(?:[!-9;-~]+:.*|[ \t].*)\r?\n")
_MAIL_NAMES = (b"from:", b"message-id:", b"mime-version:", b"received:", b"return-path:")
_FEED = re.compile(r"<(?:rss|feed|rdf:rdf)[\s>]")
_SITEMAP = re.compile(r"<(?:urlset|sitemapindex)[\s>]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
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
    if _MBOX.match(head):
        return "mbox"
    return "eml" if _is_mail(head) else _detect_text(decode(head), ending, columns)


def _detect_text(text: str, ending: str, columns: Mapping[str, str]) -> Kind:
    start = text[:2048].lstrip("\ufeff \t\r\n").lower()
    if start.startswith("<") and _FEED.search(start):
        return "feed"
    if start.startswith("<") and _SITEMAP.search(start):
        return "sitemap"
    if start.startswith(_HTML_STARTS) and any(sign in text[:100_000].lower() for sign in _HTML_SIGNS):
        return "html"
    named = ENDINGS.get(ending, "txt")
    if named == "jsonl" or _is_json_lines(text):
        return "jsonl"
    if named == "csv" or (named == "txt" and "\n" in text.strip() and find_delimiter(text, columns)):
        return "csv"
    if named == "txt" and list_addresses(text):
        return "addresses"
    if named == "html" or named == "md" or named == "txt" or named == "json":
        return named
    raise DatelineError(f"it is named {ending} and is not one; name it for what it is")


def list_addresses(text: str) -> list[str]:
    """Return the web addresses that a text is a list of, one a line; none where there is anything else in it."""
    lines = [line for line in map(str.strip, text.lstrip("\ufeff").split("\n")) if line]
    return lines if all(map(_ADDRESS.fullmatch, lines)) else []


def _detect_zip(stream: IO[bytes]) -> Kind:
    try:
        with zipfile.ZipFile(stream) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError, OSError):
        raise DatelineError("it is a damaged zip or docx file; get it again") from None
    finally:
        stream.seek(0)
    if "word/document.xml" in names:
        return "docx"
    return "epub" if "META-INF/container.xml" in names else "zip"


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


def decode(content: bytes) -> str:
    """Return the text of `content`: by its mark, as UTF-8, else by the charset it looks like.

    Raises DatelineError for bytes that are no text.
    """
    try:
        return _refuse_binary(content.decode(find_encoding(content), "replace"))
    except LookupError:
        raise DatelineError("it is a text in an unknown charset; save it as UTF-8") from None


def find_encoding(content: bytes) -> str:
    """Return the name of the charset of `content`, or of a beginning of it; raise DatelineError for no text."""
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return codec
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content)
        return "utf-8"
    except UnicodeDecodeError:
        pass
    if b"\0" in content:
        raise DatelineError("it is a binary file, not a text; add the text of it")
    from charset_normalizer import from_bytes

    matches = from_bytes(content[:200_000])
    found = matches.best()
    if found is None:
        raise DatelineError("it is a binary file, or a text in an unknown charset; save it as UTF-8")
    for other in matches:  # of equals, Western Europe's: the detector puts Central Europe's first
        if other.encoding == "cp1252" and (other.chaos, other.coherence) == (found.chaos, found.coherence):
            found = other
    return found.encoding


def _refuse_binary(text: str) -> str:
    sample = text[:100_000]
    if len(_CONTROLS.findall(sample)) > max(2, len(sample) // 200):
        raise DatelineError("it is a binary file, not a text; add the text of it")
    return text
