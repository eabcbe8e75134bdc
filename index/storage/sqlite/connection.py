"""Connecting to a SQLite file that several processes write to."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

from index.errors import DiskFull, LibraryDamaged, LibraryLocked, LibraryReadOnly
from index.storage.damage import Damage
from index.storage.sqlite.filters import decode_text, fold_bytes, read_tag, read_url_host

_PATIENCE_SECONDS = 30
# What a connection keeps of the file in memory. A server has one for each of a hundred threads, and what is read is in
# the system's cache too; what is written waits there for its commit.
READING_KIB, WRITING_KIB = 64, 4096
_LOG = "-wal"
_ALONE = "?immutable=1"  # without its log
_READ_ONLY = ("?mode=ro", _ALONE)
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_CANTOPEN}
# A message that quotes a damaged list of tables is no text, and fails before the error that it is of.
_FAILURES = (sqlite3.DatabaseError, UnicodeDecodeError)
_MISSING = ("no such table", "no such column", "has no column", "malformed", "unsupported file format", "no such index")


def connect_sqlite(
    path: Path, address: str = "", factory: Callable[..., sqlite3.Connection] = sqlite3.Connection
) -> sqlite3.Connection:
    """Open the file with write-ahead logging and without implicit transactions; any thread may close it.

    `address` is a URI that opens it for reading alone. Raises sqlite3.OperationalError where the file stays locked,
    sqlite3.DatabaseError where it is none.
    """
    db = sqlite3.connect(
        address or path,
        timeout=_PATIENCE_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        factory=cast(type[sqlite3.Connection], factory),  # which may be any callable
        uri=bool(address),
    )
    try:
        if not address:
            _use_write_ahead_log(db)
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        _refuse_code(db)
    except BaseException:
        db.close()
        raise
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
        except (sqlite3.OperationalError, LibraryLocked) as error:
            if not (isinstance(error, LibraryLocked) or "locked" in str(error)) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def set_cache(db: sqlite3.Connection, kib: int) -> None:
    """Limit what a connection keeps of the file in memory."""
    db.execute(f"PRAGMA cache_size = -{kib}")


def find_readable(path: Path, scratch: Path) -> str:
    """The URI by which a file in a folder that can't be written is read.

    What is in its write-ahead log counts: SQLite reads that where a writer elsewhere has it open; else the file is
    copied, with its log, to the folder `scratch`. Where there is none, or nothing in it, the file is all there is.
    """
    log = path.with_name(path.name + _LOG)
    for way in _READ_ONLY if log.exists() else (_ALONE,):
        if way == _ALONE and log.exists() and log.stat().st_size:
            break
        address = path.resolve().as_uri() + way
        try:
            db = sqlite3.connect(address, uri=True)
            db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
            db.close()
            return address
        except (sqlite3.OperationalError, UnicodeDecodeError):
            continue
    return copy_database(path, scratch).as_uri()


def copy_database(path: Path, folder: Path) -> Path:
    """Copy a database and its write-ahead log to another folder."""
    for file in (path, path.with_name(path.name + _LOG)):
        if file.exists():
            shutil.copyfile(file, folder / file.name)
    return folder / path.name


class _Cursor(sqlite3.Cursor):
    """A cursor whose errors say what is wrong with the library."""

    connection: _Connection

    def execute(self, sql: str, parameters: Any = (), /) -> _Cursor:
        try:
            return super().execute(sql, parameters)
        except _FAILURES as error:
            self.connection.blame(error)
            raise

    def executemany(self, sql: str, parameters: Any, /) -> _Cursor:
        try:
            return super().executemany(sql, parameters)
        except _FAILURES as error:
            self.connection.blame(error)
            raise

    def fetchone(self) -> Any:
        try:
            return super().fetchone()
        except _FAILURES as error:
            self.connection.blame(error)
            raise

    def fetchall(self) -> list[Any]:
        try:
            return super().fetchall()
        except _FAILURES as error:
            self.connection.blame(error)
            raise

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except _FAILURES as error:
            self.connection.blame(error)
            raise


class _Connection(sqlite3.Connection):
    """A connection to a library, which raises DatelineErrors where file, disk or folder are to blame."""

    def __init__(self, *args: Any, library: Path, **more: Any) -> None:
        self._library = library
        super().__init__(*args, **more)

    def cursor(self, factory: Any = None) -> _Cursor:  # type: ignore[override]
        return super().cursor(factory or _Cursor)

    def execute(self, sql: str, parameters: Any = (), /) -> _Cursor:
        return self.cursor().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> _Cursor:
        return self.cursor().executemany(sql, parameters)

    def blame(self, error: Exception) -> None:
        """Raise what an error of SQLite means for a person; do nothing where it is a mistake of ours."""
        if isinstance(error, UnicodeDecodeError):
            raise LibraryDamaged(self._library.parent, "its list of tables is no text", path=self._library) from error
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code in _DAMAGED or any(sign in str(error) for sign in _MISSING):
            raise LibraryDamaged(self._library.parent, str(error), path=self._library) from error
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise DiskFull(self._library.parent, str(error)) from error
        if code == sqlite3.SQLITE_READONLY:
            raise LibraryReadOnly(self._library.parent) from error
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise LibraryLocked(self._library.parent, "another process") from error


class Connections:
    """A connection to one file for each thread that asks, and what was found damaged in it.

    `address` is a URI where the file at `path` can only be read.
    """

    def __init__(self, path: Path, address: str = "") -> None:
        self.path = path
        self.damage = Damage()
        self._address = address
        self._local = threading.local()
        self._opened: dict[threading.Thread, sqlite3.Connection] = {}

    def get(self) -> sqlite3.Connection:
        """This thread's connection."""
        if not hasattr(self._local, "db"):
            db = self._connect()
            self._close_unused()
            self._opened[threading.current_thread()] = db
            self._local.db = db
        db = self._local.db
        assert isinstance(db, sqlite3.Connection)
        return db

    def _connect(self) -> sqlite3.Connection:
        db = connect_sqlite(self.path, self._address, partial(_Connection, library=self.path))
        set_cache(db, READING_KIB)
        # What is removed is gone, and no search for what can be saved finds it.
        db.execute("PRAGMA secure_delete = ON")
        # Bytes that are no text come as U+FFFD, and the row's checksum says that they are not what was written.
        db.text_factory = decode_text
        db.create_function("fold", 1, fold_bytes, deterministic=True)
        db.create_function("host", 1, read_url_host, deterministic=True)
        db.create_function("language_tag", 1, read_tag, deterministic=True)
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
        self._damage = connections.damage

    @property
    def db(self) -> sqlite3.Connection:
        """This thread's connection."""
        return self._connections.get()
