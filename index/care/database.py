"""The tables of a library in a database: made, brought up to date, and described."""

from __future__ import annotations

from pathlib import Path

from index.assemble import read_schema, upgrade_schema
from index.errors import LibraryMissing, UsageError
from index.library import Library
from index.settings import IndexSettings
from index.storage.address import Address, Place, SchemaState


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


def _check_address(place: Place) -> Address:
    if isinstance(place, Path):
        raise UsageError(f"{place} is a folder, which brings itself up to date. Name a database: postgresql://….")
    return place
