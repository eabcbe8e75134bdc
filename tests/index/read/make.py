"""Files that the tests write themselves."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from index import Article
from index.read.files import read_file

FIRST = "The river Aru rose by four metres on Tuesday, and three bridges in the old town had to be closed."
SECOND = "Nobody was hurt, the mayor said, but some two hundred people spent the night in a school."
THIRD = "Rain is expected until Friday, when a commission will look at the state of the dam."
BODY = (FIRST, SECOND, THIRD)
TITLE = "Flood closes bridges in the old town"


def read_one(path: Path) -> Article:
    """The only article of a file."""
    [article] = read_file(path, 20)
    return article


def make_page(head: str = "", body: Sequence[str] = BODY, title: str = TITLE) -> str:
    """A news page with the boilerplate that they have."""
    paragraphs = "\n".join(f"<p>{p}</p>" for p in body)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>'
        '<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
        f"<main><article><h1>{title}</h1>{paragraphs}</article></main>"
        '<aside><h2>Most read</h2><ul><li><a href="/x">A cat in a tree</a></li></ul></aside>'
        "<footer>© The Gazette. All rights reserved.</footer></body></html>"
    )


def make_pdf(pages: Sequence[Sequence[str]], *, locked: bool = False, created: str = "") -> bytes:
    """A small PDF, one paragraph a text, a line for each 60 characters or so; `locked` with an unknown password.

    `created` is when it says that it was made, as PDF writes it.
    """
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for paragraphs in pages:
        stream = _page_stream(paragraphs)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
        objects.append(page % len(objects) + b" /Resources << /Font << /F1 3 0 R >> >> >>")
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    objects.append(b"<< /CreationDate (%s) >>" % created.encode())
    return _join_pdf(objects, locked)


def _page_stream(paragraphs: Sequence[str]) -> bytes:
    out, y = io.BytesIO(), 780
    for paragraph in paragraphs:
        for line in _wrap(paragraph):
            escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            out.write(b"BT /F1 11 Tf 60 %d Td (%s) Tj ET\n" % (y, escaped.encode("latin-1")))
            y -= 14
        y -= 14
    return out.getvalue()


def _wrap(paragraph: str) -> list[str]:
    lines = [""]
    for word in paragraph.split():
        if len(lines[-1]) + len(word) > 60:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _join_pdf(objects: list[bytes], locked: bool) -> bytes:
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >> /ID [<00> <00>]" % (
        b"41" * 32,
        b"42" * 32,
    )
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R %s >>\nstartxref\n%d\n%%%%EOF"
    out.write(trailer % (len(objects) + 1, len(objects), lock if locked else b"", start))
    return out.getvalue()


def make_zip(members: dict[str, bytes]) -> bytes:
    """A zip archive with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()
