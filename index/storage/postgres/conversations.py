"""Conversations in PostgreSQL, as rows: what is in them is known to who keeps them."""

from __future__ import annotations

from collections.abc import Sequence

from index.storage.postgres.connection import Database

_LISTED = "SELECT id, name, changed FROM conversations"
_PUT = (
    "INSERT INTO conversations (owner, id, name, changed, folded) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (owner, id) DO UPDATE SET changed = excluded.changed"
)
_PUT_EXCHANGE = (
    "INSERT INTO exchanges (owner, conversation, turn, folded, exchange) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (owner, conversation, turn) DO UPDATE SET folded = excluded.folded, exchange = excluded.exchange"
)
_SEARCH = (
    f"{_LISTED} WHERE owner = %s AND (position(%s IN folded) > 0 OR EXISTS (SELECT 1 FROM exchanges "
    "WHERE exchanges.owner = conversations.owner AND conversation = id AND position(%s IN exchanges.folded) > 0)) "
    "ORDER BY changed DESC LIMIT %s"
)

_SHARE = (
    "INSERT INTO shares (id, owner, conversation) SELECT %s, owner, id FROM conversations WHERE owner = %s AND id = %s "
    "ON CONFLICT DO NOTHING"
)
_SHARED = "SELECT owner, id, name, changed FROM shared(%s)"
# One's own, and those of a shared conversation.
_EXCHANGES = (
    "SELECT turn, folded, exchange FROM exchanges WHERE owner = %s AND conversation = %s "
    "UNION SELECT turn, folded, exchange FROM shared_exchanges(%s, %s) ORDER BY turn"
)


class PostgresConversations:
    """The tables `conversations`, `exchanges` and `shares`; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def search(self, owner: str, words: str, most: int) -> list[tuple[str, str, float]]:
        """Id, name and moment of change of the owner's conversations with `words`; the last to change come first."""
        folded = words.casefold()
        rows = self._db.rows(_SEARCH, (owner, folded, folded, most))
        return [(id_, name, changed) for id_, name, changed in rows]

    def find(self, owner: str, conversation: str) -> tuple[str, str, float] | None:
        """The same of one conversation, or None."""
        row = self._db.row(f"{_LISTED} WHERE owner = %s AND id = %s", (owner, conversation))
        return (row[0], row[1], row[2]) if row else None

    def exchanges(self, owner: str, conversation: str) -> list[tuple[int, str, bytes]]:
        """Turn, words and content of each exchange, in order."""
        rows = self._db.rows(_EXCHANGES, (owner, conversation) * 2)
        return [(turn, words, content) for turn, words, content in rows]

    def put(self, owner: str, kept: tuple[str, str, float], exchanges: Sequence[tuple[int, str, bytes]]) -> None:
        """Keep exchanges, each in place of the one of its turn; the name is that of the first time."""
        id_, name, changed = kept
        with self._db.transaction():
            self._db.run(_PUT, (owner, id_, name, changed, name.casefold()))
            rows = [(owner, id_, turn, words.casefold(), content) for turn, words, content in exchanges]
            self._db.run_each(_PUT_EXCHANGE, rows)

    def rename(self, owner: str, conversation: str, name: str) -> None:
        """Give a conversation another name."""
        renamed = "UPDATE conversations SET name = %s, folded = %s WHERE owner = %s AND id = %s"
        self._db.run(renamed, (name, name.casefold(), owner, conversation))

    def delete(self, owner: str, conversation: str) -> None:
        """Delete a conversation with its exchanges."""
        self._db.run("DELETE FROM conversations WHERE owner = %s AND id = %s", (owner, conversation))

    def share(self, owner: str, conversation: str, share: str) -> str:
        """Share a conversation as `share`, unless it is already; return as what it is, empty where there is none."""
        with self._db.transaction():
            self._db.run(_SHARE, (share, owner, conversation))
            return self.shared_as(owner, conversation)

    def unshare(self, owner: str, conversation: str) -> None:
        """Share a conversation no more."""
        self._db.run("DELETE FROM shares WHERE owner = %s AND conversation = %s", (owner, conversation))

    def shared_as(self, owner: str, conversation: str) -> str:
        """As what a conversation is shared; empty where it is not."""
        row = self._db.row("SELECT id FROM shares WHERE owner = %s AND conversation = %s", (owner, conversation))
        return row[0] if row else ""

    def find_shared(self, share: str) -> tuple[str, str, str, float] | None:
        """Owner, id, name and moment of change of the conversation that is shared as `share`, or None."""
        row = self._db.row(_SHARED, (share,))
        return (row[0], row[1], row[2], row[3]) if row else None
