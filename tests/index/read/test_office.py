"""Office documents that other libraries wrote: their words, and what their properties say."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from index import Article, Failure
from index.read.files import read_bytes, read_file, read_files
from index.read.formats.office import doc
from index.read.formats.office.properties import check_properties
from index.read.tools import is_installed
from tests.index.read.bombs import make_docx
from tests.index.read.make import BODY, FIRST, SECOND, TITLE, make_zip, read_one

CREATED = datetime(2024, 3, 5, 8, 30, tzinfo=UTC)
BY = "Jo Smith"
TEXT = "\n\n".join(BODY)


def write_docx(paragraphs: list[str], author: str = BY, created: datetime = CREATED) -> bytes:
    import docx

    document, out = docx.Document(), io.BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.core_properties.author = author
    document.core_properties.created = created.replace(tzinfo=None)
    document.save(out)
    return out.getvalue()


def write_pptx(paragraphs: list[str], author: str = BY, created: datetime = CREATED) -> bytes:
    import pptx
    from pptx.util import Inches

    slides, out = pptx.Presentation(), io.BytesIO()
    for paragraph in paragraphs:
        slide = slides.slides.add_slide(slides.slide_layouts[6])
        slide.shapes.add_textbox(*[Inches(1)] * 4).text_frame.text = paragraph
    slides.core_properties.author = author
    slides.core_properties.created = created.replace(tzinfo=None)
    slides.save(out)
    return out.getvalue()


def write_odt(paragraphs: list[str], author: str = BY, created: datetime = CREATED) -> bytes:
    import odfdo

    document, out = odfdo.Document("text"), io.BytesIO()
    document.body.clear()
    for paragraph in paragraphs:
        document.body.append(odfdo.Paragraph(paragraph))
    document.meta.set_initial_creator(author)
    document.meta.set_creation_date(created.replace(tzinfo=None))
    document.save(out)
    return out.getvalue()


def write_rtf(paragraphs: list[str], author: str = BY, created: datetime = CREATED) -> bytes:
    signs = {"\\": "\\\\", "{": "\\{", "}": "\\}"}
    words = ["".join(signs.get(c, c if c < "\x80" else f"\\u{ord(c)}?") for c in text) for text in paragraphs]
    info = f"{{\\info{{\\author {author}}}{{\\creatim{created:\\yr%Y\\mo%-m\\dy%-d\\hr%-H\\min%-M}}}}}"
    body = "".join(text + "\\par " for text in words)
    return f"{{\\rtf1\\ansi\\ansicpg1252{info}{body}}}".encode("latin-1")


def write_sheet(rows: list[list[Any]], sheet: str = "Cuttings") -> bytes:
    import openpyxl

    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


WRITERS: dict[str, Callable[..., bytes]] = {
    "docx": write_docx, "pptx": write_pptx, "odt": write_odt, "rtf": write_rtf,
}  # fmt: skip
HEAD = ["Headline", "Body", "Pub Date", "Web URL", "Copies"]
ROWS: list[list[Any]] = [
    HEAD,
    [TITLE, TEXT, date(2024, 3, 5), "https://x.org/1", 1],
    [None] * 5,
    ["Two", SECOND, datetime(2024, 3, 6, 10, 30), "https://x.org/2", 2.5],
    ["Three", None, None, None, "=1/0"],
]


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _read(content: bytes, ending: str = "") -> list[Article | Failure]:
    return list(read_bytes(content, "file", 1, ending=ending))


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("name", ["a.{}", "a.txt", "a"])
def test_a_document_is_read_whatever_it_is_called(tmp_path: Path, kind: str, name: str) -> None:
    article = read_one(_write(tmp_path / name.format(kind), WRITERS[kind]([TITLE, *BODY])))
    assert (article.title, article.text, article.authors) == (TITLE, TEXT, (BY,))
    assert (article.published, article.published_precision) == (CREATED, "instant")
    assert article.date_evidence == "likely, by the document's creation: 2024-03-05 08:30+00:00"
    assert article.authors_evidence == "likely, by the document's author"


@pytest.mark.parametrize("kind", WRITERS)
def test_what_the_text_says_of_its_date_counts_more(kind: str) -> None:
    [article] = _read(WRITERS[kind]([TITLE, "Published: 3 January 2023", *BODY]))
    assert isinstance(article, Article)
    assert article.published == datetime(2023, 1, 3, tzinfo=UTC)
    assert TEXT in article.text


@pytest.mark.parametrize("kind", WRITERS)
def test_a_byline_or_a_dateline_counts_more_than_the_properties(kind: str) -> None:
    [article] = _read(WRITERS[kind]([TITLE, "By Jo Smith, Springfield Times, 3 January 2023", *BODY]))
    assert isinstance(article, Article)
    assert (article.authors, article.source) == (("Jo Smith",), "Springfield Times")
    assert article.published == datetime(2023, 1, 3, tzinfo=UTC)
    [article] = _read(WRITERS[kind]([TITLE, f"GENEVA, March 4 (Reuters) - {BODY[0]}", *BODY[1:]]))
    assert isinstance(article, Article)
    assert (article.agency, article.published) == ("Reuters", datetime(2024, 3, 4, tzinfo=UTC))


WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
SENTENCES = st.lists(WORDS, min_size=6, max_size=15).map(lambda words: " ".join(words).capitalize() + ".")


@pytest.mark.parametrize("kind", WRITERS)
@settings(max_examples=15)
@given(sentences=st.lists(SENTENCES, min_size=1, max_size=4))
def test_every_word_of_any_script_is_there_in_order(kind: str, sentences: list[str]) -> None:
    [article] = _read(WRITERS[kind](sentences))
    assert isinstance(article, Article)
    assert f"{article.title} {article.text}".split()[-len(" ".join(sentences).split()) :] == " ".join(sentences).split()


@pytest.mark.parametrize(
    ("author", "created", "believed"),
    [
        (BY, "1601-01-01T00:00:00Z", (BY, False)),
        (BY, "1980-01-01T00:00:00Z", (BY, False)),
        (BY, "2106-02-07T06:28:15Z", (BY, False)),
        (BY, "0000-00-00T00:00:00Z", (BY, False)),
        (BY, "2024-02-31T00:00:00Z", (BY, False)),
        (BY, "2024-02-29", (BY, True)),
        ("User", "2024-02-29", ("", True)),
        ("python-docx", "2013-12-23T23:15:00Z", ("", False)),
    ],
)
def test_properties_that_nobody_set_are_not_believed(author: str, created: str, believed: tuple[str, bool]) -> None:
    properties = check_properties(author, created)
    assert (properties.author, properties.created is not None) == believed


def test_a_template_s_properties_are_not_the_article_s() -> None:
    import docx

    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(FIRST)
    document.save(out)
    [article] = _read(out.getvalue())
    assert isinstance(article, Article)
    assert (article.authors, article.published) == ((), None)


# Spreadsheets


@pytest.mark.parametrize("name", ["a.xlsx", "a.txt"])
def test_a_row_of_a_sheet_is_an_article(tmp_path: Path, name: str) -> None:
    one, two, three = read_files([_write(tmp_path / name, write_sheet(ROWS))], 1)
    assert isinstance(one, Article)
    assert isinstance(two, Article)
    assert (one.title, one.text, one.url) == (TITLE, TEXT, "https://x.org/1")
    assert (one.published, one.published_precision) == (datetime(2024, 3, 5, tzinfo=UTC), "day")
    assert (two.text, two.published) == (SECOND, datetime(2024, 3, 6, 10, 30, tzinfo=UTC))
    assert isinstance(three, Failure)
    assert three.reason.startswith("it has no text")
    assert str(one.origin).rpartition("#")[0] == f"{tmp_path / name}#Cuttings"
    assert three.origin == f"{tmp_path / name}#Cuttings#3"


def test_a_sheet_of_columns_that_are_named(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.xlsx", write_sheet([["kicker", "words"], [TITLE, FIRST]]))
    [article] = read_file(path, 1, {"title": "kicker", "text": "words"})
    assert (article.title, article.text) == (TITLE, FIRST)


def test_a_sheet_without_such_columns_is_an_article() -> None:
    [article] = _read(write_sheet([["Bridge", "Lorries"], ["Old", 20], [None, None], ["New", 1.5]], "Traffic"))
    assert isinstance(article, Article)
    assert (article.title, article.text) == ("Traffic", "Bridge\tLorries\nOld\t20\nNew\t1.5")


def test_a_million_empty_rows_and_formulas_are_passed_over() -> None:
    """Rows that are only formatted, as programs leave them behind, and formulas that nobody worked out."""
    import openpyxl

    book, out = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("A")
    sheet.append(["title", "text"])
    sheet.append([TITLE, FIRST])
    for n in range(2_000):
        sheet.append([f"=A{n}&B{n}"] * 20)
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    rows = "".join(f'<row r="{n}"/>' for n in range(2_003, 1_048_576)).encode()
    parts[name] = parts[name].replace(b"</sheetData>", rows + b"</sheetData>")
    [article] = read_bytes(make_zip(parts), "file", 20, ending=".xlsx")
    assert isinstance(article, Article)
    assert article.text == FIRST


# Documents that are damaged, or hold more than they say


@pytest.mark.parametrize("kind", [*WRITERS, "xlsx"])
def test_a_document_cut_short_is_read_or_named(kind: str) -> None:
    content = WRITERS[kind]([TITLE, *BODY]) if kind in WRITERS else write_sheet(ROWS)
    for size in range(0, len(content), max(1, len(content) // 20)):
        for read in _read(content[:size] or b"\0", f".{kind}"):
            assert isinstance(read, Article) or "\n" not in read.reason


def test_entities_are_not_written_out() -> None:
    laughs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 11))
    with zipfile.ZipFile(io.BytesIO(write_odt([TITLE, *BODY]))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    head, _, rest = parts["content.xml"].decode().partition("<office:document-content")
    laughing = f'{head}<!DOCTYPE x [<!ENTITY e0 "ha">{laughs}]><office:document-content{rest}'
    parts["content.xml"] = laughing.replace(FIRST, "&e10;").encode()
    assert sum(len(one.text) for one in _read(make_zip(parts)) if isinstance(one, Article)) < 10_000


def test_what_unpacks_to_too_much_is_refused() -> None:
    [failure] = _read(make_docx(" " * 30_000_000))
    assert isinstance(failure, Failure)
    assert "more than 200 times its size" in failure.reason


# What a real office program writes


def _convert(source: Path, kinds: list[str]) -> Iterator[Path]:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    for kind in kinds:
        profile = f"-env:UserInstallation={(source.parent / 'profile').as_uri()}"
        command = [program, profile, "--headless", "--convert-to", kind, "--outdir", str(source.parent), str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        yield source.with_suffix(f".{kind}")


@pytest.mark.slow
def test_what_libreoffice_writes_is_read_the_same(tmp_path: Path) -> None:
    source = _write(tmp_path / "a.docx", write_docx([TITLE, *BODY, "Grüße aus München, привет, مرحبا."]))
    expected = read_one(source)
    kinds = ["odt", "rtf", *(["doc"] if is_installed("catdoc") else [])]
    for path in _convert(source, kinds):
        article = read_one(path)
        assert (article.title, article.text) == (expected.title, expected.text), path
        assert article.authors == (() if path.suffix == ".doc" else (BY,))


@pytest.mark.slow
def test_what_libreoffice_s_tables_hold_is_read_the_same(tmp_path: Path) -> None:
    source = _write(tmp_path / "a.xlsx", write_sheet(ROWS[:2]))
    [expected] = read_file(source, 1)
    for path in _convert(source, ["ods", "xls"]):
        [article] = read_file(path, 1)
        assert (article.title, article.text, article.published) == (TITLE, TEXT, expected.published)


def test_where_catdoc_is_missing_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doc, "is_installed", lambda name: False)
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument".encode("utf-16-le") + bytes(500)
    [failure] = _read(content, ".doc")
    assert isinstance(failure, Failure)
    assert failure.reason == "it is in the old format of Word; save it as docx, or install the program catdoc"
