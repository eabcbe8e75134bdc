"""What all fuzzing of readers shares: damaged copies of whole files, and what must be true of whatever comes out."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import fields

from hypothesis import strategies as st

from index import Article, Failure
from index.read.files import read_bytes
from index.read.subprocesses import _decode
from index.read.worker import encode

MAX_MB = 1
# What readers look for, and what people and programs get wrong.
TOKENS = st.sampled_from(
    [
        b"\0", b"\r", b"\r\n", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80",
        b"<", b">", b"</", b"<!--", b"-->", b"<![CDATA[", b"&#0;", b"&#xD800;", b"&#x110000;", b"&amp;", b'"', b"'",
        b"{", b"}", b"[", b"]", b"---\n", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\x00",
        b"%PDF-1.4", b"From ", b"From: ", b"Date: ", b"Message-ID: ", b"WARC/1.0\r\n", b"2024-02-30", b"9" * 30,
        b"-1", b"1e999", b"NaN", b"0000-00-00", b"http://[", b"=?utf-8?q?=00?=", b"=?x?b?!?=", b"charset=x",
        "\u0301".encode(), "\u202e".encode(), "\ufffe".encode(), b"\x1b[2J",
    ]
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, samples: Sequence[bytes]) -> bytes:
    """A copy of a whole file with parts taken out, put in, doubled, or exchanged with those of another."""
    content = bytearray(draw(st.sampled_from(samples)))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(content)))
        size = draw(st.integers(0, 40))
        kind = draw(st.sampled_from(["cut", "put", "token", "double", "flip", "splice", "end"]))
        if kind == "cut":
            del content[at : at + size]
        elif kind == "put":
            content[at:at] = draw(st.binary(max_size=20))
        elif kind == "token":
            content[at : at + draw(st.integers(0, 8))] = draw(TOKENS)
        elif kind == "double":
            content[at:at] = content[at : at + size] * draw(st.integers(1, 30))
        elif kind == "flip" and at < len(content):
            content[at] ^= 1 << draw(st.integers(0, 7))
        elif kind == "splice":
            other = draw(st.sampled_from(samples))
            content[at:] = other[draw(st.integers(0, len(other))) :]
        elif kind == "end":
            del content[at:]
    return bytes(content)


def check_reading(content: bytes, ending: str) -> list[Article | Failure]:
    """Read bytes as the worker does; nothing but sound articles and failures comes out, and both survive the pipe."""
    read = list(read_bytes(content, "file", MAX_MB, ending=ending))
    assert read, "something is said of every file"
    for one in read:
        assert isinstance(one, (Article, Failure))
        if isinstance(one, Failure):
            assert one.reason
            assert one.reason.isprintable() or "\n" not in one.reason
            assert not one.reason.startswith("it can't be read ("), f"a reader's own fault: {one.reason}"
        else:
            check_article(one)
        assert _decode(_load(encode(one))) == one
    return read


def check_article(article: Article) -> None:
    """Its texts can be kept and shown, and it has what every article has."""
    assert article.text.strip() == article.text != ""
    assert 0 < len(article.id) <= 500
    assert article.published is None or article.published.tzinfo is not None
    assert (article.published is None) == (article.published_precision is None)
    texts = [getattr(article, field.name) for field in fields(article)]
    check_texts(text for text in texts if isinstance(text, str))
    check_texts(article.authors)


def check_texts(texts: Iterable[str]) -> None:
    """None has a NUL or half of a surrogate pair."""
    for text in texts:
        assert "\0" not in text
        assert not any(unicodedata.category(sign) == "Cs" for sign in set(text))


def _load(line: bytes) -> dict[str, object]:
    loaded: dict[str, object] = json.loads(line)
    return loaded
