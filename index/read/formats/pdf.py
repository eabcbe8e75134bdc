"""PDF cuttings, and those that were scanned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from index.errors import DatelineError
from index.read.formats.ocr import DPI, LARGEST_SIDE, ReadPage, name_unread_pages, place_pages, read_pages
from index.read.formats.plain_text import read_text
from index.read.tools import is_installed
from index.records import Article, Failure

if TYPE_CHECKING:
    import pypdfium2
    from PIL.Image import Image

_GAP = 1.3  # a step to the next line this many times the usual one begins a paragraph


def read_pdf(content: bytes, origin: str) -> list[Article | Failure]:
    """Make one article of the text of all pages, those that were scanned included where Tesseract is installed.

    The file's own date is not the article's: it was there by then.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        why = "it needs a password; save it again without one" if locked else "it is a damaged PDF; get it again"
        raise DatelineError(why) from None
    try:
        texts = [_read_page(document[n]) for n in range(len(document))]
        scanned = [n for n, text in enumerate(texts) if not text.strip() and _is_scanned(document[n])]
        printed = _read_moment(document.get_metadata_value("CreationDate"))
        found: dict[int, ReadPage] = {}
        unread = list(_read_scanned(document, scanned, len(texts), found, origin))
    except pypdfium2.PdfiumError:
        raise DatelineError("it has a damaged page; get it again") from None
    finally:
        document.close()
    texts = [found[n].text if n in found else text for n, text in enumerate(texts)]
    if not any(map(str.strip, texts)):
        raise DatelineError(unread[0].reason if unread else "no words were found on its pages; leave it out")
    articles: Iterable[Article] = read_text("\n\n".join(texts), origin, printed)
    if found:
        pages = enumerate(texts)
        articles = place_pages(
            articles, [found[n].number(n + 1) if n in found else (None, [(t, None)]) for n, t in pages]
        )
    return [*articles, *unread]


def _read_moment(written: str) -> datetime | None:
    """The day of a date as PDF writes it ("D:20240305081500+01'00'"), or None (ISO 32000, 7.9.4)."""
    try:
        return datetime.strptime(written[:10], "D:%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def _is_scanned(page: pypdfium2.PdfPage) -> bool:
    """True for a page that has a picture."""
    import pypdfium2.raw

    return next(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3), None) is not None


def _read_scanned(
    document: pypdfium2.PdfDocument, scanned: list[int], count: int, found: dict[int, ReadPage], origin: str
) -> Iterator[Failure]:
    """Put what is on scanned pages, of `count` in all, into `found`; say which could not be read."""
    if not scanned:
        return
    if not is_installed("tesseract"):
        which = "its pages are" if len(scanned) == count else f"{len(scanned):,} of its pages are"
        yield Failure(
            origin, f"{which} pictures without text; install Tesseract (Debian: tesseract-ocr) to have them read"
        )
        return
    try:
        read = read_pages(_draw(document[n]) for n in scanned)
    except DatelineError as error:
        yield Failure(origin, f"its scanned pages can't be read: {error}")
        return
    found.update(zip(scanned, read, strict=False))
    yield from name_unread_pages(len(read), len(scanned), origin)


def _draw(page: pypdfium2.PdfPage) -> Image:
    """The page as a picture in grey."""
    scale = min(DPI / 72, LARGEST_SIDE / max(*page.get_size(), 1.0))
    drawn: Image = page.render(scale=scale, grayscale=True).to_pil()
    return drawn


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
