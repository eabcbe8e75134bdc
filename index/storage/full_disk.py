"""A disk that is full, in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import DiskFull

# How SQLite, the system and tantivy say it.
_SIGNS = (
    *("disk is full", "disk I/O error", "No space left", "File too large", "quota exceeded"),
    *("Input/output error", "Read-only file system"),
)


def tells_full_disk(error: BaseException) -> bool:
    """True where an error comes of a disk that is full, or fails."""
    return any(sign in str(error) for sign in _SIGNS)


@contextmanager
def name_full_disk(folder: Path | str, left: str = "What was committed before is kept.") -> Iterator[None]:
    """Turn what fails inside for want of room into DiskFull; `left` says what there is then."""
    try:
        yield
    except (sqlite3.OperationalError, OSError, ValueError, DiskFull) as error:
        if not tells_full_disk(error):
            raise
        reason = error.reason if isinstance(error, DiskFull) else str(error)
        raise DiskFull(folder, reason, left) from error
