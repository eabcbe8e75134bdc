"""The tables of a library in a database: made, brought up to date, and described."""

from __future__ import annotations

from pathlib import Path

from index.assemble import open_rights, read_schema, upgrade_schema
from index.errors import LibraryMissing, UsageError
from index.library import Library
from index.settings import IndexSettings
from index.storage.address import Address, Place, Right, SchemaState

_LONGEST_MEMBER = 63  # bytes, of any name in PostgreSQL


def init_database(place: Place, settings: IndexSettings) -> bool:
    """Make the tables of an empty library, with the embedder of the settings; False where there is one already.

    Raises DatelineError where the database can't have one.
    """
    address = _check_address(place)
    is_new = not read_schema(address).version
    Library.open(address, create=True, settings=settings).close()
    return is_new


def upgrade_database(place: Place) -> tuple[int, int]:
    """Bring the tables up to date, step by step; return their version before and after.

    Raises LibraryMissing where there are none, OtherFormat where they are of a later Dateline.
    """
    return upgrade_schema(_check_address(place))


def describe_database(place: Place) -> SchemaState:
    """The version of the tables, and of what they stand on. Raises LibraryMissing where there are none."""
    state = read_schema(_check_address(place))
    if not state.version:
        raise LibraryMissing(place)
    return state


def grant_right(place: Place, right: Right) -> None:
    """Give a role of the database a right, in place of the one that it has in that collection.

    From the first one on, everybody that a proxy names needs rights. Raises DatelineError where this user may not.
    """
    if not 0 < len(right.member.encode()) <= _LONGEST_MEMBER:
        raise UsageError(f"a role of the database has a name of at most {_LONGEST_MEMBER} bytes.")
    with open_rights(_check_database(place)) as rights:
        rights.grant(right)


def revoke_rights(place: Place, member: str, collection: str | None) -> int:
    """Take a role's right in one collection, or all its rights; return how many that were."""
    with open_rights(_check_database(place)) as rights:
        return rights.revoke(member, collection)


def list_rights(place: Place) -> list[Right]:
    """The rights that this user may see: all for an admin, else the user's own."""
    with open_rights(_check_database(place)) as rights:
        return list(rights)


def _check_database(place: Place) -> Address:
    if isinstance(place, Path):
        raise UsageError(f"{place} is a folder, and rights are a database's. Name one: postgresql://….")
    return place


def _check_address(place: Place) -> Address:
    if isinstance(place, Path):
        raise UsageError(f"{place} is a folder, which brings itself up to date. Name a database: postgresql://….")
    return place
