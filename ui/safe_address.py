"""Which addresses of articles become links: addresses of the web, and nothing that could end the link or hide where it
leads.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from index import UNSAFE

_HOST = re.compile(r"\[[0-9a-f:.]+\]|\w(?:[\w.-]*\w)?\.?")  # in brackets: an IPv6 address
_NEVER = re.compile(rf"{UNSAFE.pattern}|[\t\n\u2028\u2029]")
_KEPT = "%/:?#@!$&*+,;=~-._"  # signs that may stand in an address, and end no link in HTML or Markdown


def find_web_address(url: str | None) -> str | None:
    """The address with all but plain signs as %xx; None where it is none of the web, or is not what it seems.

    Only http and https with a host are addresses of the web. A name in front of the host ("https://bank.example@…") and
    characters that no screen shows are refused: they are there to deceive.
    """
    url = (url or "").strip(" ")
    try:
        parts = urlsplit(url)
        host = parts.netloc.lower() if parts.port is None else parts.netloc.lower().rpartition(":")[0]
        if _NEVER.search(url) or parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
            return None
        path = url.index(parts.netloc) + len(parts.netloc)
        return quote(url[:path], safe=_KEPT + "[]") + quote(url[path:], safe=_KEPT)
    except ValueError:  # a bad port, half an IPv6 address, half a character
        return None
