"""Connecting to a SQLite file that several processes write to."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

from index.storage.sqlite.filters import fold_case
from index.text.languages import read_language

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
    _refuse_code(db)
    return db


def _refuse_code(db: sqlite3.Connection) -> None:
    """Close a file that does more than keep what is written, and raise sqlite3.DatabaseError: who knows who made it."""
    db.execute("PRAGMA trusted_schema = OFF")
    if db.execute("SELECT 1 FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchone():
        db.close()
        raise sqlite3.DatabaseError("it has triggers or views, which could change what is added")


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


class Connections:
    """A connection to one file for each thread that asks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._opened: dict[threading.Thread, sqlite3.Connection] = {}

    def get(self) -> sqlite3.Connection:
        """This thread's connection."""
        if not hasattr(self._local, "db"):
            db = connect_sqlite(self._path)
            set_cache(db, READING_KIB)
            db.create_function("fold", 1, fold_case, deterministic=True)
            db.create_function("language_tag", 1, read_language, deterministic=True)
            self._close_unused()
            self._opened[threading.current_thread()] = db
            self._local.db = db
        db = self._local.db
        assert isinstance(db, sqlite3.Connection)
        return db

    def close(self) -> None:
        """Close every thread's connection."""
        while self._opened:
            self._opened.popitem()[1].close()
        self._local = threading.local()

    def _close_unused(self) -> None:
        """Close the connections of threads that are over: a server's come and go."""
        for thread in [thread for thread in list(self._opened) if not thread.is_alive()]:
            if db := self._opened.pop(thread, None):
                db.close()


class SqlitePart:
    """A part of the store; `db` is the connection of the thread that asks."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def db(self) -> sqlite3.Connection:
        """This thread's connection."""
        return self._connections.get()
