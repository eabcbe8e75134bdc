"""Getting what is at an address: politely, and within limits of size, time and place."""

from __future__ import annotations

import time
import zlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from http.client import responses
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

from index.fetch.addresses import parse_address
from index.fetch.fetch_error import FetchError
from index.fetch.pace import Pace
from index.fetch.robots import AGENT, Robots

if TYPE_CHECKING:
    import ssl

    import httpcore

_USER_AGENT = f"{AGENT} (reads news for the person who runs it, obeys robots.txt)"
_MOST_REDIRECTS = 5
_MOST_TRIES = 3  # of a server that says when to come again
_ROBOTS_BYTES = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB are to be read


class Fetched(NamedTuple):
    """What an address gave. `url` is where the redirects ended; `content` is None where nothing has changed (304)."""

    url: str
    content: bytes | None
    content_type: str
    etag: str | None
    last_modified: str | None


class _Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    content: bytes


class Fetcher:
    """Reads addresses one after the other.

    `max_bytes` is the largest content that is read, `seconds` the time for one request in all, `delay` the seconds
    between two requests to a host.
    """

    def __init__(self, max_bytes: int, seconds: float, delay: float, *, allow_private: bool) -> None:
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._delay = delay
        self._allow_private = allow_private
        self._pace = Pace()
        self._robots = Robots(self._get_robots)

    def get(self, address: str, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Return what is at an address; with `etag` or `last_modified`, only if it has changed since (RFC 9110, 13).

        Raises FetchError.
        """
        conditions = {"If-None-Match": etag or "", "If-Modified-Since": last_modified or ""}
        headers = {name: value for name, value in conditions.items() if value}
        url, reply = self._follow(address, headers, self._max_bytes, ask_robots=True)
        given = reply.headers
        kept = {name: given.get(name, "")[:500] or None for name in ("etag", "last-modified")}
        content = None if reply.status == HTTPStatus.NOT_MODIFIED else reply.content
        return Fetched(url, content, given.get("content-type", ""), kept["etag"], kept["last-modified"])

    def _get_robots(self, address: str) -> str | None:
        try:
            _, reply = self._follow(address, {}, _ROBOTS_BYTES, ask_robots=False)
        except FetchError as error:
            if error.passing:
                raise
            return None
        return reply.content.decode("utf-8", "replace")

    def _follow(self, address: str, headers: dict[str, str], most: int, *, ask_robots: bool) -> tuple[str, _Reply]:
        """Go where the redirects lead."""
        url = parse_address(address)
        for _ in range(_MOST_REDIRECTS + 1):
            delay = self._robots.check(url) if ask_robots else 0.0
            reply = self._ask(url, headers, max(delay, self._delay), most)
            place = reply.headers.get("location")
            if not (300 <= reply.status < 400 and reply.status != HTTPStatus.NOT_MODIFIED and place):
                return url, self._check(reply, headers)
            url = parse_address(urljoin(url, place))
        raise FetchError(f"it is redirected more than {_MOST_REDIRECTS} times; check the address")

    def _check(self, reply: _Reply, headers: dict[str, str]) -> _Reply:
        status = reply.status
        if status == HTTPStatus.OK or (status == HTTPStatus.NOT_MODIFIED and headers):
            return reply
        words = f" ({responses[status]})" if status in responses else ""
        gone = status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
        passing = status >= 500 or status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
        advice = "try again later" if passing else "check the address"
        raise FetchError(f"the server answers {status}{words}; {advice}", passing=passing, gone=gone)

    def _ask(self, url: str, headers: dict[str, str], delay: float, most: int) -> _Reply:
        """Ask once, or again where the server says when."""
        host = urlsplit(url).netloc
        for _ in range(_MOST_TRIES):
            self._pace.wait(host, delay)
            reply = self._request(url, host, headers, most)
            busy = reply.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
            wait = _read_retry_after(reply.headers.get("retry-after", "")) if busy else None
            if wait is None:
                break
            self._pace.postpone(host, max(wait, delay))
        return reply

    def _request(self, url: str, host: str, headers: dict[str, str], most: int) -> _Reply:
        import httpcore

        from index.fetch.connection import Backend

        backend = Backend(time.monotonic() + self._seconds, allow_private=self._allow_private)
        sent = {"Host": host, "User-Agent": _USER_AGENT, "Accept-Encoding": "gzip", "Connection": "close", **headers}
        tls = self._tls if url.startswith("https:") else None
        try:
            with (
                httpcore.ConnectionPool(ssl_context=tls, network_backend=backend) as pool,
                pool.stream("GET", url, headers=list(sent.items())) as response,
            ):
                found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                body = _read_body(response, found, most) if response.status == HTTPStatus.OK else b""
                self._pace.note(host, answered=True)
                return _Reply(response.status, found, body)
        except httpcore.TimeoutException:
            self._pace.note(host, answered=False)
            raise FetchError(
                f"it took more than {self._seconds:g} seconds; try again later, or raise the setting `web_seconds`",
                passing=True,
            ) from None
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            self._pace.note(host, answered=False)
            raise FetchError(f"it can't be reached ({str(error)[:100]}); try again later", passing=True) from None

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        import httpcore

        return httpcore.default_ssl_context()


def _read_body(response: httpcore.Response, headers: dict[str, str], most: int) -> bytes:
    """Return the body, unpacked; raise FetchError where it is larger than `most`, packed or not."""
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip", ""):
        raise FetchError(f"the server packs it in a way that was not asked for ({coding[:20]}); save the page instead")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in coding else None
    body = bytearray()
    try:
        for part in response.iter_stream():
            body += unpacker.decompress(part, most + 1 - len(body)) if unpacker else part
            if len(body) > most:
                raise FetchError(
                    f"it has more than {most / 1024 / 1024:g} MiB, and at most that is read as one article; "
                    "raise the setting `max_file_mb`"
                )
        if unpacker and not unpacker.eof:
            raise zlib.error
    except zlib.error:
        raise FetchError("the server packed it wrongly; try again later", passing=True) from None
    return bytes(body)


def _read_retry_after(value: str) -> float | None:
    """Return the seconds that a Retry-After header (RFC 9110, 10.2.3) asks for, or None where it asks for nothing."""
    if value.strip().isdecimal():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
