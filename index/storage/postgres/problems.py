"""What a database says when something is wrong, in words for people: one line, and never a password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from index.errors import (
    DatabaseLacking,
    DatabaseLost,
    DatabaseUnreachable,
    DiskFull,
    LibraryLocked,
    LibraryReadOnly,
    NoRights,
)
from index.storage.address import Address

# What libpq says before the reason: which of several addresses it tried, and how bad the server thinks it is.
_BEFORE = re.compile(
    r"^(connection failed: )?(connection to server (at|on) .*? failed: )?((FATAL|ERROR):\s+)?", re.DOTALL
)
_OUTSIDE = "what was to be written is in no collection that this user may edit"
_SECRETS = ("password", "sslpassword")


def read_reason(error: psycopg.Error, address: Address) -> str:
    """The reason that an error gives, in one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = _BEFORE.sub("", lines[0]) if lines else "no reason is given"
    for name in _SECRETS:
        if secret := address.parameters.get(name):
            said = said.replace(secret, "…")
    return said.rstrip(".")


def is_lost(error: BaseException) -> bool:
    """True where the connection broke, and not what was asked is wrong."""
    ended = (
        errors.AdminShutdown,
        errors.CrashShutdown,
        errors.CannotConnectNow,
        errors.IdleInTransactionSessionTimeout,
    )
    if isinstance(error, ended) or (isinstance(error, psycopg.Error) and (error.sqlstate or "").startswith("08")):
        return True
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and error.sqlstate is None


@contextmanager
def explaining(address: Address, *, writing: bool = False) -> Iterator[None]:
    """Raise what an error of the database means for a person; a mistake of ours goes on as it is."""
    try:
        yield
    except psycopg.Error as error:
        reason = read_reason(error, address)
        match error:
            case _ if is_lost(error):
                raise DatabaseLost(address, writing=writing) from error
            case errors.InsufficientPrivilege() if "row-level security" in reason:
                raise NoRights(_OUTSIDE) from error
            case errors.ReadOnlySqlTransaction() | errors.InsufficientPrivilege():
                raise LibraryReadOnly(address) from error
            case errors.DiskFull() | errors.IoError():
                raise DiskFull(address, reason) from error
            case errors.LockNotAvailable() | errors.DeadlockDetected() | errors.SerializationFailure():
                raise LibraryLocked(address, "another program") from error
            case errors.TooManyConnections():
                raise DatabaseUnreachable(address, reason) from error
            case errors.UndefinedTable() | errors.UndefinedColumn() | errors.InvalidSchemaName():
                raise DatabaseLacking(address, f"lacks a part of the library ({reason})") from error
            case errors.QueryCanceled():
                raise DatabaseUnreachable(address, reason) from error
            case _:
                raise
