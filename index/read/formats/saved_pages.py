"""Web pages that a browser saved with all that is in them: MHTML, and HTML that says where it was saved from."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message

from index.errors import DatelineError
from index.read.formats.html import read_html
from index.records import Article

_HEAD = 4096  # bytes in which a page says where it was saved from
_SAVED_FROM = re.compile(
    rb"<!--\s*(?:Page saved with SingleFile\s+url:\s*|saved from url=\(\d{1,5}\))(https?://[^\s<>]{1,2000})"
)


def find_saved_address(content: bytes) -> str | None:
    """Return the address that a page was saved from, by the comment that SingleFile and browsers put at its top."""
    found = _SAVED_FROM.search(content[:_HEAD])
    return found[1].decode("utf-8", "replace") if found else None


def read_mhtml(content: bytes, origin: str) -> list[Article]:
    """Make one article of the page in a web archive of one page (RFC 2557); its frames and pictures are left out."""
    message = message_from_bytes(content)
    pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    if not pages:
        raise DatelineError("it is a web archive without a page; save the page again")
    address = _read_header(message, "Snapshot-Content-Location")
    page = next((part for part in pages if address and _read_header(part, "Content-Location") == address), pages[0])
    address = address or _read_header(page, "Content-Location")
    return read_html(_read_markup(page), origin, address if address.startswith(("http://", "https://")) else None)


def _read_header(part: Message, name: str) -> str:
    return str(part.get(name) or "").strip()


def _read_markup(page: Message) -> bytes:
    """The page in UTF-8: the archive says what its bytes mean, whatever the page itself says."""
    payload = page.get_payload(decode=True)
    assert isinstance(payload, bytes)  # no multipart
    try:
        return payload.decode(page.get_content_charset() or "utf-8").encode("utf-8", "replace")
    except (LookupError, UnicodeDecodeError):
        return payload
