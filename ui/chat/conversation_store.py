"""The conversations that are kept: `conversations.db` in the library's folder, a SQLite file beside the articles' own.

A conversation belongs to its owner. An exchange is kept with the articles as they were, so that its quotes stay true
when the library changes.
"""

from __future__ import annotations

import base64
import hashlib
import logging
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

from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from index import DatelineError, connect_sqlite, make_storable
from ui.chat.conversation import Conversation, Exchange

FILE = "conversations.db"
OLD_FILE = "talks.db"  # of version 0.1.0
OLD_NAME = "talk"  # of a conversation in links of version 0.1.0
LONGEST_NAME = 200  # characters
MOST_LISTED = 200
_FORMAT = 2
_log = logging.getLogger("dateline.chat")
_ID = re.compile(r"[A-Za-z0-9_-]{12}")
_TABLES = """
CREATE TABLE conversations (
    owner TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, changed REAL NOT NULL, PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE exchanges (
    owner TEXT NOT NULL, conversation TEXT NOT NULL, turn INTEGER NOT NULL, words TEXT NOT NULL, exchange BLOB NOT NULL,
    PRIMARY KEY (owner, conversation, turn),
    FOREIGN KEY (owner, conversation) REFERENCES conversations (owner, id) ON DELETE CASCADE
) STRICT;
"""
# What brings a file of the older format to the next one.
_STEPS = {
    1: """
    ALTER TABLE talks RENAME TO conversations;
    ALTER TABLE conversations RENAME COLUMN reader TO owner;
    ALTER TABLE exchanges RENAME COLUMN reader TO owner;
    ALTER TABLE exchanges RENAME COLUMN talk TO conversation;
    """,
}
_ONE_CONVERSATION = "SELECT id, name, changed FROM conversations WHERE owner = ? AND id = ?"
_EXCHANGE = TypeAdapter(Exchange)


class KeptConversation(NamedTuple):
    """A conversation as the list shows it; `changed` in seconds since 1970."""

    id: str
    name: str
    changed: float


class DeletedConversation(NamedTuple):
    """All that is needed to put a conversation back."""

    kept: KeptConversation
    rows: tuple[tuple[int, str, bytes], ...]


def make_conversation_id() -> str:
    """A name for a new conversation, which nobody guesses."""
    return secrets.token_urlsafe(9)


def choose_conversation(conversation: str, request: Any) -> str:
    """The conversation that a page shows: the one that it names, else the one in its address, else a new one.

    A page that has just been opened may ask before it knows the id of its new conversation, so that id follows from
    the page's own.
    """
    asked = dict(request.query_params)
    named = str(asked.get("conversation") or asked.get(OLD_NAME, ""))
    new = base64.urlsafe_b64encode(hashlib.sha256(str(request.session_hash).encode()).digest()[:9]).decode()
    return next((known for known in (conversation, named) if is_conversation_id(known)), new)


def is_conversation_id(text: str) -> bool:
    """True for what `make_conversation_id` could have made."""
    return _ID.fullmatch(text) is not None


class ConversationStore:
    """Conversations by owner and id. Threads may share one; every method is one transaction.

    Raises DatelineError where the file can't be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = Lock()
        with self._explaining():
            _take_over_old_file(folder)
            self._path.touch(mode=0o600)
            self._db = connect_sqlite(self._path)
            self._db.execute("PRAGMA secure_delete = ON")
            self._db.create_function("fold", 1, str.casefold, deterministic=True)
            self._settle_format()

    def close(self) -> None:
        """Close the file. Nothing is lost without it."""
        with self._lock:
            self._db.close()

    def search(self, owner: str, words: str = "") -> list[KeptConversation]:
        """The owner's conversations with `words` in name, question or answer; the last to change come first."""
        query = """
            SELECT id, name, changed FROM conversations WHERE owner = ?1 AND (instr(fold(name), fold(?2)) OR EXISTS (
                SELECT 1 FROM exchanges e
                WHERE e.owner = ?1 AND e.conversation = conversations.id AND instr(fold(e.words), fold(?2))
            )) ORDER BY changed DESC LIMIT ?3"""
        with self._transaction() as db:
            found = db.execute(query, (owner, make_storable(words).strip(), MOST_LISTED)).fetchall()
        return [KeptConversation(*row) for row in found]

    def read(self, owner: str, conversation: str) -> Conversation:
        """The conversation; empty where this owner has none of that id."""
        query = "SELECT exchange FROM exchanges WHERE owner = ? AND conversation = ? ORDER BY turn"
        with self._transaction() as db:
            rows = db.execute(query, (owner, conversation)).fetchall()
        return tuple(_read_exchange(blob) for (blob,) in rows)

    def find(self, owner: str, conversation: str) -> KeptConversation | None:
        """What the list shows of a conversation, or None."""
        with self._transaction() as db:
            row = db.execute(_ONE_CONVERSATION, (owner, conversation)).fetchone()
        return KeptConversation(*row) if row else None

    def put(self, owner: str, conversation: str, turn: int, exchange: Exchange) -> None:
        """Keep an exchange, the `turn`th from 0, in place of what was kept of it; the first names the conversation."""
        words = f"{exchange.question}\n{exchange.answer.text() if exchange.answer else ''}"
        try:
            blob = zlib.compress(_EXCHANGE.dump_json(exchange))
        except ValueError as error:  # half a surrogate pair in a model's reply
            raise DatelineError(f"an answer can't be kept: {error}") from None
        with self._transaction() as db:
            db.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET changed = excluded.changed",
                (owner, conversation, _one_line(exchange.question), time.time()),
            )
            row = (owner, conversation, turn, make_storable(words), blob)
            db.execute("INSERT OR REPLACE INTO exchanges VALUES (?, ?, ?, ?, ?)", row)

    def rename(self, owner: str, conversation: str, name: str) -> None:
        """Give a conversation another name; an empty one changes nothing."""
        if name := _one_line(name):
            with self._transaction() as db:
                db.execute("UPDATE conversations SET name = ? WHERE owner = ? AND id = ?", (name, owner, conversation))

    def delete(self, owner: str, conversation: str) -> DeletedConversation | None:
        """Delete a conversation; return what `restore` needs, or None where there was none."""
        with self._transaction() as db:
            found = db.execute(_ONE_CONVERSATION, (owner, conversation)).fetchone()
            query = "SELECT turn, words, exchange FROM exchanges WHERE owner = ? AND conversation = ? ORDER BY turn"
            rows = db.execute(query, (owner, conversation)).fetchall()
            db.execute("DELETE FROM conversations WHERE owner = ? AND id = ?", (owner, conversation))
        return DeletedConversation(KeptConversation(*found), tuple(rows)) if found else None

    def restore(self, owner: str, deleted: DeletedConversation) -> None:
        """Put a conversation back that was deleted."""
        kept = deleted.kept
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO conversations VALUES (?, ?, ?, ?)", (owner, *kept))
            rows = [(owner, kept.id, *row) for row in deleted.rows]
            db.executemany("INSERT INTO exchanges VALUES (?, ?, ?, ?, ?)", rows)

    def _settle_format(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        found = self._db.execute("PRAGMA user_version").fetchone()[0]
        if known := found == 0 or found in _STEPS:
            steps = [_STEPS[step] for step in range(found, _FORMAT)] if found else [_TABLES]
            for statement in ";".join(steps).split(";"):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {_FORMAT}")
        self._db.execute("COMMIT")
        if not known and found != _FORMAT:
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
                f"the conversations in {self._path} can't be kept ({error}). Fix that, or move the file away to "
                "start over."
            ) from None


def _take_over_old_file(folder: Path) -> None:
    """Give the file of version 0.1.0 its new name, with all that its write-ahead log holds."""
    old = folder / OLD_FILE
    if not old.is_file() or (folder / FILE).exists():
        return
    with FileLock(folder / f"{FILE}.lock"):
        if not old.is_file():
            return  # another process was first
        db = connect_sqlite(old)
        try:
            db.execute("PRAGMA journal_mode = DELETE")
        finally:
            db.close()
        old.replace(folder / FILE)
    _log.warning("the conversations in %s are kept in %s from now on", old, FILE)


def _read_exchange(blob: bytes) -> Exchange:
    try:
        return _EXCHANGE.validate_json(zlib.decompress(blob))
    except (ValidationError, zlib.error):
        return Exchange("", error="this part of the conversation was kept by another version, or is damaged.")


def _one_line(text: str) -> str:
    return " ".join(make_storable(text).split())[:LONGEST_NAME]
