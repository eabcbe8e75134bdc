"""A website on loopback that answers as it is told, and remembers what it was asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

WORDS = (
    "The council of the harbour town voted on Monday to close the old bridge to lorries.",
    "Two engineers had found cracks in its eastern pillar, and a third had warned of them for years.",
    "Shopkeepers said that the detour through the valley would cost them an hour every morning.",
    "The mayor promised that buses would run twice as often until the repair is done.",
)


@dataclass(frozen=True)
class Reply:
    """What an address answers: `body` in parts, each sent `pause` seconds after the one before it."""

    body: bytes | Iterable[bytes] = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.0


@dataclass
class Site:
    """The replies by path, and the requests that came: path and headers, these in lower case."""

    url: str
    replies: dict[str, Reply | Callable[[dict[str, str]], Reply]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def paths(self) -> list[str]:
        """The paths that were asked for, but for robots.txt; they are forgotten."""
        paths = [path for path, _ in self.asked if path != "/robots.txt"]
        self.asked.clear()
        return paths


@contextmanager
def serve() -> Iterator[Site]:
    """A site for the time of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.asked.append((self.path, headers))
            found = site.replies.get(self.path, Reply(status=404))
            reply = found(headers) if callable(found) else found
            parts = [reply.body] if isinstance(reply.body, bytes) else reply.body
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if isinstance(reply.body, bytes) and "Content-Length" not in reply.headers:
                self.send_header("Content-Length", str(len(reply.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            try:
                for part in parts:
                    time.sleep(reply.pause)
                    self.wfile.write(part)
                    self.wfile.flush()
            except OSError:
                pass  # who asked has heard enough

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def make_page(title: str, words: str = "", head: str = "") -> bytes:
    """An article's page of some sentences, `words` among them."""
    text = "".join(f"<p>{sentence} {words}</p>" for sentence in WORDS)
    return (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>{title}</title>{head}</head>"
        f"<body><article><h1>{title}</h1>{text}</article></body></html>"
    ).encode()


def page(title: str, words: str = "", head: str = "", **headers: str) -> Reply:
    """The page as a reply."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(make_page(title, words, head), headers={"Content-Type": "text/html; charset=utf-8", **given})


def conditional(reply: Reply, etag: str) -> Callable[[dict[str, str]], Reply]:
    """The reply with an ETag; 304 to whoever has that one."""

    def answer(headers: dict[str, str]) -> Reply:
        if headers.get("if-none-match") == etag:
            return Reply(status=304, headers={"ETag": etag})
        return Reply(reply.body, reply.status, {**reply.headers, "ETag": etag}, reply.pause)

    return answer


def make_rss(items: Iterable[tuple[str, str, str]], language: str = "en") -> bytes:
    """An RSS feed of items: link, title, and what it says of them in XML."""
    entries = "".join(f"<item><link>{link}</link><title>{title}</title>{more}</item>" for link, title, more in items)
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>The Harbour Post</title><language>{language}'
        f"</language>{entries}</channel></rss>"
    ).encode()


def make_sitemap(pages: Iterable[tuple[str, str]], kind: str = "url") -> bytes:
    """A sitemap of addresses and what it says of each in XML, or an index of sitemaps."""
    root = "urlset" if kind == "url" else "sitemapindex"
    entries = "".join(f"<{kind}><loc>{address}</loc>{more}</{kind}>" for address, more in pages)
    names = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><{root} {names}>{entries}</{root}>'.encode()
