"""The conversations that are kept: `conversations.db` in the library's folder, a SQLite file beside the articles' own;
where the library is a database, in tables of that, so that all servers have them.

Where that folder can't be written, they are kept in a temporary one, which begins with those that are there. A
conversation belongs to its owner. An exchange is kept with the articles as they were, so that its quotes stay true
when the library changes.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import re
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

from filelock import FileLock

from index import DatelineError, Library, can_write, connect_sqlite, make_storable
from ui.chat.conversation import Conversation, Exchange
from ui.chat.kept.database import DatabaseConversations
from ui.chat.kept.records import (
    MOST_LISTED,
    DeletedConversation,
    KeptConversation,
    SharedConversation,
    make_name,
    make_share_id,
    read_exchange,
    store_exchange,
)

FILE = "conversations.db"
OLD_FILE = "talks.db"  # of version 0.1.0
OLD_NAME = "talk"  # of a conversation in links of version 0.1.0
_FORMAT = 3
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
_SHARES = """
CREATE TABLE shares (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, conversation TEXT NOT NULL, UNIQUE (owner, conversation),
    FOREIGN KEY (owner, conversation) REFERENCES conversations (owner, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
"""
# What brings a file of the older format to the next one.
_STEPS = {
    1: """
    ALTER TABLE talks RENAME TO conversations;
    ALTER TABLE conversations RENAME COLUMN reader TO owner;
    ALTER TABLE exchanges RENAME COLUMN reader TO owner;
    ALTER TABLE exchanges RENAME COLUMN talk TO conversation;
    """,
    2: _SHARES,
}
_ONE_CONVERSATION = "SELECT id, name, changed FROM conversations WHERE owner = ? AND id = ?"


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
    """Conversations in a file, by owner and id. Threads may share one; every method is one transaction.

    Raises DatelineError where the file can't be read or written.
    """

    is_shared = False  # one process has the file of a conversation that is open

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._lock = Lock()
        self._temporary: TemporaryDirectory[str] | None = None
        if not can_write(folder):
            self._temporary = TemporaryDirectory(prefix="dateline-")
            _copy_what_is_readable(folder, Path(self._temporary.name))
            folder = Path(self._temporary.name)
        with _explaining(self._path.with_name(OLD_FILE)):
            if _take_over_old_file(folder) and self._temporary is None:
                _log.warning("the conversations in %s are kept in %s from now on", folder / OLD_FILE, FILE)
        with _explaining(self._path):
            (folder / FILE).touch(mode=0o600)
            self._db = connect_sqlite(folder / FILE)
            self._db.execute("PRAGMA secure_delete = ON")
            self._db.create_function("fold", 1, str.casefold, deterministic=True)
            _settle_format(self._db, self._path)

    def close(self) -> None:
        """Close the file, and remove it where it is temporary. Nothing is lost without it."""
        with self._lock:
            self._db.close()
            if self._temporary is not None:
                self._temporary.cleanup()

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
        return tuple(read_exchange(stored) for (stored,) in rows)

    def find(self, owner: str, conversation: str) -> KeptConversation | None:
        """What the list shows of a conversation, or None."""
        with self._transaction() as db:
            row = db.execute(_ONE_CONVERSATION, (owner, conversation)).fetchone()
        return KeptConversation(*row) if row else None

    def put(self, owner: str, conversation: str, turn: int, exchange: Exchange) -> None:
        """Keep an exchange, the `turn`th from 0, in place of what was kept of it; the first names the conversation."""
        words, stored = store_exchange(exchange)
        with self._transaction() as db:
            db.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET changed = excluded.changed",
                (owner, conversation, make_name(exchange.question), time.time()),
            )
            row = (owner, conversation, turn, words, stored)
            db.execute("INSERT OR REPLACE INTO exchanges VALUES (?, ?, ?, ?, ?)", row)

    def rename(self, owner: str, conversation: str, name: str) -> None:
        """Give a conversation another name; an empty one changes nothing."""
        if name := make_name(name):
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

    def share(self, owner: str, conversation: str) -> str:
        """The id under which others may read the conversation from now on; empty where this owner has none such."""
        made = (make_share_id(), owner, conversation)
        query = """
            INSERT INTO shares SELECT ?, owner, id FROM conversations WHERE owner = ? AND id = ?
            ON CONFLICT DO NOTHING"""
        with self._transaction() as db:
            db.execute(query, made)
        return self.shared_as(owner, conversation)

    def unshare(self, owner: str, conversation: str) -> None:
        """Let nobody else read the conversation any more."""
        with self._transaction() as db:
            db.execute("DELETE FROM shares WHERE owner = ? AND conversation = ?", (owner, conversation))

    def shared_as(self, owner: str, conversation: str) -> str:
        """The id under which others may read the conversation; empty where it is not shared."""
        query = "SELECT id FROM shares WHERE owner = ? AND conversation = ?"
        with self._transaction() as db:
            row = db.execute(query, (owner, conversation)).fetchone()
        return str(row[0]) if row else ""

    def find_shared(self, share: str) -> SharedConversation | None:
        """The conversation that is shared under that id, or None."""
        query = """
            SELECT owner, c.id, name, changed FROM conversations c JOIN shares s USING (owner)
            WHERE s.id = ? AND s.conversation = c.id"""
        with self._transaction() as db:
            row = db.execute(query, (share,)).fetchone()
        return SharedConversation(row[0], KeptConversation(*row[1:])) if row else None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _explaining(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


Conversations = ConversationStore | DatabaseConversations


def open_conversations(library: Library) -> Conversations:
    """The conversations about a library: in its database, or in its folder."""
    rows = library.conversations
    return ConversationStore(library.folder) if rows is None else DatabaseConversations(rows)


@contextmanager
def _explaining(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        if "locked" in str(error):
            raise DatelineError(f"another process uses {path}. Stop it, then try again.") from None
        raise DatelineError(
            f"the conversations in {path} can't be kept ({error}). Fix that, or move the file away to start over."
        ) from None


def _settle_format(db: sqlite3.Connection, path: Path) -> None:
    """Bring the file to the format of this version, in one transaction. A file of a later one is left as it is."""
    db.execute("BEGIN IMMEDIATE")
    found = db.execute("PRAGMA user_version").fetchone()[0]
    if known := found == 0 or found in _STEPS:
        steps = [_STEPS[step] for step in range(found, _FORMAT)] if found else [_TABLES, _SHARES]
        for statement in ";".join(steps).split(";"):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {_FORMAT}")
    db.execute("COMMIT")
    if not known and found != _FORMAT:
        raise DatelineError(f"{path} has format {found}; this version of Dateline reads {_FORMAT}. Update it.")


def _copy_what_is_readable(folder: Path, to: Path) -> None:
    """Copy the files of conversations with their write-ahead logs; those that only somebody else may read stay."""
    for name in (FILE, OLD_FILE):
        for file in (folder / name, folder / f"{name}-wal"):
            if os.access(file, os.R_OK):
                shutil.copyfile(file, to / file.name)


def _take_over_old_file(folder: Path) -> bool:
    """Take what version 0.1.0 kept in its file, with all that its write-ahead log holds, into the file of today.

    Where there is none yet, the old one gets its name; where 0.1.0 has been used again since, its conversations are
    added. Whenever the process is killed, the next one goes on from there. Returns False where there is no old one.
    """
    old, new = folder / OLD_FILE, folder / FILE
    if not old.is_file():
        return False
    with FileLock(folder / f"{FILE}.lock"):
        if not old.is_file():
            return False  # another process was first
        with closing(connect_sqlite(old)) as db:
            db.execute("PRAGMA journal_mode = DELETE")  # fails where another process has the file open
            if new.exists():
                _settle_format(db, old)
        if new.exists():
            _add_conversations(old, new)
            old.unlink()
        else:
            old.replace(new)
    return True


def _add_conversations(old: Path, new: Path) -> None:
    """Add all conversations of one file to another. Of those in both, what only the old one has comes last."""
    with closing(connect_sqlite(new)) as db:
        _settle_format(db, new)
        db.execute("ATTACH ? AS old", (str(old),))
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT OR IGNORE INTO conversations SELECT * FROM old.conversations")
        db.execute("""
            INSERT INTO exchanges SELECT owner, conversation, turn + (
                SELECT coalesce(max(turn) + 1, 0) FROM main.exchanges m
                WHERE (m.owner, m.conversation) = (o.owner, o.conversation)
            ), words, exchange FROM old.exchanges o WHERE NOT EXISTS (
                SELECT 1 FROM main.exchanges m
                WHERE (m.owner, m.conversation, m.exchange) = (o.owner, o.conversation, o.exchange)
            )""")
        db.execute("COMMIT")
