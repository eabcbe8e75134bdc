"""The talks that are kept: `talks.db` in the library's folder, a SQLite file beside the articles' own.

A talk belongs to its reader. An exchange is kept with the articles as they were, so that its quotes stay true when the
library changes.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from index import DatelineError
from index.identify import make_storable
from index.storage.connection import connect
from ui.chat.conversation import Exchange, Talk

FILE = "talks.db"
LONGEST_NAME = 200  # characters
MOST_LISTED = 200
_FORMAT = 1
_ID = re.compile(r"[A-Za-z0-9_-]{12}")
_TABLES = """
CREATE TABLE talks (
    reader TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, changed REAL NOT NULL, PRIMARY KEY (reader, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE exchanges (
    reader TEXT NOT NULL, talk TEXT NOT NULL, turn INTEGER NOT NULL, words TEXT NOT NULL, exchange BLOB NOT NULL,
    PRIMARY KEY (reader, talk, turn), FOREIGN KEY (reader, talk) REFERENCES talks (reader, id) ON DELETE CASCADE
) STRICT;
"""
_ONE_TALK = "SELECT id, name, changed FROM talks WHERE reader = ? AND id = ?"
_EXCHANGE = TypeAdapter(Exchange)


class KeptTalk(NamedTuple):
    """A talk as the list shows it; `changed` in seconds since 1970."""

    id: str
    name: str
    changed: float


class DeletedTalk(NamedTuple):
    """All that is needed to put a talk back."""

    kept: KeptTalk
    rows: tuple[tuple[int, str, bytes], ...]


def make_talk_id() -> str:
    """A name for a new talk, which nobody guesses."""
    return secrets.token_urlsafe(9)


def choose_talk(talk: str, request: Any) -> str:
    """The talk that a page shows: the one that it tells, else the one in its address, else a new one.

    A page that has just been opened may ask before it was told the id of its new talk, so that id follows from the
    page's own.
    """
    named = str(dict(request.query_params).get("talk", ""))
    new = base64.urlsafe_b64encode(hashlib.sha256(str(request.session_hash).encode()).digest()[:9]).decode()
    return next((known for known in (talk, named) if is_talk_id(known)), new)


def is_talk_id(text: str) -> bool:
    """True for what `make_talk_id` could have made."""
    return _ID.fullmatch(text) is not None


class TalkStore:
    """Talks by reader and id. Threads may share one; every method is one transaction.

    Raises DatelineError where the file can't be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = Lock()
        with self._explaining():
            self._path.touch(mode=0o600)
            self._db = connect(self._path)
            self._db.execute("PRAGMA secure_delete = ON")
            self._db.create_function("fold", 1, str.casefold, deterministic=True)
            self._settle_format()

    def close(self) -> None:
        """Close the file. Nothing is lost without it."""
        with self._lock:
            self._db.close()

    def search(self, reader: str, words: str = "") -> list[KeptTalk]:
        """The reader's talks that have `words` in name, question or answer; those that changed last come first."""
        query = """
            SELECT id, name, changed FROM talks WHERE reader = ?1 AND (instr(fold(name), fold(?2)) OR EXISTS (
                SELECT 1 FROM exchanges e
                WHERE e.reader = ?1 AND e.talk = talks.id AND instr(fold(e.words), fold(?2))
            )) ORDER BY changed DESC LIMIT ?3"""
        with self._transaction() as db:
            found = db.execute(query, (reader, make_storable(words).strip(), MOST_LISTED)).fetchall()
        return [KeptTalk(*row) for row in found]

    def read(self, reader: str, talk: str) -> Talk:
        """The talk; empty where this reader has none of that id."""
        query = "SELECT exchange FROM exchanges WHERE reader = ? AND talk = ? ORDER BY turn"
        with self._transaction() as db:
            rows = db.execute(query, (reader, talk)).fetchall()
        return tuple(_read_exchange(blob) for (blob,) in rows)

    def find(self, reader: str, talk: str) -> KeptTalk | None:
        """What the list shows of a talk, or None."""
        with self._transaction() as db:
            row = db.execute(_ONE_TALK, (reader, talk)).fetchone()
        return KeptTalk(*row) if row else None

    def put(self, reader: str, talk: str, turn: int, exchange: Exchange) -> None:
        """Keep an exchange, the `turn`th from 0, in the place of what was kept of it. The first names the talk."""
        words = f"{exchange.question}\n{exchange.answer.text() if exchange.answer else ''}"
        try:
            blob = zlib.compress(_EXCHANGE.dump_json(exchange))
        except ValueError as error:  # half a surrogate pair in a model's reply
            raise DatelineError(f"an answer can't be kept: {error}") from None
        with self._transaction() as db:
            db.execute(
                "INSERT INTO talks VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET changed = excluded.changed",
                (reader, talk, _one_line(exchange.question), time.time()),
            )
            row = (reader, talk, turn, make_storable(words), blob)
            db.execute("INSERT OR REPLACE INTO exchanges VALUES (?, ?, ?, ?, ?)", row)

    def rename(self, reader: str, talk: str, name: str) -> None:
        """Give a talk another name; an empty one changes nothing."""
        if name := _one_line(name):
            with self._transaction() as db:
                db.execute("UPDATE talks SET name = ? WHERE reader = ? AND id = ?", (name, reader, talk))

    def delete(self, reader: str, talk: str) -> DeletedTalk | None:
        """Delete a talk; return what `restore` needs, or None where there was none."""
        with self._transaction() as db:
            found = db.execute(_ONE_TALK, (reader, talk)).fetchone()
            query = "SELECT turn, words, exchange FROM exchanges WHERE reader = ? AND talk = ? ORDER BY turn"
            rows = db.execute(query, (reader, talk)).fetchall()
            db.execute("DELETE FROM talks WHERE reader = ? AND id = ?", (reader, talk))
        return DeletedTalk(KeptTalk(*found), tuple(rows)) if found else None

    def restore(self, reader: str, deleted: DeletedTalk) -> None:
        """Put a talk back that was deleted."""
        kept = deleted.kept
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO talks VALUES (?, ?, ?, ?)", (reader, *kept))
            rows = [(reader, kept.id, *row) for row in deleted.rows]
            db.executemany("INSERT INTO exchanges VALUES (?, ?, ?, ?, ?)", rows)

    def _settle_format(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        found = self._db.execute("PRAGMA user_version").fetchone()[0]
        if found == 0:
            for statement in _TABLES.split(";"):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {_FORMAT}")
        self._db.execute("COMMIT")
        if found not in (0, _FORMAT):
            raise DatelineError(
                f"{self._path} has format {found}; this version of Dateline reads {_FORMAT}. Update it."
            )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._explaining():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise DatelineError(
                f"the talks in {self._path} can't be kept ({error}). Mend that, or move the file away to begin anew."
            ) from None


def _read_exchange(blob: bytes) -> Exchange:
    try:
        return _EXCHANGE.validate_json(zlib.decompress(blob))
    except (ValidationError, zlib.error):
        return Exchange("", error="this part of the talk was kept by another version, or is damaged.")


def _one_line(text: str) -> str:
    return " ".join(make_storable(text).split())[:LONGEST_NAME]
