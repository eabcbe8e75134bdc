"""Whatever bytes there are, under whatever name: their kind is found, and they are read or refused in a line."""

from __future__ import annotations

import io

from hypothesis import given, strategies as st

from index import DatelineError
from index.read.charsets import decode
from index.read.kinds import ENDINGS, detect_kind, find_delimiter, list_addresses
from tests.fuzz.reading import TOKENS, check_reading, check_texts

NAMED = st.sampled_from([*ENDINGS, "", ".exe"])
PIECES = st.lists(TOKENS | st.binary(max_size=30) | st.text(max_size=20).map(str.encode), max_size=30).map(b"".join)


@given(PIECES, NAMED)
def test_any_bytes_are_read_or_refused(content: bytes, ending: str) -> None:
    check_reading(content, ending)


@given(PIECES, NAMED)
def test_a_kind_is_found_and_the_stream_is_wound_back(content: bytes, ending: str) -> None:
    stream = io.BytesIO(content)
    found = refused = ""
    try:
        found = detect_kind(stream, ending, {})
    except DatelineError as error:
        refused = str(error)
    assert (found in {*ENDINGS.values(), "sitemap", "addresses"}) != bool(refused)
    assert "\n" not in refused
    assert stream.tell() == 0


@given(PIECES)
def test_a_text_is_decoded_or_refused(content: bytes) -> None:
    try:
        text = decode(content)
    except DatelineError:
        return
    assert isinstance(text, str)
    text.encode("utf-8")
    list_addresses(text)
    find_delimiter(text, {})


@given(st.text())
def test_what_is_utf_8_is_decoded_as_it_is(text: str) -> None:
    try:
        decoded = decode(text.encode())
    except DatelineError:
        return
    assert decoded == text.removeprefix("\ufeff") or text.encode().startswith((b"\xff\xfe", b"\xfe\xff"))
    check_texts([decoded.replace("\0", "")])
