"""Exports: JSON, JSON lines and CSV, a row an article, the columns found by their names."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from index.errors import DatelineError, ReadError
from index.identify import find_columns, make_article_from_mapping
from index.read.formats.feed import is_json_feed, read_json_feed
from index.read.kinds import find_delimiter, find_encoding
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
        yield _make_row(value, origin, columns)
        return
    for n, row in enumerate(rows):
        yield _make_row(row, f"{origin}#{n}", columns)


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
                yield _make_row(row, f"{origin}#{n}", columns)
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
            yield _make_row({k: v for k, v in row.items() if k is not None and v}, f"{origin}#{n}", columns)
    except csv.Error as error:
        raise DatelineError(f"row {rows.line_num} is not CSV ({error}); fix it there") from None


def _find_rows(value: Any, columns: Mapping[str, str]) -> list[Any] | None:
    """The list of articles in a JSON value; None where the value is itself one."""
    if isinstance(value, list) or not isinstance(value, dict):
        return value if isinstance(value, list) else None
    lists = [v for v in value.values() if isinstance(v, list) and v and all(isinstance(row, dict) for row in v)]
    return lists[0] if len(lists) == 1 and "text" not in find_columns(value, columns) else None


def _make_row(row: Any, place: str, columns: Mapping[str, str]) -> Article | Failure:
    if not isinstance(row, dict):
        return Failure(place, "it is not an object with `title` and `text`; fix it")
    try:
        return make_article_from_mapping(row, origin=place, columns=columns)
    except DatelineError as error:
        return Failure(place, str(error))
