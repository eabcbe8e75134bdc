"""Giving and taking rights. Each is a write: what was counted for somebody before counts no more."""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import errors

from index.errors import DatelineError
from index.storage.address import Right
from index.storage.postgres.connection import Database
from index.storage.store import Store

_GRANT = "INSERT INTO rights VALUES (%s, %s, %s) ON CONFLICT (member, collection) DO UPDATE SET role = excluded.role"


class PostgresRights:
    """The table `rights`, and what the database lets its members do."""

    def __init__(self, store: Store, database: Database) -> None:
        self._store = store
        self._db = database

    def __iter__(self) -> Iterator[Right]:
        """Those that this user may see, in order."""
        rows = self._db.rows("SELECT member, collection, role FROM rights ORDER BY member, collection")
        return iter([Right(*row) for row in rows])

    def grant(self, right: Right) -> None:
        """Give a right, in place of the one that the member has there; who is no role of the database is made one.

        From the first one on, everybody that a proxy names needs rights. Raises DatelineError where this user may not.
        """
        try:
            with self._store.write():
                self._db.run(_GRANT, right)
                self._db.run("SELECT let_in(%s)", (right.member,))
                self._db.run("SELECT use_rights()")
        except errors.UndefinedObject:
            said = f"{right.member} is no role of the database, and its owner may not make any. Have one made there"
            raise DatelineError(f"{said} by CREATE ROLE, and give the right again.") from None
        except errors.InvalidGrantOperation:
            raise DatelineError(f"{right.member} is a superuser of the database, who sees everything.") from None

    def revoke(self, member: str, collection: str | None) -> int:
        """Take the right in one collection, or all of them; return how many that were."""
        where, values = "member = %s", [member]
        if collection is not None:
            where, values = f"{where} AND collection = %s", [member, collection]
        with self._store.write():
            taken = self._db.run(f"DELETE FROM rights WHERE {where}", values)
            if taken:
                self._db.run("SELECT let_in(%s)", (member,))
        return taken
