"""Which addresses are read at all."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest
from hypothesis import given, strategies as st

from index.fetch.addresses import is_public, parse_address, resolve
from index.fetch.fetch_error import FetchError


@pytest.mark.parametrize(
    "address",
    [
        *(
            "file:///etc/passwd",
            "ftp://example.org/a",
            "gopher://example.org/",
            "javascript:alert(1)",
            "data:text/html,x",
        ),
        *(
            "//example.org/a",
            "example.org",
            "",
            "http://",
            "http:///a",
            "https://[bad/",
            "http://h:99999/",
            "http://h:x/",
        ),
        *("http://name:secret@example.org/", "http://name@example.org/", "http://\u0000/", "http://..example.org/"),
    ],
)
def test_anything_but_a_plain_web_address_is_refused(address: str) -> None:
    with pytest.raises(FetchError) as error:
        parse_address(address)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("HTTPS://Example.org", "https://example.org/"),
        (" http://example.org:8080/a?b=c#d ", "http://example.org:8080/a?b=c"),
        ("http://example.org/münchen/ä b?q=ö%20x", "http://example.org/m%C3%BCnchen/%C3%A4%20b?q=%C3%B6%20x"),
        ("http://müller.example/", "http://xn--mller-kva.example/"),
        ("http://[2001:DB8::1]:80/a", "http://[2001:db8::1]:80/a"),
    ],
)
def test_addresses_are_written_as_a_request_line_takes_them(address: str, sent: str) -> None:
    assert parse_address(address) == sent
    assert parse_address(sent) == sent


@given(st.text(max_size=60))
def test_any_text_is_an_address_in_ascii_or_refused(text: str) -> None:
    for address in (text, f"http://{text}", f"http://example.org/{text}"):
        try:
            sent = parse_address(address)
        except FetchError:
            continue
        assert sent.isascii()
        assert not any(c.isspace() or ord(c) < 33 for c in sent)
        assert parse_address(sent) == sent


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *("255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "240.0.0.1", "198.18.0.1"),
        *("100.100.100.200", "192.0.0.192", "168.63.129.16", "192.88.99.1", "239.1.1.1", "224.0.1.1", "0.1.2.3"),
        *("fec0::1", "feff::1", "::127.0.0.1", "::8.8.8.8", "::ffff:0:7f00:1", "64:ff9b:1::808:808", "100::1"),
        *("2001:0:7f00:1::", "2001:0:808:808::", "2001:20::1", "3fff::1", "5f00::1", "ff0e::1", "fe80::1%eth0"),
        *("2002:6464:64c8::", "64:ff9b::6464:64c8", "::ffff:6464:64c8", "2002:e000:1::", "64:ff9b::e000:1"),
    ],
)
def test_addresses_that_are_not_of_the_public_internet(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8", "2002:808:808::", "64:ff9b::8.8.8.8"],
)
def test_addresses_of_the_public_internet(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_what_it_is_in_any_dress(address: ipaddress.IPv4Address) -> None:
    dressed = [
        f"::ffff:{address}",
        str(ipaddress.IPv6Address(ipaddress.ip_address("64:ff9b::").packed[:12] + address.packed)),
    ]
    assert {is_public(ipaddress.ip_address(d)) for d in dressed} == {is_public(address)}
    assert is_public(address) <= (address.is_global and not address.is_multicast)


@given(st.ip_addresses(v=6))
def test_what_python_does_not_call_global_is_not_public(address: ipaddress.IPv6Address) -> None:
    assert is_public(address) <= address.is_global


def answer(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Have every name lead to these addresses."""

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def test_a_name_that_leads_into_a_private_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "127.0.0.1", "10.0.0.7")
    with pytest.raises(FetchError, match=r"news\.example is at the private address 127\.0\.0\.1.*`allow_private`"):
        resolve("news.example", 80, allow_private=False)
    assert resolve("news.example", 80, allow_private=True) == ["127.0.0.1", "10.0.0.7"]
    answer(monkeypatch, "10.0.0.7", "93.184.216.34")
    assert resolve("news.example", 80, allow_private=False) == ["93.184.216.34"]
    answer(monkeypatch, "fec0::1", "::127.0.0.1", "2002:7f00:1::", "100.100.100.200", "fe80::1%eth0")
    with pytest.raises(FetchError, match="is at the private address fec0::1"):
        resolve("news.example", 80, allow_private=False)


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "localhost"])
def test_other_ways_to_write_loopback(host: str) -> None:
    """The system's resolver reads these; what it says is checked, not what was written."""
    with pytest.raises(FetchError):
        resolve(host, 80, allow_private=False)


def test_a_name_that_is_nowhere_is_told() -> None:
    with pytest.raises(FetchError, match=r"the host no-such-host\.invalid can't be found"):
        resolve("no-such-host.invalid", 80, allow_private=True)
