"""What a site asks of programs that read it: robots.txt (RFC 9309)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from index.fetch.fetch_error import FetchError

if TYPE_CHECKING:
    from protego import Protego

AGENT = "Dateline"
_LONGEST_DELAY = 60.0  # seconds; who asks for more is asked once a minute


class Robots:
    """The rules of each site, got when they are first needed.

    `get` returns the text of an address, or None where the server has none (RFC 9309, 2.3.1.3: all may be read). What
    it raises is an error of each page of the site, since nobody can say what may be read (2.3.1.4).
    """

    def __init__(self, get: Callable[[str], str | None]) -> None:
        self._get = get
        self._rules: dict[str, Protego | FetchError] = {}

    def check(self, url: str) -> float:
        """Return the seconds that the site asks for between two requests; raise FetchError for what it withholds."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = self._read(f"{site}/robots.txt")
        rules = self._rules[site]
        if isinstance(rules, FetchError):
            raise rules
        if not rules.can_fetch(url, AGENT):
            raise FetchError("the site's robots.txt asks programs not to read it; save the page, and add the file")
        return min(rules.crawl_delay(AGENT) or 0.0, _LONGEST_DELAY)

    def _read(self, address: str) -> Protego | FetchError:
        from protego import Protego

        try:
            return Protego.parse(self._get(address) or "")
        except FetchError as error:
            return FetchError(f"the site's robots.txt can't be read: {error}", passing=True)
