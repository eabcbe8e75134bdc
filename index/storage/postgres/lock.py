"""One writer at a time, by an advisory lock of the database, which frees it when the writer's connection ends."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from index.errors import LibraryLocked
from index.storage.postgres.connection import Connection, Database

_PAUSE_SECONDS = 0.05
_KEY = "hashtextextended(%s, 0)"
_OWNER = (
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted "
    f"AND ((classid::bigint << 32) | objid::bigint) = {_KEY} AND pg_locks.database = "
    "(SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1"
)


class PostgresLock:
    """The lock of a library. Reentrant in a thread; other threads of the process wait like other programs."""

    def __init__(self, database: Database, seconds: float) -> None:
        self._database = database
        self._held = threading.local()
        self._name = f"dateline writer {database.address.schema}"
        self.seconds = seconds

    @contextmanager
    def hold(self, *, seconds: float | None = None) -> Iterator[None]:
        """Hold the lock; raise LibraryLocked, which names the owner, if it is not free in time."""
        if getattr(self._held, "count", 0):
            yield
            return
        with self._database.within() as db:
            self._acquire(db, self.seconds if seconds is None else seconds)
            self._held.count = 1
            try:
                yield
            finally:
                self._held.count = 0
                with suppress(psycopg.Error):  # a connection that is lost has no lock any more
                    db.execute(f"SELECT pg_advisory_unlock({_KEY})".encode(), (self._name,))

    def _acquire(self, db: Connection, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        db.execute("SELECT set_config('application_name', %s, false)", (_describe_us(),))
        while True:
            row = db.execute(f"SELECT pg_try_advisory_lock({_KEY})".encode(), (self._name,)).fetchone()
            if row and row[0]:
                return
            if time.monotonic() > deadline:
                owner = db.execute(_OWNER.encode(), (self._name,)).fetchone()
                raise LibraryLocked(self._database.address, owner[0] if owner else "another program")
            time.sleep(_PAUSE_SECONDS)


def _describe_us() -> str:
    """Which program this is, for those who wait for it; PostgreSQL keeps 63 letters of it."""
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]]) if sys.argv else "python"
    return f"process {os.getpid()} on {socket.gethostname()} ({command})"[:63]
