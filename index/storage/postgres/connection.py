"""Connecting to a database: a pool of connections, of which a thread keeps one while it reads or writes in one go."""

from __future__ import annotations

import itertools
import logging
import os
import socket
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import psycopg
from pgvector.psycopg import register_vector
from psycopg_pool import ConnectionPool, PoolTimeout

from index.audit.actors import acting_user
from index.errors import DatabaseLacking, DatabaseUnreachable, NoRights
from index.storage.address import Address
from index.storage.postgres.problems import explaining, is_lost, read_reason

Row = tuple[Any, ...]
Connection = psycopg.Connection[Row]

_MOST = 20  # connections of one process; those who want more of them at once wait
_PATIENCE_SECONDS = 10
_AT_ONCE = 500  # rows of a long result that are held at once
_OLDEST_PGVECTOR = (0, 8)  # the first that goes on looking where a filter leaves few of the nearest
# Candidates that the index of vectors keeps in view: more find more of the nearest, and take longer.
_SETTINGS = {"hnsw.ef_search": "200", "hnsw.iterative_scan": "strict_order", "client_min_messages": "warning"}

# What a connection does for a user that a proxy names: nothing but that user's rights counts. Where nobody has any yet,
# all have what the server has.
_BECOME = """
SELECT CASE
    WHEN EXISTS (SELECT 1 FROM rights WHERE member = %(user)s) THEN set_config('role', %(user)s, false)
    WHEN NOT EXISTS (SELECT 1 FROM manifest WHERE name = 'rights') THEN 'none'
END
"""

_names = itertools.count()  # of long results

# What it says of connections that fail is raised where somebody waits for one.
logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)


class Names(NamedTuple):
    """The schema that has pgvector, or nothing where it is not there, and its version."""

    pgvector: str
    version: tuple[int, ...]


def connect(address: Address, *, schema: bool = True) -> Connection:
    """One connection, without implicit transactions, to the library's schema; without `schema`, to the database alone.

    Raises DatabaseUnreachable where there is none to be had, DatabaseLacking where pgvector is not there.
    """
    try:
        opened: Connection = psycopg.connect(**_parameters(address))
    except psycopg.Error as error:
        raise DatabaseUnreachable(address, read_reason(error, address)) from None
    if schema:
        try:
            _set_up(opened, address)
        except BaseException:
            opened.close()
            raise
    return opened


def _parameters(address: Address) -> dict[str, Any]:
    usual = {"connect_timeout": str(_PATIENCE_SECONDS), "application_name": _describe_us()}
    # Statements that the server prepares would be in the way of a pooler between us and it.
    return {**usual, **address.parameters, "autocommit": True, "prepare_threshold": None}


def _describe_us() -> str:
    """Which program this is, for those who wait for it; PostgreSQL keeps 63 letters of it."""
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]]) if sys.argv else "python"
    return f"process {os.getpid()} on {socket.gethostname()} ({command})"[:63]


def write_wait(seconds: float) -> str:
    """How long a statement waits for a lock, as PostgreSQL reads it: for it, 0 is for ever."""
    return f"{max(1, int(seconds * 1000))}ms"


def find_names(db: Connection) -> Names:
    """Where pgvector is."""
    query = "SELECT nspname, extversion FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace "
    row = db.execute(query + "WHERE extname = 'vector'").fetchone()
    return Names(row[0], tuple(int(part) for part in row[1].split(".") if part.isdecimal())) if row else Names("", ())


def _set_up(db: Connection, address: Address, more: Mapping[str, str] = MappingProxyType({})) -> None:
    """Have a connection look into the library's schema; raise DatabaseLacking where pgvector is not there, or old."""
    found = find_names(db)
    if not found.pgvector:
        raise DatabaseLacking(address, "has no pgvector yet")
    if found.version < _OLDEST_PGVECTOR:
        version, oldest = (".".join(map(str, known)) for known in (found.version, _OLDEST_PGVECTOR))
        raise DatabaseLacking(address, f"has pgvector {version}, and {oldest} is the oldest that will do")
    path = ", ".join(f'"{name}"' for name in dict.fromkeys((address.schema, found.pgvector)))
    register_vector(db)
    for name, value in {"search_path": path, **_SETTINGS, **more}.items():
        db.execute("SELECT set_config(%s, %s, false)", (name, value))


def _is_in_transaction(db: Connection) -> bool:
    return db.info.transaction_status is not psycopg.pq.TransactionStatus.IDLE


def _return_to_own(db: Connection) -> None:
    """Have a connection's own rights again; one that can't is closed, so that nobody gets it."""
    try:
        db.execute("RESET ROLE")
    except psycopg.Error:
        db.close()


class Database:
    """The connections to one library. A thread that is `within` a connection uses that one for all it asks."""

    def __init__(self, address: Address, lock_seconds: float) -> None:
        """Connect; a statement waits `lock_seconds` for what another program has locked."""
        self.address = address
        connect(address).close()  # the pool would go on trying, and say why to nobody
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            kwargs=_parameters(address),
            min_size=0,
            max_size=_MOST,
            timeout=_PATIENCE_SECONDS,
            reconnect_timeout=_PATIENCE_SECONDS,
            configure=lambda db: _set_up(db, address, {"lock_timeout": write_wait(lock_seconds)}),
            check=ConnectionPool.check_connection,
            num_workers=1,
            open=True,
        )
        self._local = threading.local()

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    @contextmanager
    def within(self) -> Iterator[Connection]:
        """Keep to one connection, which no other thread has; inside another `within`, to that one."""
        kept: Connection | None = getattr(self._local, "db", None)
        if kept is not None:
            with explaining(self.address):
                yield kept
            return
        with self._borrow() as db:
            self._local.db = db
            try:
                with explaining(self.address):
                    yield db
            finally:
                self._local.db = None

    @contextmanager
    def _borrow(self) -> Iterator[Connection]:
        db, user = self._get(), acting_user()
        try:
            if user:
                self._become(db, user)
            yield db
        finally:
            with suppress(psycopg.Error):
                if not db.closed and _is_in_transaction(db):
                    db.rollback()
            if user:
                _return_to_own(db)
            self._pool.putconn(db)

    def _get(self) -> Connection:
        with suppress(PoolTimeout):
            return self._pool.getconn()
        connect(self.address).close()  # which says why there is none
        if self._pool.get_stats()["pool_size"] < _MOST:  # the server was away, and is back
            with suppress(PoolTimeout):
                return self._pool.getconn()
        raise DatabaseUnreachable(self.address, f"all {_MOST} connections of this program are in use")

    def _become(self, db: Connection, user: str) -> None:
        """Have only the rights of a user from now on. Raises NoRights for one that has none."""
        try:
            row = db.execute(_BECOME, {"user": user}).fetchone()
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidParameterValue):
            row = None  # a role that is gone, or that the server's own may not become
        if not row or row[0] is None:
            raise NoRights(f"{user} has no rights")

    @contextmanager
    def transaction(self, kind: str = "") -> Iterator[Connection]:
        """All of it or nothing, alone or within another; `kind` is what follows BEGIN.

        Raises DatabaseLost where the connection breaks.
        """
        with self.within() as db:
            if _is_in_transaction(db):
                with db.transaction():
                    yield db
                return
            db.execute(f"BEGIN {kind}".encode())
            try:
                yield db
                with explaining(self.address, writing=not kind):
                    db.execute("COMMIT")
            except BaseException:
                with suppress(psycopg.Error):
                    db.execute("ROLLBACK")
                raise

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Row]:
        """All that a question to the database gives; where the connection is lost, it is asked once more."""
        with explaining(self.address):
            try:
                return self._rows(query, values)
            except psycopg.Error as error:
                if getattr(self._local, "db", None) is not None or not is_lost(error):
                    raise
            return self._rows(query, values)

    def _rows(self, query: str, values: Sequence[Any]) -> list[Row]:
        kept: Connection | None = getattr(self._local, "db", None)
        if kept is not None:
            return kept.execute(query.encode(), values).fetchall()
        with self._borrow() as db:
            return db.execute(query.encode(), values).fetchall()

    def row(self, query: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row of that."""
        return next(iter(self.rows(query, values)), None)

    def value(self, query: str, values: Sequence[Any] = ()) -> Any:
        """The first value of the first row, which there is."""
        return self.rows(query, values)[0][0]

    def run(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Have the database do something; return how many rows it touched."""
        with self.within() as db, explaining(self.address, writing=not _is_in_transaction(db)):
            return db.execute(statement.encode(), values).rowcount

    def run_each(self, statement: str, values: Sequence[Sequence[Any]]) -> None:
        """The same with one values after the other; nothing of it where one fails."""
        if not values:
            return
        with (
            self.within() as db,
            explaining(self.address, writing=not _is_in_transaction(db)),
            db.transaction(),
            db.cursor() as cursor,
        ):
            cursor.executemany(statement.encode(), values)

    def stream(self, query: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """The rows of a long result, some at a time, as they stand at one moment."""
        kept: Connection | None = getattr(self._local, "db", None)
        if kept is not None:
            yield from self._fetch(kept, query, values)
            return
        with self._borrow() as db:
            yield from self._fetch(db, query, values)

    def _fetch(self, db: Connection, query: str, values: Sequence[Any]) -> Iterator[Row]:
        inside = _is_in_transaction(db)
        with explaining(self.address):
            if not inside:
                db.execute("BEGIN READ ONLY")
            with db.cursor(name=f"rows_{next(_names)}") as cursor:
                cursor.itersize = _AT_ONCE
                cursor.execute(query.encode(), values)
                yield from cursor
            if not inside:
                db.execute("COMMIT")
