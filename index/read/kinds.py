"""What kind of file this is, by its content."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

from index.errors import DatelineError

Kind = Literal["html", "md", "txt", "json", "pdf", "docx"]
ENDINGS: dict[str, Kind] = {
    ".html": "html", ".htm": "html", ".xhtml": "html", ".md": "md", ".markdown": "md", ".txt": "txt",
    ".text": "txt", ".json": "json", ".pdf": "pdf", ".docx": "docx",
}  # fmt: skip
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_HTML_STARTS = ("<!doctype html", "<html", "<head", "<body", "<?xml", "<!--")
_HTML_SIGNS = ("<html", "<body", "<article", "<p>", "<p ", "<div", "<meta")


def detect_kind(content: bytes, ending: str) -> Kind:
    """Return the kind; `ending` decides only between kinds of text. Raise DatelineError for anything else."""
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if content[:4] == b"PK\x03\x04":
        return _detect_zip(content)
    text = decode(content)
    start = text[:2048].lstrip().lower()
    if start.startswith(_HTML_STARTS) and any(sign in text[:100_000].lower() for sign in _HTML_SIGNS):
        return "html"
    kind = ENDINGS.get(ending.lower(), "txt")
    if kind in ("pdf", "docx"):
        raise DatelineError(f"it is named {ending} and is not one; name it for what it is")
    return kind


def _detect_zip(content: bytes) -> Kind:
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except zipfile.BadZipFile:
        raise DatelineError("it is a damaged zip or docx file; get it again") from None
    if "word/document.xml" not in names:
        raise DatelineError("it is a zip file without a Word document; unpack it and add the folder")
    return "docx"


def decode(content: bytes) -> str:
    """Return the text of `content`: by its mark, as UTF-8, else by the charset it looks like.

    Raises DatelineError for bytes that are no text.
    """
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _refuse_binary(content.decode(codec, "replace"))
    try:
        return _refuse_binary(content.decode("utf-8"))
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
    return _refuse_binary(content.decode(found.encoding, "replace"))


def _refuse_binary(text: str) -> str:
    sample = text[:100_000]
    if len(_CONTROLS.findall(sample)) > max(2, len(sample) // 200):
        raise DatelineError("it is a binary file, not a text; add the text of it")
    return text
