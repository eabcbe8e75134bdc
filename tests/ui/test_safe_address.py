"""What becomes a link: addresses of the web that are what they seem, and hold nothing that ends the link."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, strategies as st
from lxml.html import fromstring
from markdown_it import MarkdownIt

from index import make_safe
from ui.safe_address import find_web_address

SIGNS = st.text("htps:/.a-b@[]()<>\"'`\\ \n\t\r\x00\x1b\u202e\u2028%2F?#&;=é", max_size=30)
ADDRESSES = st.one_of(
    st.text(),
    SIGNS,
    st.builds("{}://{}{}".format, st.sampled_from(["http", "https", "HTTPS"]), SIGNS, SIGNS),
    st.builds("https://news.example/{}".format, st.text()),
)


@given(ADDRESSES)
def test_what_is_a_link_leads_to_a_host_of_the_web_and_ends_no_markup(url: str) -> None:
    address = find_web_address(url)
    if address is None:
        return
    parts = urlsplit(address)
    assert parts.scheme in ("http", "https")
    assert parts.hostname
    assert parts.username is None
    assert address.isascii()
    assert make_safe(address) == address
    assert not re.search(r"[\s<>\"'`\\(){}|^]", address)
    assert find_web_address(address) in (address, None if "%" in parts.netloc else address)
    [link] = fromstring(f'<div><a href="{address}">x</a></div>').xpath("//a")
    assert dict(link.attrib).keys() == {"href"}
    for written in (f"[x]({address})", f"[x](<{address}>)"):
        tokens = [t for block in MarkdownIt().parse(written) for t in block.children or ()]
        assert [t.type for t in tokens] == ["link_open", "text", "link_close"]
        assert tokens[1].content == "x"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "http://example.org:8080/a/b.html?c=d&e=f#g",
        "https://example.org/a_(b)?c=[d]",
        "https://example.org/a%20b",
        "https://example.org/Straße und mehr",
        "https://[2001:db8::1]:443/a",
        "HTTPS://Example.org/",
        "http://localhost/a",
        " https://example.org/a ",
    ],
)
def test_addresses_of_the_web_are_kept(url: str) -> None:
    address = find_web_address(url)
    assert address is not None
    assert unquote(address) == unquote(url.strip())


def test_a_host_of_another_script_leads_where_it_says() -> None:
    assert find_web_address("https://münchen.example/ü") == "https://m%C3%BCnchen.example/%C3%BC"


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            None,
            "example.org",
            "//example.org",
            "/a",
            "https://",
            "https:",
            "https:/example.org",
            "https:example.org",
        ),
        *("javascript:alert(1)", "JavaScript://example.org/%0aalert(1)", "java\nscript:alert(1)", "vbscript:x"),
        *("data:text/html,x", "file:///etc/passwd", "ftp://example.org", "blob:https://example.org/1", "mailto:a@b.c"),
        *(
            "ht\ntps://example.org",
            "\x01https://example.org",
            "https://example.org/\x1b[2J",
            "https://exam\u200bple.org",
        ),
        *("https://bank.example@evil.example/", "https://bank.example\\@evil.example/", "https:\\\\evil.example"),
        *("https://evil.example\u2044bank.example/", "https://a b/", "https://a<b>/", "https://[", "https://[x]/"),
        *(
            "https://example.org:x/",
            "https://example.org:99999/",
            "https://example.org/\ud800",
            "https://.",
            "https://-a-",
        ),
    ],
)
def test_all_else_is_no_link(url: str | None) -> None:
    assert find_web_address(url) is None
