"""Connecting to a SQLite file that several processes write to."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

_PATIENCE_SECONDS = 30
# What a connection keeps of the file in memory. A server has one for each of a hundred threads, and what is read is in
# the system's cache too; what is written waits there for its commit.
READING_KIB, WRITING_KIB = 64, 4096


def connect_sqlite(path: Path) -> sqlite3.Connection:
    """Open the file with write-ahead logging and without implicit transactions; any thread may close it.

    Raises sqlite3.OperationalError where the file stays locked, sqlite3.DatabaseError where it is none.
    """
    db = sqlite3.connect(path, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False)
    _use_write_ahead_log(db)
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    return db


def _use_write_ahead_log(db: sqlite3.Connection) -> None:
    """SQLite does not wait by itself where another process makes the same switch just now."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def set_cache(db: sqlite3.Connection, kib: int) -> None:
    """Limit what a connection keeps of the file in memory."""
    db.execute(f"PRAGMA cache_size = -{kib}")
