"""What the checksum of a row covers, in each table; writing rows with one, and reading them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from index.errors import LibraryDamaged
from index.storage.article_rows import ARTICLE_COLUMNS, VERSION_COLUMNS
from index.storage.checksum import Value, make_checksum

Row = tuple[Any, ...]


class Checked(NamedTuple):
    """A table's name, its columns that the checksum covers, in their order, and what a row is called."""

    table: str
    columns: tuple[str, ...]
    called: str

    @property
    def listed(self) -> str:
        """The columns, and the checksum last, as SQL lists them."""
        return ", ".join([*self.columns, "checksum"])

    @property
    def insert(self) -> str:
        """The statement that adds what `seal` makes."""
        return f"INTO {self.table} ({self.listed}) VALUES ({', '.join('?' * (len(self.columns) + 1))})"


MANIFEST = Checked("manifest", ("name", "value"), "the manifest's {0}")
HISTORY = Checked("history", ("generation", "stamp"), "what is known of generation {0}")
ARTICLES = Checked("articles", ARTICLE_COLUMNS, "article {0}")
VERSIONS = Checked("versions", VERSION_COLUMNS, "version {1} of article {0}")
PASSAGES = Checked(
    "passages",
    ("number", "article_id", "ordinal", "start", "stop", "vector_key", "generation"),
    "passage {2} of article {1}",
)
VECTORS = Checked("vectors", ("key", "vector"), "a vector")
STORIES = Checked("stories", ("article_id", "story"), "the story of article {0}")
FOLLOWED = Checked("followed", ("address", "kind", "columns", "collections"), "the followed place {0}")
PAGES = Checked(
    "pages",
    ("address", "listed_in", "stamp", "article_id", "etag", "last_modified", "since", "due", "changes", "gone"),
    "what is known of the page {0}",
)
ALL = (MANIFEST, HISTORY, ARTICLES, VERSIONS, PASSAGES, VECTORS, STORIES, FOLLOWED, PAGES)


def seal(*values: Value) -> Row:
    """The values of a row with their checksum behind them."""
    return *values, make_checksum(*values)


def reseal(checksum: int, before: int, *values: Value) -> int:
    """The checksum of a row that had the first `before` of its values till now; what is not whole stays so."""
    return make_checksum(*values) if make_checksum(*values[:before]) == checksum else checksum


def is_whole(row: Row) -> bool:
    """True for values with their checksum behind them, as they were written."""
    return bool(make_checksum(*row[:-1]) == row[-1])


def read_both_ends(
    db: sqlite3.Connection, checked: Checked, where: str = "", values: Sequence[Any] = ()
) -> Iterator[Row]:
    """The rows, with their checksum, in the order of their adding; past what the file can't give, as far as may be.

    Raises LibraryDamaged at the end where something was passed over.
    """
    key = checked.columns[0] if checked is VECTORS else "rowid"
    select = f"SELECT {key}, {checked.listed} FROM {checked.table} NOT INDEXED {where} ORDER BY {key}"
    last = None
    try:
        for row in db.execute(select, values):
            yield row[1:]
            last = row[0]
        return
    except LibraryDamaged as error:
        failed = error
    try:
        for row in db.execute(f"{select} DESC", values):
            if row[0] == last:
                break
            yield row[1:]
    except LibraryDamaged:
        pass
    raise failed


def seal_all(db: sqlite3.Connection, checked: Checked) -> None:
    """Give every row its checksum."""
    key = checked.columns[0] if checked is VECTORS else "rowid"
    rows = db.execute(f"SELECT {key}, {', '.join(checked.columns)} FROM {checked.table}")
    sums = [(make_checksum(*row[1:]), row[0]) for row in rows]
    db.executemany(f"UPDATE {checked.table} SET checksum = ? WHERE {key} = ?", sums)
