"""Photographed cuttings and scanned pages, through Tesseract where it is installed."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont

from index import Article, Failure, find_place
from index.read.files import read_bytes
from index.read.formats import ocr, pdf
from index.word_places import Page
from tests.index.read.make import BODY, TITLE, make_pdf

TEXT = "\n\n".join(BODY)
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
GERMAN = "Für Fußgänger müssen die Brücken größtenteils geschlossen bleiben, erklärte der Bürgermeister am Dienstag."
RUSSIAN = "Уровень воды в реке поднялся на четыре метра, и три моста в старом городе пришлось закрыть во вторник."


def _list_languages() -> set[str]:
    if shutil.which("tesseract") is None:
        return set()
    return set(subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True).stdout.split())


HERE = _list_languages()
needs_tesseract = pytest.mark.skipif(
    "eng" not in HERE or not Path(FONT).is_file(),
    reason="no Tesseract, or no DejaVu font: install Debian's tesseract-ocr and fonts-dejavu-core",
)


def draw_page(paragraphs: list[str] | tuple[str, ...], size: int = 42) -> Image.Image:
    """A page as a scanner gives it: A4 at 300 dots an inch, grey."""
    page = Image.new("L", (2480, 3508), 245)
    draw, font, y = ImageDraw.Draw(page), ImageFont.truetype(FONT, size), 200
    for paragraph in paragraphs:
        line = ""
        for word in [*paragraph.split(), ""]:
            if not word or font.getlength(f"{line} {word}") > 2000:
                draw.text((200, y), line, fill=20, font=font)
                y, line = y + int(size * 1.5), ""
            line = f"{line} {word}".strip()
        y += size
    return page


def save(page: Image.Image, shape: str, *more: Image.Image) -> bytes:
    out = io.BytesIO()
    page.save(out, shape, **({"save_all": True, "append_images": list(more), "resolution": 300} if more else {}))
    return out.getvalue()


def _read(content: bytes, max_mb: int = 20) -> list[Article | Failure]:
    return list(read_bytes(content, "file", max_mb, ending=""))


@needs_tesseract
@pytest.mark.slow
@pytest.mark.parametrize("shape", ["PNG", "JPEG", "TIFF", "PDF"])
def test_a_scanned_page_is_read(shape: str) -> None:
    [article] = _read(save(draw_page([TITLE, *BODY]), shape))
    assert isinstance(article, Article)
    assert (article.title, article.text) == (TITLE, TEXT)


@needs_tesseract
@pytest.mark.slow
def test_a_page_that_lies_on_its_side_is_read() -> None:
    [article] = _read(save(draw_page([TITLE, *BODY]).rotate(90, expand=True), "PNG"))
    assert isinstance(article, Article)
    assert article.text == TEXT


@needs_tesseract
@pytest.mark.slow
@pytest.mark.skipif("deu" not in HERE, reason="Tesseract has no German: install Debian's tesseract-ocr-deu")
def test_a_page_is_read_in_its_language() -> None:
    [article] = _read(save(draw_page([TITLE, GERMAN]), "PNG"))
    assert isinstance(article, Article)
    assert GERMAN in article.text


@needs_tesseract
@pytest.mark.slow
@pytest.mark.skipif("rus" in HERE or "osd" not in HERE, reason="Tesseract knows Russian here, or no scripts")
def test_a_language_that_is_missing_is_named() -> None:
    [failure] = _read(save(draw_page([RUSSIAN] * 4), "PNG"))
    assert isinstance(failure, Failure)
    assert failure.reason.endswith("install it (Debian: tesseract-ocr-rus)")


@needs_tesseract
@pytest.mark.slow
def test_a_photograph_without_words_is_named() -> None:
    [failure] = _read(save(Image.effect_noise((600, 400), 80), "JPEG"))
    assert failure == Failure("file", "no words were found in the picture; leave it out")


@needs_tesseract
@pytest.mark.slow
def test_scanned_pages_stand_between_the_others() -> None:
    document = pypdfium2.PdfDocument(make_pdf([[TITLE, BODY[0]], [BODY[2]]]))
    scanned = pypdfium2.PdfDocument(save(draw_page([BODY[1]]), "PDF"))
    document.import_pages(scanned, [0], 1)
    out = io.BytesIO()
    document.save(out)
    [article] = _read(out.getvalue())
    assert isinstance(article, Article)
    assert (article.title, article.text) == (TITLE, TEXT)


# Without Tesseract, and with one that is made up


def write_tsv(*paragraphs: str, certainty: float = 95) -> bytes:
    """What Tesseract writes of a page."""
    lines = ["level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"]
    for n, paragraph in enumerate(paragraphs, start=1):
        for m, line in enumerate(paragraph.split("\n"), start=1):
            words = enumerate(line.split(), start=1)
            lines += [f"5\t1\t{n}\t1\t{m}\t{k}\t{10 * k}\t{20 * m}\t9\t9\t{certainty}\t{word}" for k, word in words]
    return "\n".join(lines).encode()


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """What a Tesseract that knows English says of each page, the last again and again."""
    pages: list[bytes] = []

    def run(command: list[str], content: bytes) -> bytes:
        if "--list-langs" in command:
            return b"eng\nosd\n"
        if "0" in command:
            return b"Script: Latin\nScript confidence: 9.5\n"
        return pages.pop(0) if len(pages) > 1 else pages[0]

    for module in (ocr, pdf):
        monkeypatch.setattr(module, "is_installed", lambda name: True)
    monkeypatch.setattr(ocr, "run_tool", run)
    ocr._list_languages.cache_clear()
    ocr._read_words.cache_clear()
    yield pages
    ocr._list_languages.cache_clear()
    ocr._read_words.cache_clear()


BLANK = Image.new("L", (300, 400), 255)


def test_words_broken_at_a_line_s_end_are_whole_again(said: list[bytes]) -> None:
    said.append(write_tsv("The river Aru rose by four me-\ntres on Tuesday,\nand Jean-\nPaul saw it."))
    [article] = _read(save(BLANK, "PNG"))
    assert isinstance(article, Article)
    assert article.text == "The river Aru rose by four metres on Tuesday, and Jean- Paul saw it."


def test_words_keep_their_places_on_the_pages(said: list[bytes]) -> None:
    said.append(write_tsv("The river Aru rose by four metres on Tuesday."))
    whole = pypdfium2.PdfDocument(make_pdf([["It has words of its own on this page."]]))
    whole.import_pages(pypdfium2.PdfDocument(make_scan(1)))
    out = io.BytesIO()
    whole.save(out)
    [article] = _read(out.getvalue())
    assert isinstance(article, Article)
    start = article.text.index("Aru")
    place = find_place(article, start, start + 3)
    assert place is not None
    assert place.to_json()["page"] == 2
    assert [box[1:] for box in place.boxes] == [(30, 20, 9, 9)]
    assert find_place(article, 0, 5) is None


@needs_tesseract
@pytest.mark.slow
@pytest.mark.parametrize("angle", [0, 90])
def test_a_word_s_box_is_where_it_stands_on_the_picture(angle: int) -> None:
    """Blank but in one word, a page is blank where the others were said to be."""
    page = Image.new("L", (1500, 700), 245)
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(FONT, 40)
    lines = ["The river Aru rose by four metres on Tuesday,", "and three bridges of the old town were closed."]
    for n, line in enumerate(lines * 2):
        draw.text((60, 60 + n * 80), line, fill=20, font=font)
    page = page.rotate(angle, expand=True)
    [article] = _read(save(page, "PNG"))
    assert isinstance(article, Article)
    at = article.text.index("bridges")
    place = find_place(article, at, at + 7)
    assert place is not None
    [box] = place.boxes
    wide, high = sorted((box.width, box.height), reverse=True)
    left, _, right, _ = font.getbbox("bridges")
    assert (wide, high) == (box.width, box.height) if angle == 0 else (box.height, box.width)
    assert abs(wide - (right - left)) < 12
    x = 60 + font.getlength("and three ")
    assert abs((box.x if angle == 0 else page.height - box.y - box.height) - x) < 12
    assert place.pages == (Page(1, *page.size),)


@pytest.mark.parametrize("certainty", [0, 29, 59])
def test_words_that_tesseract_is_not_sure_of_are_none(said: list[bytes], certainty: float) -> None:
    said.append(write_tsv(TEXT, certainty=certainty))
    assert _read(save(BLANK, "PNG")) == [Failure("file", "no words were found in the picture; leave it out")]


def make_scan(pages: int) -> bytes:
    """A pdf of so many scanned pages, all the same."""
    one, whole = pypdfium2.PdfDocument(save(BLANK, "PDF")), pypdfium2.PdfDocument.new()
    for _ in range(pages):
        whole.import_pages(one)
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def test_of_five_thousand_scanned_pages_the_first_are_read_and_it_is_said(said: list[bytes]) -> None:
    said += [write_tsv(f"This is the page number {n} of them all.") for n in range(5_000)]
    article, failure = _read(make_scan(5_000))
    assert isinstance(article, Article)
    assert "page number 0 of" in article.text
    assert article.text.count("page number") == ocr.MOST_PAGES
    assert failure == Failure("file", "only the first 50 of its 5,000 scanned pages were read; split it")


def test_scanned_pages_have_the_time_of_a_file(said: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    said += [write_tsv(f"This is the page number {n} of them all.") for n in range(9)]
    clock = iter(range(0, 1_000, 25))
    monkeypatch.setattr(ocr, "read_children_seconds", lambda: next(clock))
    monkeypatch.setattr(ocr, "read_seconds_left", lambda: 60)
    article, failure = _read(make_scan(9))
    assert isinstance(article, Article)
    assert article.text.count("page number") == 3
    assert isinstance(failure, Failure)
    assert "only the first 3 of its 9 scanned pages were read" in failure.reason
    assert "`file_seconds`" in failure.reason


@pytest.mark.parametrize("shape", ["PNG", "PDF"])
def test_where_tesseract_is_missing_it_is_said_what_to_install(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (ocr, pdf):
        monkeypatch.setattr(module, "is_installed", lambda name: False)
    [failure] = _read(save(BLANK, shape))
    assert isinstance(failure, Failure)
    assert "install Tesseract (Debian: tesseract-ocr) to have" in failure.reason


def test_a_picture_of_a_gigapixel_is_refused(said: list[bytes]) -> None:
    out = io.BytesIO()
    Image.new("1", (40_000, 3_000)).save(out, "PNG")
    [failure] = _read(out.getvalue())
    assert isinstance(failure, Failure)
    assert failure.reason == "it is a picture of more than 100 megapixels; make it smaller"
