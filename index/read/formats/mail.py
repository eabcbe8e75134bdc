"""Mail: newsletters, and articles that somebody sent."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

from index.clean.scraped import clean_scraped
from index.errors import DatelineError
from index.identify import make_article
from index.read.formats.html import read_html
from index.read.kinds import decode
from index.records import Article


def read_mail(content: bytes, origin: str) -> list[Article]:
    """Make one article of a message (RFC 5322): its subject, who sent it, its day, and its body.

    The body is read as a web page where there is one, unless that leaves less than half of the plain words. What is
    attached is left out.
    """
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    text, removed = _read_body(message, origin)
    sender = parseaddr(_header(message, "From"))
    date = message["Date"]
    sent = getattr(date, "datetime", None)
    return [
        make_article(
            text,
            title=_header(message, "Subject"),
            id=_header(message, "Message-ID").strip("<> ") or None,
            origin=origin,
            source=sender[0] or sender[1].rpartition("@")[2],
            published=sent,
            date_evidence=f"header: Date: {date}" if sent else None,
            removed=removed,
        )
    ]


def _read_body(message: EmailMessage, origin: str) -> tuple[str, str]:
    plain = _read_part(message, "plain")
    cleaned = clean_scraped(plain)
    text = "\n\n".join(b for b in (cleaned.title, cleaned.text) if b)
    markup = _read_part(message, "html")
    try:
        [page] = read_html(markup.encode(), origin) if markup.strip() else []
    except (DatelineError, ValueError):
        return text, cleaned.removed
    if 2 * len(page.text.split()) < len(text.split()):
        return text, cleaned.removed
    return page.text, page.removed


def _read_part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    payload = part.get_payload(decode=True) if part else None
    if not part or not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return decode(payload)


def _header(message: EmailMessage, name: str) -> str:
    return str(message[name] or "")
