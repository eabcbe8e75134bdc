"""Any number of bad and hostile files, each another one; the same for the same seed."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.index.read.make import BODY, TITLE, make_page, make_pdf, make_zip

MIB = 1024 * 1024
_ENDINGS = ("html", "pdf", "docx", "epub", "zip", "json", "jsonl", "csv", "rss", "eml", "md", "tar.gz", "warc", "mbox")
_Made = tuple[str, bytes, bool]  # ending, content, and whether it is surely no article


def _good(draw: Random) -> dict[str, bytes]:
    page = make_page(title=f"{TITLE} {draw.random()}").encode()
    return {
        "html": page,
        "pdf": make_pdf([[TITLE, *BODY]] * draw.randint(1, 3)),
        "zip": make_zip({"a.html": page, "b.txt": BODY[0].encode()}),
        "json": json.dumps([{"id": str(draw.random()), "text": BODY[0]}] * 5).encode(),
        "txt.gz": gzip.compress(page),
    }


def _truncated(draw: Random) -> _Made:
    ending, content = draw.choice(list(_good(draw).items()))
    return ending, content[: draw.randrange(len(content))], ending in ("json", "txt.gz")


def _wrong_ending(draw: Random) -> _Made:
    return draw.choice(_ENDINGS), b"\x00" + draw.randbytes(draw.randint(50, 5_000)), True


def _damaged(draw: Random) -> _Made:
    ending, content = draw.choice(list(_good(draw).items()))
    damaged = bytearray(content)
    for _ in range(draw.randint(1, 60)):
        damaged[draw.randrange(len(damaged))] = draw.randrange(256)
    return ending, bytes(damaged), False


def _nested(draw: Random) -> _Made:
    content = BODY[0].encode()
    for n in range(draw.randint(6, 40)):
        content = make_zip({f"{n}.zip" if n else "a.txt": content})
    return "zip", content, True


def _bomb(draw: Random) -> _Made:
    zeros = bytes(draw.randint(30, 60) * MIB)
    if draw.random() < 0.5:
        return "txt.gz", gzip.compress(zeros), True
    return "zip", make_zip({f"{n}.txt": zeros for n in range(draw.randint(1, 3))}), True


def _long_line(draw: Random) -> _Made:
    return draw.choice(("txt", "json", "jsonl", "csv", "html", "md")), b"word " * (5 * MIB), True


def _deep_page(draw: Random) -> _Made:
    tag = draw.choice(("div", "b", "table><tr><td", "blockquote", "svg", "a"))
    return "html", b"<!DOCTYPE html><html><body>" + f"<{tag}>".encode() * draw.randint(5_000, 100_000), False


def _looping_pdf(draw: Random) -> _Made:
    content = make_pdf([[TITLE, *BODY]])
    swap = draw.choice([(b"/Kids [5 0 R]", b"/Kids [2 0 R]"), (b"/Contents 4 0 R", b"/Contents 5 0 R")])
    return "pdf", content.replace(*swap), False


def _locked(draw: Random) -> _Made:
    if draw.random() < 0.5:
        return "pdf", make_pdf([[BODY[0]]], locked=True), True
    content = bytearray(make_zip({"a.txt": BODY[0].encode()}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return "zip", bytes(content), True


def _charset(draw: Random) -> _Made:
    return draw.choice(("txt", "html", "md")), "".join(BODY).encode("utf-16-le") + draw.randbytes(99), False


def _nulls(draw: Random) -> _Made:
    return "txt", bytes(draw.randint(1, 9_000)), True


def _controls(draw: Random) -> _Made:
    signs = "\u202e\u2066\u200b\u200f\ufeff\x1b[2J\x07\ud7ff"
    return "txt", f"{TITLE}\n\n{''.join(draw.choices(signs, k=40)).join(BODY)}".encode(), False


def _entities(draw: Random) -> _Made:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    feed = (
        "<rss version='2.0'><channel><item><title>&l11;</title><description>&l11;</description></item></channel></rss>"
    )
    return "rss", f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{laughs}]>{feed}'.encode(), False


def _rows(draw: Random) -> _Made:
    lines = [
        b'{"text": 1e999}',
        b'{"text": "\\ud800"}',
        b"[" * 9_000,
        b'{"text": NaN}',
        b"{}",
        b'{"id": ' + b"9" * 9_000 + b"}",
    ]
    return "jsonl", b"\n".join(draw.choices(lines, k=3)), False


def _table(draw: Random) -> _Made:
    return "csv", b'title,text\n"' + b'x","' * draw.randint(1, 20_000), False


def _mail(draw: Random) -> _Made:
    parts = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(draw.randint(100, 900))
    )
    return "eml", f"From: a@example.org\r\nMIME-Version: 1.0\r\n{parts}".encode(), False


KINDS: tuple[Callable[[Random], _Made], ...] = (
    *(_truncated, _wrong_ending, _damaged, _nested, _bomb, _long_line, _deep_page, _looping_pdf, _locked, _charset),
    *(_nulls, _controls, _entities, _rows, _table, _mail),
)


def write_bad_files(folder: Path, count: int, seed: int = 1) -> dict[str, bool]:
    """Write `count` bad files, all kinds in turn; return their names, and whether each must be reported."""
    draw = Random(seed)
    names = {}
    for n in range(count):
        kind = KINDS[n % len(KINDS)]
        ending, content, surely = kind(draw)
        name = f"{n:04}{kind.__name__}.{ending}"
        (folder / name).write_bytes(content)
        names[name] = surely
    return names
