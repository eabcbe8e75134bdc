"""Articles as a table, a column for each field: for pandas, and for what reads Arrow or Parquet.

Times are instants in UTC, and `day` is the day that the article itself names, in its own time zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from index.extras import require
from index.records import Article

if TYPE_CHECKING:
    import pandas
    import pyarrow

TableFormat = Literal["arrow", "parquet"]

_TIMES, _DAY, _LISTS = ("published", "modified"), "day", ("authors", "collections")
_NAMES = [*(field.name for field in fields(Article)), _DAY]
_BATCH = 1_000  # articles


def to_pandas(articles: Iterable[Article]) -> pandas.DataFrame:
    """A row for each article: texts are `string`, times `datetime64[us, UTC]`, `day` is `datetime64[us]`, `authors`
    and `collections` are lists. Raises DatelineError without the extra.
    """
    require("pandas", "a table in pandas")
    import pandas

    columns = _read_columns(articles)
    kinds = {name: _name_dtype(name) for name in columns}
    return pandas.DataFrame({name: pandas.Series(columns[name], dtype=kinds[name]) for name in columns})


def to_arrow(articles: Iterable[Article]) -> pyarrow.Table:
    """A row for each article, of the types that `make_schema` gives. Raises DatelineError without the extra."""
    require("arrow", "a table in Arrow")
    import pyarrow

    return pyarrow.table(_read_columns(articles), schema=make_schema())


def write_table(articles: Iterable[Article], file: Path, kind: TableFormat) -> None:
    """Write the same table to an Arrow IPC file or a Parquet file, a batch at a time. Raises DatelineError without the
    extra.
    """
    require("arrow", f"a table in {kind}")
    import pyarrow
    from pyarrow import parquet

    schema = make_schema()
    open_writer = parquet.ParquetWriter if kind == "parquet" else pyarrow.ipc.new_file
    with file.open("wb") as stream, open_writer(stream, schema) as writer:
        waiting = iter(articles)
        while batch := list(islice(waiting, _BATCH)):
            writer.write_batch(pyarrow.record_batch(_read_columns(batch), schema=schema))


def make_schema() -> pyarrow.Schema:
    """The columns: `string`, but for `published` and `modified` (`timestamp[us, tz=UTC]`), `day` (`date32`),
    `authors` and `collections` (`list<string>`).
    """
    import pyarrow

    kinds = {
        **dict.fromkeys(_TIMES, pyarrow.timestamp("us", tz="UTC")),
        **dict.fromkeys(_LISTS, pyarrow.list_(pyarrow.string())),
        _DAY: pyarrow.date32(),
    }
    return pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in _NAMES])


def _name_dtype(name: str) -> str:
    kinds = {**dict.fromkeys(_TIMES, "datetime64[us, UTC]"), **dict.fromkeys(_LISTS, "object"), _DAY: "datetime64[us]"}
    return kinds.get(name, "string")


def _read_columns(articles: Iterable[Article]) -> dict[str, list[Any]]:
    """The values of each column."""
    rows = [_read_row(article) for article in articles]
    return {name: [row[name] for row in rows] for name in _NAMES}


def _read_row(article: Article) -> dict[str, Any]:
    row = {name: getattr(article, name) for name in _NAMES if name != _DAY}
    times = {name: _to_utc(row[name]) for name in _TIMES}
    lists = {name: list(row[name]) for name in _LISTS}
    return {**row, **times, **lists, _DAY: article.published.date() if article.published else None}


def _to_utc(when: datetime | None) -> datetime | None:
    return when.astimezone(UTC) if when else None
