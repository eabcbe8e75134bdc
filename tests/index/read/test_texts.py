"""Plain text, Markdown, JSON, PDF and Word files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pytest

from index.read.files import read_file
from tests.index.read.make import BODY, FIRST, SECOND, THIRD, TITLE, make_pdf, read_one

TEXT = "\n\n".join(BODY)
DAY = datetime(2024, 3, 5, tzinfo=UTC)


def _write(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def test_txt_with_labels(tmp_path: Path) -> None:
    head = f"{TITLE}\nPublished: 5 March 2024\nSource: The Gazette\nAuthor: Ada Writer\nURL: https://g.example/a\n\n"
    article = read_one(_write(tmp_path / "a.txt", head + TEXT))
    assert (article.title, article.text) == (TITLE, TEXT)
    assert (article.published, article.published_precision) == (DAY, "day")
    assert (article.source, article.authors, article.url) == ("The Gazette", ("Ada Writer",), "https://g.example/a")


@pytest.mark.parametrize("label", ["Title", "HEADLINE"])
def test_a_labelled_title_is_the_title(tmp_path: Path, label: str) -> None:
    article = read_one(_write(tmp_path / "a.txt", f"The Gazette archive\n{label}: {TITLE}\n{TITLE}\n\n{TEXT}"))
    assert article.title == TITLE
    assert article.text.endswith(TEXT)
    assert TITLE not in article.text


def test_txt_that_is_a_text_alone(tmp_path: Path) -> None:
    article = read_one(_write(tmp_path / "a.txt", TEXT))
    assert (article.title, article.text, article.published) == ("", TEXT, None)


def test_hard_wrapped_lines_are_joined(tmp_path: Path) -> None:
    wrapped = TEXT.replace(" and three", "\nand three").replace(" two hundred", "\ntwo hundred")
    assert read_one(_write(tmp_path / "a.txt", f"{TITLE}\n\n{wrapped}")).text == TEXT


def test_a_scraped_page_loses_its_boilerplate(tmp_path: Path) -> None:
    scraped = f"Home Local {TITLE}\n\n{TITLE}\n\n12\n{TITLE}\n\n{TEXT}\n\nShare this article\n\nLEAVE A REPLY\n\nName:"
    article = read_one(_write(tmp_path / "a.txt", scraped))
    assert (article.title, article.text) == (TITLE, TEXT)


def test_short_paragraphs_of_the_article_stay(tmp_path: Path) -> None:
    """A block goes for its words and its place, never for being short alone."""
    body = f"{FIRST}\n\nWhy now?\n\n{SECOND}\n\nFour\n\n{THIRD}"
    assert read_one(_write(tmp_path / "a.txt", f"{TITLE}\n\n{body}")).text == body


def test_markdown_with_front_matter(tmp_path: Path) -> None:
    head = f'title: "{TITLE}"\ndate: 2024-03-05\nsource: The Gazette\nauthors: [Ada Writer, Bo Other]\nid: flood'
    body = f"# {TITLE}\n\n{FIRST}\n\n## Why *now*?\n\n- {SECOND}\n- [{THIRD}](https://x.example)\n"
    article = read_one(_write(tmp_path / "a.md", f"---\n{head}\n---\n\n{body}"))
    assert (article.id, article.title, article.source) == ("flood", TITLE, "The Gazette")
    assert article.text == f"{FIRST}\n\nWhy now?\n\n{SECOND}\n\n{THIRD}"
    assert (article.published, article.published_precision) == (DAY, "day")
    assert article.authors == ("Ada Writer", "Bo Other")


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_markdown_without_front_matter(tmp_path: Path, ends: str) -> None:
    path = tmp_path / "a.markdown"
    path.write_bytes(f"# {TITLE}\n\n{TEXT}\n".replace("\n", ends).encode())
    article = read_one(path)
    assert (article.title, article.text, article.published) == (TITLE, TEXT, None)


def test_json_of_one_article(tmp_path: Path) -> None:
    fields: dict[str, Any] = {"title": TITLE, "text": TEXT, "date": "2024-03-05", "author": {"name": "Ada Writer"}}
    article = read_one(_write(tmp_path / "a.json", json.dumps(fields)))
    assert (article.title, article.text, article.published) == (TITLE, TEXT, DAY)
    assert article.authors == ("Ada Writer",)


def test_json_of_a_list_gives_each_a_place_of_its_own(tmp_path: Path) -> None:
    rows = [
        {"title": "One", "text": FIRST},
        {"title": "Two", "text": SECOND, "id": "two"},
        {"headline": "3", "body": THIRD},
    ]
    articles = read_file(_write(tmp_path / "a.json", json.dumps(rows)), 20)
    assert [a.title for a in articles] == ["One", "Two", "3"]
    assert [a.text for a in articles] == list(BODY)
    assert len({a.id for a in articles}) == 3
    assert [a.origin for a in articles] == [f"{tmp_path / 'a.json'}#{n}" for n in range(3)]
    assert [a.id for a in read_file(tmp_path / "a.json", 20)] == [a.id for a in articles]


@pytest.mark.parametrize("pages", [[[TITLE, *BODY]], [[TITLE, FIRST, SECOND], [THIRD]], [[TITLE], list(BODY)]])
def test_pdf(tmp_path: Path, pages: list[list[str]]) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(pages))
    article = read_one(path)
    assert (article.title, article.text, article.published) == (TITLE, TEXT, None)


@pytest.mark.parametrize("apart", [True, False])
def test_a_pdf_has_author_outlet_and_day_in_its_first_lines(tmp_path: Path, apart: bool) -> None:
    byline = "By Jo Smith, Springfield Times, 5 March 2024"
    head = [TITLE, byline] if apart else [f"{TITLE}  {byline}"]
    (tmp_path / "a.pdf").write_bytes(make_pdf([[*head, *BODY]], created="D:20250101"))
    article = read_one(tmp_path / "a.pdf")
    if not apart:
        assert (article.authors, article.source, article.published) == ((), None, None)
        return
    assert (article.title, article.authors, article.source) == (TITLE, ("Jo Smith",), "Springfield Times")
    assert (article.published, article.published_precision) == (DAY, "day")
    assert {article.date_evidence, article.source_evidence, article.authors_evidence} == {f"byline: {byline}"}


@pytest.mark.parametrize(
    ("created", "day"),
    [("D:20240306101500+01'00'", DAY), ("D:20240303", None), ("D:20240906", None), ("D:2024", None), ("no", None)],
)
def test_a_pdf_s_own_date_says_only_in_which_year_a_dateline_is(
    tmp_path: Path, created: str, day: datetime | None
) -> None:
    first = f"GENEVA, March 5 (Reuters) - {FIRST}"
    for text, published in ((first, day), (FIRST, None)):
        (tmp_path / "a.pdf").write_bytes(make_pdf([[TITLE, text, SECOND]], created=created))
        assert read_one(tmp_path / "a.pdf").published == published


def test_docx(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.created = datetime(2020, 1, 1)
    document.add_heading(TITLE, 0)
    for paragraph in (FIRST, SECOND):
        document.add_paragraph(paragraph)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Bridges closed:", "three."
    document.add_paragraph(THIRD)
    document.save(str(tmp_path / "a.docx"))
    article = read_one(tmp_path / "a.docx")
    assert article.title == TITLE
    assert article.text == f"{FIRST}\n\n{SECOND}\n\nBridges closed: three.\n\n{THIRD}"
    assert (article.published, article.modified) == (None, None)


FRENCH = "Le président a été élu à la majorité. L'été dernier, près de Genève, une forêt a brûlé, dit la préfète."


POLISH = "Sąd ogłosił wyniki wyborów w Łodzi. Burmistrz zapowiedział, że już jutro złoży urząd, a mieszkańcy świętują."


def test_a_central_european_text_keeps_its_charset(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(f"Wynik\n\n{POLISH}".encode("cp1250"))
    assert read_one(tmp_path / "a.txt").text == POLISH


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "latin-1", "cp1252"])
def test_texts_in_several_encodings(tmp_path: Path, codec: str) -> None:
    text = f"Un titre\n\n{FRENCH}\n\n{FRENCH}"
    content = b"\xff\xfe" + text.encode("utf-16-le") if codec == "utf-16-le-bom" else text.encode(codec)
    (tmp_path / "a.txt").write_bytes(content)
    article = read_one(tmp_path / "a.txt")
    assert (article.title, article.text) == ("Un titre", f"{FRENCH}\n\n{FRENCH}")
