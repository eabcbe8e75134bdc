"""PDF cuttings."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from index.errors import DatelineError
from index.read.formats.plain_text import read_text
from index.records import Article

if TYPE_CHECKING:
    import pypdfium2

_GAP = 1.3  # a step to the next line this many times the usual one begins a paragraph


def read_pdf(content: bytes, origin: str) -> list[Article]:
    """Make one article of the text of all pages. The file's own dates are not the article's: they are left."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        why = "it needs a password; save it again without one" if locked else "it is a damaged PDF; get it again"
        raise DatelineError(why) from None
    try:
        text = "\n\n".join(_read_page(document[n]) for n in range(len(document)))
    except pypdfium2.PdfiumError:
        raise DatelineError("it has a damaged page; get it again") from None
    finally:
        document.close()
    if not text.strip():
        raise DatelineError("its pages are pictures without text; run text recognition (OCR) on it first")
    return read_text(text, origin)


def _read_page(page: pypdfium2.PdfPage) -> str:
    """The page's lines in paragraphs, found by the steps between lines."""
    text_page = page.get_textpage()
    lines: list[tuple[float, str]] = []
    at = 0
    for line in text_page.get_text_range().split("\r\n"):
        if line.strip():
            # The loose box is the font's, the same for "a" and "g"; the tight one would move with the letters.
            _, bottom, _, _ = text_page.get_charbox(min(at, text_page.count_chars() - 1), loose=True)
            lines.append((bottom, " ".join(line.split())))
        at += len(line) + 2
    return _join_lines(lines)


def _join_lines(lines: list[tuple[float, str]]) -> str:
    steps = sorted(abs(a[0] - b[0]) for a, b in pairwise(lines))
    usual = steps[len(steps) // 4] if steps else 0.0  # paragraphs of two lines have as many wide steps as narrow ones
    joined: list[str] = []
    for i, (bottom, words) in enumerate(lines):
        if i == 0:
            joined.append(words)
        elif joined[-1].endswith("-") and words[:1].islower():
            joined += [joined.pop()[:-1], words]
        else:
            step = abs(lines[i - 1][0] - bottom)
            joined += ["\n\n" if step > usual * _GAP else "\n", words]
    return "".join(joined)
