"""Mail: newsletters, and articles that somebody sent."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

from index.clean.scraped import clean_scraped
from index.errors import DatelineError
from index.identify import make_article
from index.read.charsets import decode
from index.read.formats.html import read_html
from index.records import Article
from index.text.bylines import is_name, is_outlet
from index.text.outlets import find_outlet


def read_mail(content: bytes, origin: str) -> list[Article]:
    """Make one article of a message (RFC 5322): its subject, who sent it, its day, and its body.

    The outlet is that of the sender's domain where the table has it, else the sender; a person who writes from a known
    outlet is the author.
    The body is read as a web page where there is one, unless that leaves less than half of the plain words. What is
    attached is left out.
    """
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    text, removed = _read_body(message, origin)
    name, address = parseaddr(_header(message, "From"))
    outlet = find_outlet(f"http://{address.rpartition('@')[2]}/")
    writer = name if name and outlet and is_name(name) and not is_outlet(name) else ""
    date = _parse_header(message, "Date")
    sent = getattr(date, "datetime", None)
    return [
        make_article(
            text,
            title=_header(message, "Subject"),
            id=_header(message, "Message-ID").strip("<> ") or None,
            origin=origin,
            source=outlet[0] if outlet else name or address.rpartition("@")[2],
            source_evidence=f"header: From: {name} <{address}>",
            authors=[writer] if writer else [],
            authors_evidence="header: From",
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
    return str(_parse_header(message, name) or "")


def _parse_header(message: EmailMessage, name: str) -> object:
    """The header as Python's parser reads it, which fails at some ids and addresses ("<@a>"): then as it stands."""
    try:
        return message[name]
    except (IndexError, AttributeError, ValueError):
        return next((value for given, value in message.raw_items() if given.lower() == name.lower()), None)
