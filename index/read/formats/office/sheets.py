"""Spreadsheets: xlsx, xlsb, xls and ods. A row is an article where the first row names the columns of one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any

from index.errors import DatelineError
from index.identify import find_columns, make_article
from index.read.formats.archives import read_whole
from index.read.formats.office.properties import Properties, complete, open_office_zip, read_properties
from index.read.formats.rows import make_row
from index.records import Article, Failure

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_EMPTY = ("", None)


def read_sheets(
    stream: IO[bytes], origin: str, columns: Mapping[str, str], max_bytes: int
) -> Iterator[Article | Failure]:
    """Make an article of each row of a sheet whose first row names a text and another column, else one of the sheet.

    Of formulas, what they came to counts. The properties say who wrote a sheet that is one article, and when.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    content = read_whole(stream, max_bytes)
    try:
        properties = _read_properties(content)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            place = f"{origin}#{name}"
            try:
                yield from _read_sheet(book.get_sheet_by_name(name), name, place, columns, properties, max_bytes)
            except DatelineError as error:
                yield Failure(place, str(error))
    except (CalamineError, zipfile.BadZipFile) as error:
        locked = "password" in str(error).lower()
        raise DatelineError(
            "it needs a password; save it again without one" if locked else "it is a damaged spreadsheet; save it again"
        ) from None


def _read_properties(content: bytes) -> Properties:
    if not content.startswith(b"PK"):  # an xls is no zip archive
        return Properties()
    with open_office_zip(content) as archive:
        return read_properties(archive)


def _read_sheet(
    sheet: CalamineSheet, name: str, place: str, columns: Mapping[str, str], properties: Properties, max_bytes: int
) -> Iterator[Article | Failure]:
    rows = (row for row in sheet.iter_rows() if any(cell not in _EMPTY for cell in row))
    first = next(rows, None)
    if first is None:
        return
    names = [str(cell).strip() for cell in first]
    if len(names) > 1 and "text" in find_columns(filter(None, names), columns):
        for n, row in enumerate(rows, start=1):
            fields = {name: _to_field(cell) for name, cell in zip(names, row, strict=False) if cell not in _EMPTY}
            yield make_row(fields, f"{place}#{n}", columns)
        return
    lines, size = [], 0
    for row in (first, *rows):
        lines.append("\t".join(str(_to_field(cell)) for cell in row if cell not in _EMPTY))
        size += len(lines[-1])
        if size > max_bytes:
            raise DatelineError(f"it has more than {max_bytes // 1024 // 1024} MiB of words; split it")
    yield complete(make_article("\n".join(lines), title=name, origin=place), properties)


def _to_field(cell: Any) -> str | date:
    """A cell as an article's fields have it: numbers as they are written, without the ".0" of those that are whole."""
    if isinstance(cell, date | datetime):
        return cell
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
