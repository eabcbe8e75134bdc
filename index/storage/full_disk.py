"""A disk that is full, in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import DatelineError

# How SQLite, the system and tantivy say it.
_SIGNS = ("disk is full", "disk I/O error", "No space left", "File too large", "quota exceeded")


@contextmanager
def name_full_disk(folder: Path) -> Iterator[None]:
    """Turn what fails inside for want of room into a DatelineError that says so."""
    try:
        yield
    except (sqlite3.OperationalError, OSError, ValueError) as error:
        if not any(sign in str(error) for sign in _SIGNS):
            raise
        raise DatelineError(
            f"the disk of {folder} is full, or fails ({str(error)[:100]}). What was committed before is kept: make "
            "room, and run the command again."
        ) from error
