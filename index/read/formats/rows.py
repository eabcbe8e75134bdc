"""Exports: JSON, JSON lines and CSV, a row an article, the columns found by their names."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from index.clean.scraped import clean_scraped, has_boilerplate
from index.errors import DatelineError, ReadError
from index.identify import find_columns, make_article_from_mapping, make_storable
from index.read.charsets import find_encoding
from index.read.formats.csl import csl_to_fields, is_csl
from index.read.formats.feed import is_json_feed, read_json_feed
from index.read.kinds import find_delimiter
from index.records import Article, Failure

_HEAD = 1 << 16


def read_json(text: str, origin: str, columns: Mapping[str, str]) -> Iterator[Article | Failure]:
    """Make an article of each object: at least `text`; `title`, `date`, `url`, `source` … where they are.

    The objects stand alone, in a list, or in the only list of an object around it ({"articles": […]}).
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DatelineError(f"it is not JSON ({str(error)[:100]}); fix it there") from None
    if is_json_feed(value):
        yield from read_json_feed(value, origin)
        return
    rows = _find_rows(value, columns)
    if rows == []:
        raise DatelineError("its list is empty; leave it out")
    if rows is None:
        yield make_row(value, origin, columns)
        return
    for n, row in enumerate(rows):
        yield make_row(row, f"{origin}#{n}", columns)


def read_json_lines(
    stream: IO[bytes], origin: str, columns: Mapping[str, str], max_bytes: int
) -> Iterator[Article | Failure]:
    """Make an article of each line, which is a JSON object in UTF-8; at most `max_bytes` a line."""
    n = 0
    while line := stream.readline(max_bytes):
        if len(line) == max_bytes and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = stream.readline(max_bytes)
            yield Failure(
                f"{origin}#{n}", f"the line has more than {max_bytes // 1024 // 1024} MiB; raise `max_file_mb`"
            )
        elif line.strip():
            try:
                row = json.loads(line.decode("utf-8-sig"))
                yield make_row(row, f"{origin}#{n}", columns)
            except (ValueError, RecursionError) as error:
                yield Failure(f"{origin}#{n}", f"the line is not JSON ({str(error)[:100]}); fix it there")
        n += 1


def read_csv(stream: IO[bytes], origin: str, columns: Mapping[str, str], max_bytes: int) -> Iterator[Article | Failure]:
    """Make an article of each row of a CSV file, whose first line names the columns (RFC 4180; also ; tab and |)."""
    head = stream.read(_HEAD)
    stream.seek(0)
    encoding = find_encoding(head)
    delimiter = find_delimiter(head.decode(encoding, "replace"), columns)
    if delimiter is None:
        first = " ".join(head.decode(encoding, "replace").lstrip().split("\n")[0][:100].split())
        raise ReadError(f"none of its columns ({first}) is known as the text", "columns")
    csv.field_size_limit(max_bytes)
    rows = csv.DictReader(io.TextIOWrapper(stream, encoding, "replace", newline=""), delimiter=delimiter)
    try:
        for n, row in enumerate(rows, start=1):
            yield make_row({k: v for k, v in row.items() if k is not None and v}, f"{origin}#{n}", columns)
    except csv.Error as error:
        raise DatelineError(f"row {rows.line_num} is not CSV ({error}); fix it there") from None


def _find_rows(value: Any, columns: Mapping[str, str]) -> list[Any] | None:
    """The list of articles in a JSON value; None where the value is itself one."""
    if isinstance(value, list) or not isinstance(value, dict):
        return value if isinstance(value, list) else None
    lists = [v for v in value.values() if isinstance(v, list) and v and all(isinstance(row, dict) for row in v)]
    return lists[0] if len(lists) == 1 and "text" not in find_columns(value, columns) else None


def _clean(row: Mapping[str, Any], columns: Mapping[str, str]) -> Mapping[str, Any]:
    """The row with its text cleaned as that of a text file is, where it has boilerplate; a clean one stays as it is.

    So does one that says what was `removed` from it, as Dateline's own exports do.
    """
    names = find_columns(row, columns)
    text, title = (row.get(names.get(field, "")) for field in ("text", "title"))
    if "removed" in names or not isinstance(text, str) or not has_boilerplate(text):
        return row
    cleaned = clean_scraped(make_storable(text), title if isinstance(title, str) else "")
    if not cleaned.text:
        return row
    found = {"text": cleaned.text, "title": cleaned.title, "removed": cleaned.removed}
    if "published" not in names and cleaned.published:
        when, precision = cleaned.published.dated
        found |= {"published": when.isoformat(), "published_precision": precision}
        found["date_evidence"] = cleaned.published.where
    return {**row, **{names.get(field) or columns.get(field, field): value for field, value in found.items()}}


def make_row(row: Any, place: str, columns: Mapping[str, str]) -> Article | Failure:
    """Make an article of a row of a table, or of an object of JSON."""
    if not isinstance(row, dict):
        return Failure(place, "it is not an object with `title` and `text`; fix it")
    try:
        fields = csl_to_fields(row) if is_csl(row) else _clean(row, columns)
        return make_article_from_mapping(fields, origin=place, columns=columns)
    except DatelineError as error:
        return Failure(place, str(error))
