"""Who writes when, by advisory locks of the database, which frees them when a writer's connection ends.

Two locks: the library's, which every write shares and who changes all of it has alone; and the turn, which a write
takes when it has its vectors in place and keeps until it is committed. The counts of terms, the generation and the
stories are of the whole library, so that from there on one writes after the other.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress

import psycopg
from psycopg import errors

from index.errors import LibraryLocked
from index.storage.postgres.connection import Connection, Database, write_wait

KEY = "hashtextextended(%s, 0)"
# What follows SELECT: a row for each other connection that has the lock of that name.
HOLDERS = (
    "FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted "
    f"AND ((classid::bigint << 32) | objid::bigint) = {KEY} AND pid <> pg_backend_pid() AND pg_locks.database = "
    "(SELECT oid FROM pg_database WHERE datname = current_database())"
)


def _name_library(database: Database) -> str:
    return f"dateline writer {database.address.schema}"


class PostgresLock:
    """The lock of a library, for who changes all of it. Reentrant in a thread; others wait like other programs."""

    def __init__(self, database: Database, seconds: float) -> None:
        self._database = database
        self._held = threading.local()
        self._name = _name_library(database)
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
                    db.execute(f"SELECT pg_advisory_unlock({KEY})".encode(), (self._name,))

    def share(self) -> AbstractContextManager[None]:
        """Nothing: every write of a database has its share by itself."""
        return nullcontext()

    def _acquire(self, db: Connection, seconds: float) -> None:
        try:
            db.execute("SELECT set_config('lock_timeout', %s, false)", (write_wait(seconds),))
            db.execute(f"SELECT pg_advisory_lock({KEY})".encode(), (self._name,))
        except errors.LockNotAvailable:
            raise LibraryLocked(self._database.address, _find_owner(db, self._name)) from None
        finally:
            with suppress(psycopg.Error):
                db.execute("SELECT set_config('lock_timeout', %s, false)", (write_wait(self.seconds),))


class Turns:
    """Transactions that write side by side, and at their end one after the other."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def share(self) -> None:
        """Within a transaction: be one of those who write. Raises LibraryLocked where one changes all of it."""
        self._wait("pg_advisory_xact_lock_shared", _name_library(self._database))

    def take(self) -> None:
        """Within a transaction: wait for those before; until it ends, others wait. Raises LibraryLocked."""
        self._wait("pg_advisory_xact_lock", f"dateline turn {self._database.address.schema}")

    def _wait(self, lock: str, name: str) -> None:
        with self._database.within() as db:
            try:
                with db.transaction():
                    db.execute(f"SELECT {lock}({KEY})".encode(), (name,))
            except errors.LockNotAvailable:
                raise LibraryLocked(self._database.address, _find_owner(db, name)) from None


def _find_owner(db: Connection, name: str) -> str:
    row = db.execute(f"SELECT application_name {HOLDERS} LIMIT 1".encode(), (name,)).fetchone()
    return str(row[0]) if row else "another program"
