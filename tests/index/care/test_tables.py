"""Articles as tables: each column of its type, each value the article's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from index import Article, DatelineError, Filters, Library
from index.care.tables import make_schema
from index.extras import MODULES
from ui.cli.app import app

ARTICLES: list[dict[str, Any]] = [
    {"id": "1", "title": "Night", "text": "It was late.", "date": "2024-03-01T00:30:00+02:00", "authors": ["A", "B"]},
    {"id": "2", "title": "Undated", "text": "No day is known.", "url": "https://example.org/2"},
    {
        "id": "3",
        "title": "H\0alf \ud800",
        "text": "A \0 null\r\nand \udc00 a half.",
        "date": "1914",
        "source": "Z",
    },
]
TYPES = {"published": "timestamp[us, tz=UTC]", "modified": "timestamp[us, tz=UTC]", "day": "date32[day]"}
DTYPES = {"published": "datetime64[us, UTC]", "modified": "datetime64[us, UTC]", "day": "datetime64[us]"}
NAMES = [*(field.name for field in fields(Article)), "day"]


@pytest.fixture
def some(doubles: None, tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", create=True) as library:
        assert not library.add(ARTICLES).failed
        yield library


@pytest.fixture
def empty(doubles: None, tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "empty", create=True) as library:
        yield library


def expect(article: Article) -> dict[str, Any]:
    """The row of an article, worked out by hand."""
    row = {name: getattr(article, name) for name in NAMES if name != "day"}
    row |= {"authors": [*article.authors], "collections": [*article.collections]}
    return {**row, "day": article.published.date() if article.published else None}


def export(library: Library, *args: str) -> Any:
    return CliRunner().invoke(app, ["export", *args, "--library", str(library.place)])


def test_pandas_has_a_row_for_each_article(some: Library) -> None:
    pytest.importorskip("pandas")
    frame = some.to_pandas()
    rows = frame.astype("object").where(frame.notna(), None).to_dict("records")
    assert [{**row, "day": row["day"] and row["day"].date()} for row in rows] == [expect(a) for a in some.articles()]
    assert frame["published"][1] == datetime(2024, 2, 29, 22, 30, tzinfo=UTC)
    assert frame["day"][1] == datetime(2024, 3, 1)
    assert some.to_pandas(Filters(after=date(2024, 1, 1)))["id"].to_list() == ["1"]
    assert some.to_pandas(containing="no day")["id"].to_list() == ["2"]


def test_an_empty_library_has_the_same_columns_of_the_same_types(some: Library, empty: Library) -> None:
    pytest.importorskip("pandas")
    frame, nothing = some.to_pandas(), empty.to_pandas()
    assert len(nothing) == 0
    assert list(nothing.dtypes.items()) == list(frame.dtypes.items())
    expected = {name: DTYPES.get(name, "object" if name in ("authors", "collections") else "string") for name in NAMES}
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == expected


def test_arrow_has_the_same_rows(some: Library, empty: Library) -> None:
    pytest.importorskip("pyarrow")
    table = some.to_arrow()
    assert table.to_pylist() == [expect(a) for a in some.articles()]
    expected = {name: TYPES.get(name, "list<item: string>" if name == "authors" else "string") for name in NAMES}
    assert {field.name: str(field.type) for field in table.schema} == expected
    assert (empty.to_arrow().schema, empty.to_arrow().num_rows) == (table.schema, 0)


@pytest.mark.parametrize("kind", ["arrow", "parquet"])
def test_a_file_has_the_same_rows(
    some: Library, empty: Library, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr("index.care.tables._BATCH", 2)
    for library, name in ((some, "some"), (empty, "empty")):
        file = tmp_path / f"{name}.{kind}"
        assert export(library, str(file), "--to", kind).exit_code == 0
        table = parquet.read_table(file) if kind == "parquet" else pyarrow.ipc.open_file(file).read_all()
        assert table.equals(library.to_arrow())
        assert table.schema == make_schema()
    assert not list(tmp_path.glob("*.partial"))


def test_what_cannot_be_written_is_a_line(some: Library, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    no_file = export(some, "--to", "parquet")
    assert (no_file.exit_code, type(no_file.exception).__name__, no_file.stdout) == (1, "UsageError", "")
    assert "dateline export articles.parquet --to parquet" in str(no_file.exception)
    assert export(some, str(tmp_path / "x"), "--to", "xml").exit_code == 2


def test_a_missing_extra_is_said(some: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for extra in ("pandas", "arrow"):
        monkeypatch.setitem(MODULES, extra, ("no_such_module_at_all",))
    with pytest.raises(DatelineError, match=r"pip install 'dateline\[pandas\]'"):
        some.to_pandas()
    with pytest.raises(DatelineError, match=r"pip install 'dateline\[arrow\]'"):
        some.to_arrow()
    refused = export(some, str(tmp_path / "x.arrow"), "--to", "arrow")
    assert "pip install 'dateline[arrow]'" in str(refused.exception)
    assert not list(tmp_path.glob("x*"))
