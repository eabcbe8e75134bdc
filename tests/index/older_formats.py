"""Making a library of today what it was in an older format."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

import numpy as np

from index.storage.checksum import make_checksum
from index.storage.encoding import decode_vectors
from index.storage.sqlite.checked import ARTICLES, FOLLOWED, PAGES, Checked

# Columns that came after formats 5, 6 and 7, the last of each table.
_ADDED = {ARTICLES: 6, PAGES: 4, FOLLOWED: 1}
_AFTER_6 = {ARTICLES: 2, FOLLOWED: 1}
_AFTER_7 = {ARTICLES: 1, FOLLOWED: 1}
_FILTERED = "CREATE INDEX articles_filtered ON articles (published_at, published, source, language, url, id)"


def make_format_7(db: sqlite3.Connection) -> None:
    """Bring a library back to what it was in format 7: without collections."""
    _make_sealed(db, "7", _AFTER_7)
    db.execute(_FILTERED)


def make_format_6(db: sqlite3.Connection) -> None:
    """Bring a library back to what it was in format 6: without places of words."""
    _make_sealed(db, "6", _AFTER_6)


def make_format_5(db: sqlite3.Connection) -> None:
    """Bring a library back to what it was in format 5: without evidence but that of dates, and when pages are due."""
    _make_sealed(db, "5", _ADDED)


def _make_sealed(db: sqlite3.Connection, name: str, dropped: Mapping[Checked, int]) -> None:
    db.create_function("seal", -1, make_checksum)
    for checked in dropped:
        db.execute(f"ALTER TABLE {checked.table} DROP COLUMN checksum")
    _drop(db, dropped)
    for checked, added in dropped.items():
        db.execute(f"ALTER TABLE {checked.table} ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0")
        db.execute(f"UPDATE {checked.table} SET checksum = seal({', '.join(checked.columns[:-added])})")
    sealed = [name, make_checksum("format", name)]
    db.execute("UPDATE manifest SET value = ?, checksum = ? WHERE name = 'format'", sealed)


def _drop(db: sqlite3.Connection, dropped: Mapping[Checked, int]) -> None:
    db.execute("DROP INDEX articles_filtered")
    for checked, added in dropped.items():
        for name in checked.columns[-added:]:
            db.execute(f"ALTER TABLE {checked.table} DROP COLUMN {name}")


def make_format_3(db: sqlite3.Connection) -> list[tuple[bytes, str]]:
    """Bring a library back to what it was in format 3; return its bands, each made up, with its article."""
    for table in ("manifest", "articles", "versions", "passages", "vectors", "stories", "followed", "pages"):
        db.execute(f"ALTER TABLE {table} DROP COLUMN checksum")
    _drop(db, _ADDED)
    db.execute("DROP TABLE history")
    halves = [
        (decode_vectors([code], len(code)).astype(np.float16).tobytes(), key)
        for key, code in db.execute("SELECT key, vector FROM vectors")
    ]
    db.executemany("UPDATE vectors SET vector = ? WHERE key = ?", halves)
    bands = [
        (bytes([n % 256] * 33), row[0])
        for n, row in enumerate(db.execute("SELECT article_id FROM bands JOIN stories USING (number)"))
    ]
    stories = db.execute("SELECT article_id, story FROM stories ORDER BY number").fetchall()
    for statement in (
        "DROP TABLE followed",
        "DROP TABLE pages",
        "DROP TABLE bands",
        "DROP TABLE stories",
        "CREATE TABLE stories (article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, "
        "story INTEGER NOT NULL) STRICT",
        "CREATE INDEX stories_story ON stories (story)",
        "CREATE TABLE bands (band BLOB NOT NULL, article_id TEXT NOT NULL REFERENCES stories (article_id) "
        "ON DELETE CASCADE, PRIMARY KEY (band, article_id)) STRICT, WITHOUT ROWID",
        "CREATE INDEX bands_article ON bands (article_id)",
        "UPDATE vectors SET key = CAST(key || key AS BLOB)",
        "UPDATE passages SET vector_key = CAST(vector_key || vector_key AS BLOB)",
        "UPDATE manifest SET value = '3' WHERE name = 'format'",
        "UPDATE manifest SET value = 'float16' WHERE name = 'precision'",
    ):
        db.execute(statement)
    db.executemany("INSERT INTO stories VALUES (?, ?)", stories)
    db.executemany("INSERT INTO bands VALUES (?, ?)", bands)
    return bands
