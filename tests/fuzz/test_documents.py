"""PDF, Word documents and books."""

from __future__ import annotations

import io
import zipfile

from hypothesis import given, strategies as st

from tests.fuzz.reading import check_reading, damaged
from tests.index.read.bombs import make_docx, make_epub
from tests.index.read.make import BODY, TITLE, make_page, make_pdf

PDFS = [make_pdf([[TITLE, *BODY]]), make_pdf([[BODY[0]], [BODY[1]]]), make_pdf([[TITLE]], locked=True)]
PARAGRAPH = "<w:p><w:r><w:t>Words of a paragraph.</w:t></w:r></w:p>"
TABLE = f"<w:tbl><w:tr><w:tc>{PARAGRAPH}</w:tc><w:tc><w:tcPr><w:vMerge/></w:tcPr>{PARAGRAPH}</w:tc></w:tr></w:tbl>"
WORD = make_docx(PARAGRAPH + TABLE)
BOOK = make_epub('<itemref idref="a"/>', make_page().encode())
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


@given(st.sampled_from([WORD, BOOK]), st.data())
def test_a_document_with_a_damaged_part_is_read_or_refused(document: bytes, data: st.DataObject) -> None:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for each, content in parts.items():
            archive.writestr(each, data.draw(damaged([content])) if each == name else content)
    check_reading(out.getvalue(), ".docx")


@given(st.lists(TAGS, max_size=30).map("".join))
def test_a_document_of_any_elements_is_read_or_refused(body: str) -> None:
    check_reading(make_docx(f"{PARAGRAPH}{body}"), ".docx")


@given(st.text(max_size=30), st.lists(st.sampled_from(['<itemref idref="a"/>', "<itemref/>", '<itemref idref="b"/>'])))
def test_a_book_with_any_spine_is_read_or_refused(text: str, spine: list[str]) -> None:
    check_reading(make_epub("".join(spine), make_page(body=[text.replace("<", "")] * 3).encode()), ".epub")
