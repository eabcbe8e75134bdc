"""The manifest: what the library was made with, a value a name. And its history: a random number for each write."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from index.errors import LibraryDamaged
from index.storage.sqlite.checked import HISTORY, MANIFEST, is_whole, seal

_PUT = f"INSERT {MANIFEST.insert} ON CONFLICT (name) DO UPDATE SET value = excluded.value, checksum = excluded.checksum"


def read_manifest(db: sqlite3.Connection, path: Path) -> dict[str, str]:
    """Return all values by name; raise LibraryDamaged, for the file at `path`, where one is not what was written."""
    rows = db.execute(f"SELECT {MANIFEST.listed} FROM manifest").fetchall()
    for row in rows:
        if not is_whole(row):
            raise LibraryDamaged(path.parent, f"its manifest's {row[0]!r} is not what was written", path=path)
    return {name: value for name, value, _ in rows}


def write_manifest(db: sqlite3.Connection, values: Mapping[str, object]) -> None:
    """Set values, kept as text."""
    db.executemany(_PUT, [seal(name, str(value)) for name, value in values.items()])


def read_generation(db: sqlite3.Connection, path: Path) -> int:
    """Return the number of the newest committed write."""
    row = db.execute(f"SELECT {MANIFEST.listed} FROM manifest WHERE name = 'generation'").fetchone()
    if row is None or not is_whole(row):
        raise LibraryDamaged(path.parent, "its manifest's generation is missing, or not what was written", path=path)
    return int(row[1])


def write_generation(db: sqlite3.Connection, generation: int) -> None:
    """Begin the next generation, with a stamp that no other history has."""
    write_manifest(db, {"generation": generation})
    db.execute(f"INSERT OR REPLACE {HISTORY.insert}", seal(generation, secrets.randbits(63)))


def read_stamp(db: sqlite3.Connection, generation: int) -> int | None:
    """Return the stamp of a generation; None where it never was, or its row is damaged."""
    row = db.execute(f"SELECT {HISTORY.listed} FROM history WHERE generation = ?", (generation,)).fetchone()
    return int(row[1]) if row is not None and is_whole(row) else None


def remove_damaged_history(db: sqlite3.Connection) -> None:
    """Forget the generations whose stamps are not what was written."""
    rows = db.execute(f"SELECT {HISTORY.listed} FROM history").fetchall()
    db.executemany("DELETE FROM history WHERE generation = ?", [row[:1] for row in rows if not is_whole(row)])
