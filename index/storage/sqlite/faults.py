"""Everything that can be broken in the database file, found one by one; whatever it is, the search for it goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from index.errors import DatelineError
from index.storage.damage import Damage
from index.storage.sqlite.checked import (
    ALL,
    ARTICLES,
    FOLLOWED,
    PASSAGES,
    VECTORS,
    VERSIONS,
    Checked,
    is_whole,
    read_both_ends,
)
from index.storage.sqlite.schema import compare_schema

_MOST_NAMED = 5  # of damaged places in the file
_LEFT_OUT = (ARTICLES, VERSIONS, FOLLOWED)  # by readers; all else can be made again, or is an error
_NEEDED = ("format", "generation")


def find_faults(db: sqlite3.Connection, damage: Damage) -> Iterator[str]:
    """What is broken, a line each: the file, its tables and indexes, each row, and rows that belong to none.

    `damage` remembers the rows: they need not be said again.
    """
    yield from _go_on("the database file", lambda: _check_file(db))
    yield from _go_on("the list of tables", lambda: compare_schema(db))
    yield from _go_on("the manifest", lambda: _check_manifest(db))
    for checked in ALL:
        yield from _go_on(f"the table {checked.table}", lambda checked=checked: _check_rows(db, checked, damage))  # type: ignore[misc]
    yield from _go_on("the database file", lambda: _find_strays(db))


def _go_on(what: str, find: Callable[[], Iterator[str]]) -> Iterator[str]:
    """What is found; where that ends in an error, the error."""
    try:
        yield from find()
    except (DatelineError, sqlite3.DatabaseError) as error:
        yield f"{what} can't be read to its end: {getattr(error, 'reason', error)}"


def _check_file(db: sqlite3.Connection) -> Iterator[str]:
    for (line,) in db.execute(f"PRAGMA integrity_check({_MOST_NAMED})"):
        if line != "ok":
            yield f"the database file is damaged: {' '.join(line.split())}"


def _check_manifest(db: sqlite3.Connection) -> Iterator[str]:
    found = {name for (name,) in db.execute("SELECT name FROM manifest")}
    for name in _NEEDED:
        if name not in found:
            yield f"the manifest's {name} is missing"
    (generation,) = db.execute("SELECT MAX(generation) FROM history").fetchone()
    row = db.execute("SELECT value FROM manifest WHERE name = 'generation'").fetchone()
    if row and str(generation) != row[0]:
        yield f"the manifest's generation is {row[0]}, and the last write made {generation}"


def _check_rows(db: sqlite3.Connection, checked: Checked, damage: Damage) -> Iterator[str]:
    """The rows that are not what was written; of an article's passages, and of vectors, one line in all."""
    broken: dict[str, None] = {}
    vectors = 0
    failed: DatelineError | None = None
    try:
        for row in read_both_ends(db, checked):
            if is_whole(row):
                continue
            if checked is VECTORS:
                vectors += 1
            else:
                called = "the passages of article {1}" if checked is PASSAGES else checked.called
                broken[called.format(*row)] = None
    except DatelineError as error:
        failed = error
    for name in broken:
        if checked in _LEFT_OUT:
            damage.remember(name)
        yield f"{name}: not what was written"
    if vectors:
        yield f"{vectors} vectors: not what was written"
    if failed is not None:
        raise failed


def _find_strays(db: sqlite3.Connection) -> Iterator[str]:
    for table, row, parent, _ in db.execute("PRAGMA foreign_key_check"):
        yield f"row {row} of {table} belongs to nothing in {parent}"
