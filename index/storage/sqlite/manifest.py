"""The manifest: what the library was made with, a value a name."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping


def read_manifest(db: sqlite3.Connection) -> dict[str, str]:
    """Return all values by name."""
    return dict(db.execute("SELECT name, value FROM manifest"))


def write_manifest(db: sqlite3.Connection, values: Mapping[str, object]) -> None:
    """Set values, kept as text."""
    db.executemany(
        "INSERT INTO manifest VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [(name, str(value)) for name, value in values.items()],
    )


def read_generation(db: sqlite3.Connection) -> int:
    """Return the number of the newest committed write."""
    (value,) = db.execute("SELECT value FROM manifest WHERE name = 'generation'").fetchone()
    return int(value)
