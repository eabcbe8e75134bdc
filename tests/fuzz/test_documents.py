"""PDF, office documents and books."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, strategies as st

from index.read.formats import ocr, pdf
from tests.fuzz.reading import check_reading, damaged
from tests.index.read.bombs import make_docx, make_epub
from tests.index.read.make import BODY, TITLE, make_page, make_pdf
from tests.index.read.test_ocr import BLANK, make_scan, save, write_tsv
from tests.index.read.test_office import ROWS, WRITERS, write_sheet

PDFS = [make_pdf([[TITLE, *BODY]]), make_pdf([[BODY[0]], [BODY[1]]]), make_pdf([[TITLE]], locked=True)]
PARAGRAPH = "<w:p><w:r><w:t>Words of a paragraph.</w:t></w:r></w:p>"
TABLE = f"<w:tbl><w:tr><w:tc>{PARAGRAPH}</w:tc><w:tc><w:tcPr><w:vMerge/></w:tcPr>{PARAGRAPH}</w:tc></w:tr></w:tbl>"
WORD = make_docx(PARAGRAPH + TABLE)
BOOK = make_epub('<itemref idref="a"/>', make_page().encode())
OFFICE = {**{kind: write([TITLE, *BODY]) for kind, write in WRITERS.items()}, "xlsx": write_sheet(ROWS)}
# Beginnings of the compound files in which doc, ppt, xls and msg lie.
COMPOUND = [
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + name.encode("utf-16-le") + bytes(600)
    for name in ("WordDocument", "Workbook", "EncryptedPackage", "__properties_version1.0", "Other")
]
TAGS = st.sampled_from(
    "<w:p> </w:p> <w:tbl> </w:tbl> <w:tr> </w:tr> <w:tc> </w:tc> <w:vMerge/> <w:gridSpan w:val='3'/>"
    " <w:gridSpan/> <w:t>a</w:t> <w:r> </w:r> <w:sectPr/> <w:sdt> </w:sdt> &amp; &x; <![CDATA[a]]>".split(" ")
)  # fmt: skip


@given(damaged(PDFS))
def test_a_damaged_pdf_is_read_or_refused(content: bytes) -> None:
    check_reading(content, ".pdf")


@given(damaged([WORD, BOOK]), st.sampled_from([".docx", ".epub"]))
def test_a_damaged_document_is_read_or_refused(content: bytes, ending: str) -> None:
    check_reading(content, ending)


@given(damaged([*OFFICE.values(), *COMPOUND]), st.sampled_from([".rtf", ".xls", ".doc", ""]))
def test_a_damaged_office_document_is_read_or_refused(content: bytes, ending: str) -> None:
    check_reading(content, ending)


@given(st.sampled_from([WORD, BOOK, *(OFFICE[kind] for kind in ("pptx", "odt", "xlsx"))]), st.data())
def test_a_document_with_a_damaged_part_is_read_or_refused(document: bytes, data: st.DataObject) -> None:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for each, content in parts.items():
            archive.writestr(each, data.draw(damaged([content])) if each == name else content)
    check_reading(out.getvalue(), ".docx")


@given(st.text(st.sampled_from("\\{}'*u-0189 \npardbinpictansicpgfonttblfcharset;é"), max_size=200))
def test_rtf_of_any_words_is_read_or_refused(body: str) -> None:
    check_reading(b"{\\rtf1 " + body.encode("latin-1") + b"}", ".rtf")


@given(st.lists(TAGS, max_size=30).map("".join))
def test_a_document_of_any_elements_is_read_or_refused(body: str) -> None:
    check_reading(make_docx(f"{PARAGRAPH}{body}"), ".docx")


@given(st.text(max_size=30), st.lists(st.sampled_from(['<itemref idref="a"/>', "<itemref/>", '<itemref idref="b"/>'])))
def test_a_book_with_any_spine_is_read_or_refused(text: str, spine: list[str]) -> None:
    check_reading(make_epub("".join(spine), make_page(body=[text.replace("<", "")] * 3).encode()), ".epub")


@given(damaged([save(BLANK, shape) for shape in ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")]), st.booleans())
def test_a_damaged_picture_is_read_or_refused(content: bytes, here: bool) -> None:
    with _tesseract(write_tsv("All the words of a small picture."), here):
        check_reading(content, ".png")


@given(damaged([make_scan(2)]), st.booleans())
def test_a_damaged_scan_is_read_or_refused(content: bytes, here: bool) -> None:
    with _tesseract(write_tsv("Some of all the words.", "And others of it."), here):
        check_reading(content, ".pdf")


@contextmanager
def _tesseract(said: bytes, here: bool) -> Iterator[None]:
    """A Tesseract that says the same of every page, or none."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (ocr, pdf):
            patch.setattr(module, "is_installed", lambda name: here)
        patch.setattr(ocr, "run_tool", lambda command, content: said)
        patch.setattr(ocr, "_list_languages", lambda: {"eng"})
        ocr._read_words.cache_clear()
        yield
    ocr._read_words.cache_clear()
