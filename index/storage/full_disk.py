"""A disk that is full, in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import DiskFull

# How SQLite, the system and tantivy say it.
_SIGNS = ("disk is full", "disk I/O error", "No space left", "File too large", "quota exceeded")


@contextmanager
def name_full_disk(folder: Path) -> Iterator[None]:
    """Turn what fails inside for want of room into DiskFull."""
    try:
        yield
    except (sqlite3.OperationalError, OSError, ValueError) as error:
        if not any(sign in str(error) for sign in _SIGNS):
            raise
        raise DiskFull(folder, str(error)) from error
