"""Getting one address from a real server: limits of size, time and place, and politeness."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from index.fetch import addresses, pace
from index.fetch.fetch_error import FetchError
from index.fetch.fetcher import Fetcher
from tests.index.fetch.site import Reply, Site

MIB = 1024 * 1024


def fetcher(seconds: float = 5.0, delay: float = 0.0, *, allow_private: bool = True) -> Fetcher:
    return Fetcher(MIB, seconds, delay, allow_private=allow_private)


def test_what_is_there_is_got_and_we_say_who_we_are(site: Site) -> None:
    site.replies["/a"] = Reply(b"words", headers={"Content-Type": "text/plain", "ETag": '"1"', "Last-Modified": "then"})
    got = fetcher().get(f"{site.url}/a#part")
    assert got == (f"{site.url}/a", b"words", "text/plain", '"1"', "then")
    path, headers = site.asked[-1]
    assert path == "/a"
    assert headers["user-agent"].startswith("Dateline ")
    assert headers["host"] == site.url.removeprefix("http://")


def test_unchanged_content_is_not_sent_again(site: Site) -> None:
    site.replies["/a"] = lambda headers: Reply(status=304 if headers.get("if-none-match") == '"1"' else 200)
    assert fetcher().get(f"{site.url}/a", '"1"', "then").content is None
    assert site.asked[-1][1]["if-modified-since"] == "then"
    assert fetcher().get(f"{site.url}/a", '"2"').content == b""


def test_redirects_are_followed_and_the_last_address_is_told(site: Site) -> None:
    site.replies |= {
        "/a": Reply(status=301, headers={"Location": "/b?x=1"}),
        "/b?x=1": Reply(status=307, headers={"Location": f"{site.url}/c"}),
        "/c": Reply(b"there"),
    }
    got = fetcher().get(f"{site.url}/a")
    assert (got.url, got.content) == (f"{site.url}/c", b"there")


def test_a_circle_of_redirects_ends(site: Site) -> None:
    site.replies |= {
        "/a": Reply(status=302, headers={"Location": "/b"}),
        "/b": Reply(status=302, headers={"Location": "/a"}),
    }
    with pytest.raises(FetchError, match="redirected more than 5 times"):
        fetcher().get(f"{site.url}/a")
    assert len(site.paths()) == 6


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://example.org/", "http://a:b@example.org/", "gopher://x/"]
)
def test_a_redirect_can_not_leave_the_web(site: Site, target: str) -> None:
    site.replies["/a"] = Reply(status=302, headers={"Location": target})
    with pytest.raises(FetchError, match=r"only http and https|name or password"):
        fetcher().get(f"{site.url}/a")


@pytest.fixture
def public_loopback(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """127.0.0.1 passes for a public address, and is where news.example is; gives the names that were looked up."""
    asked: list[str] = []
    look_up, really_public = socket.getaddrinfo, addresses.is_public

    def answer(host: str, port: int, *args: Any, **more: Any) -> Any:
        asked.append(host)
        return look_up("127.0.0.1" if host == "news.example" else host, port, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    monkeypatch.setattr(addresses, "is_public", lambda a: a == ipaddress.ip_address("127.0.0.1") or really_public(a))
    return asked


def test_private_addresses_are_refused_unless_allowed(site: Site) -> None:
    site.replies["/a"] = Reply(b"secret")
    with pytest.raises(FetchError, match=r"127\.0\.0\.1 is a private address.*`allow_private` is off"):
        fetcher(allow_private=False).get(f"{site.url}/a")
    assert site.asked == []


@pytest.mark.parametrize("host", ["127.0.0.2", "169.254.169.254", "[::1]", "10.0.0.1", "localhost.example"])
def test_a_redirect_into_a_private_network_is_refused(
    site: Site, public_loopback: list[str], monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    look_up = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda h, *a, **m: look_up("127.0.0.2" if h == "localhost.example" else h, *a, **m)
    )
    port = site.url.rpartition(":")[2]
    site.replies["/a"] = Reply(status=302, headers={"Location": f"http://{host}:{port}/b"})
    site.replies["/b"] = Reply(b"secret")
    with pytest.raises(FetchError, match="private address"):
        fetcher(allow_private=False).get(f"http://news.example:{port}/a")
    assert site.paths() == ["/a"]


def test_a_second_answer_of_the_name_server_leads_nowhere_else(
    site: Site, public_loopback: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection goes to the address that was checked: the name is looked up once for it (DNS rebinding)."""
    connected: list[Any] = []
    connect = socket.create_connection

    def note(address: Any, *args: Any, **more: Any) -> socket.socket:
        connected.append(address[0])
        return connect(address, *args, **more)

    monkeypatch.setattr(socket, "create_connection", note)
    site.replies["/a"] = Reply(b"words")
    port = site.url.rpartition(":")[2]
    assert fetcher(allow_private=False).get(f"http://news.example:{port}/a").content == b"words"
    assert connected == ["127.0.0.1", "127.0.0.1"]  # robots.txt and the page
    assert public_loopback.count("news.example") == 2


def test_a_large_body_is_not_read_to_its_end(site: Site) -> None:
    sent: list[int] = []

    def endless() -> Iterator[bytes]:
        for n in range(1_000):
            sent.append(n)
            yield b"x" * 65_536

    site.replies["/a"] = Reply(endless())
    with pytest.raises(FetchError, match=r"more than 1 MiB.*max_file_mb"):
        fetcher().get(f"{site.url}/a")
    assert len(sent) < 500


@pytest.mark.parametrize("layers", [1, 2])
def test_a_bomb_is_not_unpacked(site: Site, layers: int) -> None:
    body = bytes(50 * MIB)
    for _ in range(layers):
        body = gzip.compress(body, 9)
    site.replies["/a"] = Reply(body, headers={"Content-Encoding": "gzip"})
    if layers == 1:
        with pytest.raises(FetchError, match="more than 1 MiB"):
            fetcher().get(f"{site.url}/a")
    else:  # the inner layer is content like any other
        content = fetcher().get(f"{site.url}/a").content
        assert content is not None
        assert len(content) < MIB


def test_packed_bodies_are_unpacked(site: Site) -> None:
    site.replies["/a"] = Reply(gzip.compress(b"words" * 1_000), headers={"Content-Encoding": "gzip"})
    assert fetcher().get(f"{site.url}/a").content == b"words" * 1_000
    assert site.asked[-1][1]["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (gzip.compress(b"words" * 1_000, mtime=0)[:-20], "gzip"),
        (b"no gzip at all", "gzip"),
        (zlib.compress(b"words"), "deflate"),
        (b"words", "br"),
    ],
    ids=["torn gzip", "no gzip", "deflate", "brotli"],
)
def test_bodies_that_are_packed_wrongly_are_told(site: Site, body: bytes, coding: str) -> None:
    site.replies["/a"] = Reply(body, headers={"Content-Encoding": coding})
    with pytest.raises(FetchError, match=r"packed it wrongly|packs it in a way that was not asked for"):
        fetcher().get(f"{site.url}/a")


def test_a_body_that_breaks_off_is_an_error(site: Site) -> None:
    site.replies["/a"] = Reply(b"half", headers={"Content-Length": "8"})
    with pytest.raises(FetchError, match="can't be reached") as error:
        fetcher().get(f"{site.url}/a")
    assert error.value.passing


@pytest.mark.parametrize("where", ["body", "head"])
def test_a_slow_server_is_left_in_time(site: Site, where: str) -> None:
    """One that sends a little again and again, too: each single wait is short."""
    drops = [b"x"] * 200
    site.replies["/a"] = Reply(drops, pause=0.05) if where == "body" else lambda _: Reply([b""], pause=10)
    site.replies["/robots.txt"] = Reply(status=404)
    with pytest.raises(FetchError, match=r"more than 0\.3 seconds.*web_seconds") as error:
        fetcher(seconds=0.3).get(f"{site.url}/a")
    assert error.value.passing


@pytest.mark.parametrize(
    ("status", "passing", "gone"),
    [
        (404, False, True),
        (410, False, True),
        (403, False, False),
        (500, True, False),
        (502, True, False),
        (204, False, False),
    ],
)
def test_what_the_server_answers_is_told(site: Site, status: int, passing: bool, gone: bool) -> None:
    site.replies["/a"] = Reply(status=status)
    with pytest.raises(FetchError, match=f"the server answers {status} ") as error:
        fetcher().get(f"{site.url}/a")
    assert (error.value.passing, error.value.gone) == (passing, gone)


def test_no_server_is_told(site: Site) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(FetchError, match=r"robots\.txt can't be read: it can't be reached"):
            fetcher().get(f"http://127.0.0.1:{unused.getsockname()[1]}/a")


class Clock:
    """Time that passes by sleeping alone."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(pace, "time", made)
    return made


def test_a_busy_server_is_asked_again_when_it_says(site: Site, clock: Clock) -> None:
    replies = iter([Reply(status=429, headers={"Retry-After": "7"}), Reply(b"words")])
    site.replies["/a"] = lambda _: next(replies)
    assert fetcher().get(f"{site.url}/a").content == b"words"
    assert clock.slept == [7.0]


def test_a_date_says_it_too(site: Site, clock: Clock) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    replies = iter([Reply(status=503, headers={"Retry-After": later}), Reply(b"words")])
    site.replies["/a"] = lambda _: next(replies)
    assert fetcher().get(f"{site.url}/a").content == b"words"
    assert 25 < sum(clock.slept) <= 30


def test_a_server_that_wants_an_hour_is_left_alone(site: Site, clock: Clock) -> None:
    site.replies["/a"] = Reply(status=429, headers={"Retry-After": "3600"})
    for _ in range(3):  # each time by another, as `sync --every` does
        with pytest.raises(FetchError, match="asks to be left alone for 3,600 seconds") as error:
            fetcher().get(f"{site.url}/a")
        assert error.value.passing
    assert site.paths() == ["/a"]
    assert clock.slept == []


def test_a_server_that_is_busy_without_end_is_given_up(site: Site, clock: Clock) -> None:
    site.replies["/a"] = Reply(status=503, headers={"Retry-After": "1"})
    with pytest.raises(FetchError, match="answers 503"):
        fetcher().get(f"{site.url}/a")
    assert len(site.paths()) == 3
    site.replies["/b"] = Reply(status=503, headers={"Retry-After": "soon"})
    with pytest.raises(FetchError, match="answers 503"):
        fetcher().get(f"{site.url}/b")
    assert len(site.paths()) == 1


def test_a_host_is_asked_at_a_polite_rate(site: Site, clock: Clock) -> None:
    site.replies |= {"/a": Reply(b"a"), "/b": Reply(b"b")}
    one = fetcher(delay=1.5)
    for path in ("/a", "/b", "/a"):
        one.get(site.url + path)
    assert clock.slept == [1.5, 1.5, 1.5]  # robots.txt came first


def test_the_site_s_own_delay_holds_where_it_is_longer(site: Site, clock: Clock) -> None:
    site.replies |= {"/a": Reply(b"a"), "/robots.txt": Reply(b"User-agent: *\nCrawl-delay: 4\n")}
    one = fetcher(delay=1.5)
    for _ in range(3):
        one.get(f"{site.url}/a")
    assert clock.slept == [1.5, 4.0, 4.0]


def test_a_host_that_never_answers_is_not_asked_without_end(site: Site) -> None:
    site.replies["/a"] = Reply([b""], pause=10)
    one = fetcher(seconds=0.1)
    reasons = []
    for _ in range(5):
        with pytest.raises(FetchError) as error:
            one.get(f"{site.url}/a")
        reasons.append(str(error.value))
    assert sum("did not answer 3 times" in reason for reason in reasons) == 2, reasons


ROBOTS = b"User-agent: Dateline\nDisallow: /private\nAllow: /private/but\n\nUser-agent: *\nDisallow: /\n"


def test_robots_txt_is_obeyed(site: Site) -> None:
    site.replies = {path: Reply(b"words") for path in ("/a", "/private/a", "/private/but/a")}
    site.replies["/robots.txt"] = Reply(ROBOTS)
    one = fetcher()
    assert one.get(f"{site.url}/a").content == one.get(f"{site.url}/private/but/a").content == b"words"
    with pytest.raises(FetchError, match=r"robots\.txt asks programs not to read it") as error:
        one.get(f"{site.url}/private/a")
    assert not error.value.passing
    assert [path for path, _ in site.asked] == ["/robots.txt", "/a", "/private/but/a"]  # the rules are got once


def test_robots_txt_holds_where_a_redirect_leads(site: Site) -> None:
    site.replies |= {"/a": Reply(status=302, headers={"Location": "/private/a"}), "/robots.txt": Reply(ROBOTS)}
    with pytest.raises(FetchError, match=r"robots\.txt"):
        fetcher().get(f"{site.url}/a")
    assert site.paths() == ["/a"]


@pytest.mark.parametrize(("status", "readable"), [(404, True), (403, True), (500, False), (503, False)])
def test_a_site_without_robots_txt_may_be_read_and_one_that_can_not_say_may_not(
    site: Site, status: int, readable: bool
) -> None:
    """RFC 9309, 2.3.1.3 and 2.3.1.4."""
    site.replies |= {"/a": Reply(b"words"), "/robots.txt": Reply(status=status)}
    if readable:
        assert fetcher().get(f"{site.url}/a").content == b"words"
    else:
        with pytest.raises(FetchError, match=f"robots.txt can't be read: the server answers {status}") as error:
            fetcher().get(f"{site.url}/a")
        assert error.value.passing
        assert site.paths() == []
