"""Which addresses are read: http and https alone, and hosts on the public internet alone unless it is allowed."""

from __future__ import annotations

import ipaddress
import re
import socket
from urllib.parse import quote, urlsplit, urlunsplit

from index.fetch.fetch_error import FetchError

_IP = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last four bytes
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")  # all of IPv6 that is given to anybody (RFC 4291, IANA)
# What `ipaddress` calls global, or does in some versions of Python, and is no place on the internet.
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # RFC 6890: protocols' own, and a cloud's metadata at .192
        "192.88.99.0/24",  # RFC 7526: relays for 6to4, given up
        "168.63.129.16/32",  # a cloud's own services for its machines
        "2001::/23",  # RFC 2928: protocols' own, Teredo among them, which carries IPv4 addresses
        "3fff::/20",  # RFC 9637: documentation
    )
)
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
_SAFE = "!$%&'()*+,/:;=?@[]~|"  # what stands in a path or query as it is; % since what is quoted stays quoted


def parse_address(address: str) -> str:
    """Return an http or https address as it is sent, without fragment; raise FetchError for any other.

    Hosts are written in ASCII (IDNA), and characters that a request line can't hold are quoted (RFC 3986).
    """
    address = address.strip()
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise FetchError("it is not a web address; check it") from None
    if parts.scheme.lower() not in ("http", "https"):
        raise FetchError("only http and https addresses are read")
    if parts.username is not None or parts.password is not None:
        raise FetchError("it has a name or password in it, which would be kept with the article; leave it out")
    try:
        host = host if ":" in host else host.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        host = ""
    if not _HOST.fullmatch(host):
        raise FetchError("it names no host; check it")
    shown = f"[{host}]" if ":" in host else host
    place = shown if port is None else f"{shown}:{port}"
    path, query = quote(parts.path or "/", safe=_SAFE), quote(parts.query, safe=_SAFE)
    return urlunsplit((parts.scheme.lower(), place, path, query, ""))


def resolve(host: str, port: int, *, allow_private: bool) -> list[str]:
    """Return the IP addresses of a host that may be connected to; raise FetchError where there is none.

    Who connects to one of these, and not to the name, can't be led elsewhere by a second answer (DNS rebinding).
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchError(
            f"the host {host} can't be found; check the address and the network, and try again", passing=True
        ) from None
    addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
    allowed = [a for a in addresses if allow_private or is_public(ipaddress.ip_address(a))]
    if not allowed:
        where = "is a private address" if addresses[0] == host else f"is at the private address {addresses[0]}"
        raise FetchError(f"{host} {where}, and `allow_private` is off", kind="private")
    return allowed


def is_public(address: _IP) -> bool:
    """True for an address of the public internet, False for private, loopback, link-local, multicast and the like.

    An IPv6 address that carries an IPv4 one (mapped, 6to4, NAT64) is what that one is. Of all others, only those count
    that are given to anybody: neither fec0::/10, which once was private, nor ::127.0.0.1.
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(address.packed[-4:])
        if inner is not None:
            return is_public(inner)
        if address not in _GLOBAL_UNICAST:
            return False
    return address.is_global and not address.is_multicast and not any(address in network for network in _SPECIAL)
