"""Giving and taking rights. Each is a write: what was counted for somebody before counts no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from psycopg import errors

from index.errors import DatelineError
from index.storage.address import Address, Right
from index.storage.postgres.connection import Database
from index.storage.postgres.store import PostgresStore

_GRANT = "INSERT INTO rights VALUES (%s, %s, %s) ON CONFLICT (member, collection) DO UPDATE SET role = excluded.role"


def grant(address: Address, right: Right) -> None:
    """Give a right, in place of the one that the member has there; who is no role of the database is made one.

    From the first one on, everybody that a proxy names needs rights. Raises DatelineError where this user may not.
    """
    try:
        with _writing(address) as database:
            database.run(_GRANT, right)
            database.run("SELECT let_in(%s)", (right.member,))
            database.run("SELECT use_rights()")
    except errors.UndefinedObject:
        said = f"{right.member} is no role of the database, and its owner may not make any. Have one made: CREATE ROLE."
        raise DatelineError(said) from None
    except errors.InvalidGrantOperation:
        raise DatelineError(f"{right.member} is a superuser of the database, who sees everything.") from None


def revoke(address: Address, member: str, collection: str | None) -> int:
    """Take the right in one collection, or all of them; return how many that were."""
    where, values = "member = %s", [member]
    if collection is not None:
        where, values = f"{where} AND collection = %s", [member, collection]
    with _writing(address) as database:
        taken = database.run(f"DELETE FROM rights WHERE {where}", values)
        if taken:
            database.run("SELECT let_in(%s)", (member,))
    return taken


def list_rights(address: Address) -> list[Right]:
    """The rights that this user may see, in order."""
    with closing(Database(address)) as database:
        rows = database.rows("SELECT member, collection, role FROM rights ORDER BY member, collection")
    return [Right(*row) for row in rows]


@contextmanager
def _writing(address: Address) -> Iterator[Database]:
    with closing(PostgresStore(address, create=False)) as store, store.write():
        yield store.database
