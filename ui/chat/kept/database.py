"""Conversations that are kept in a library's database."""

from __future__ import annotations

import time

from index import ConversationRows, make_storable
from ui.chat.conversation import Conversation, Exchange
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


class DatabaseConversations:
    """Conversations in a library's database, which several servers have. Raises DatelineError where that is lost."""

    is_shared = True

    def __init__(self, rows: ConversationRows) -> None:
        self._rows = rows

    def close(self) -> None:
        """Do nothing: the library closes its database."""

    def search(self, owner: str, words: str = "") -> list[KeptConversation]:
        """The owner's conversations with `words` in name, question or answer; the last to change come first."""
        found = self._rows.search(owner, make_storable(words).strip(), MOST_LISTED)
        return [KeptConversation(*row) for row in found]

    def read(self, owner: str, conversation: str) -> Conversation:
        """The conversation; empty where this owner has none of that id."""
        return tuple(read_exchange(stored) for _, _, stored in self._rows.exchanges(owner, conversation))

    def find(self, owner: str, conversation: str) -> KeptConversation | None:
        """What the list shows of a conversation, or None."""
        row = self._rows.find(owner, conversation)
        return KeptConversation(*row) if row else None

    def put(self, owner: str, conversation: str, turn: int, exchange: Exchange) -> None:
        """Keep an exchange, the `turn`th from 0, in place of what was kept of it; the first names the conversation."""
        kept = (conversation, make_name(exchange.question), time.time())
        self._rows.put(owner, kept, [(turn, *store_exchange(exchange))])

    def rename(self, owner: str, conversation: str, name: str) -> None:
        """Give a conversation another name; an empty one changes nothing."""
        if name := make_name(name):
            self._rows.rename(owner, conversation, name)

    def delete(self, owner: str, conversation: str) -> DeletedConversation | None:
        """Delete a conversation; return what `restore` needs, or None where there was none."""
        found, rows = self.find(owner, conversation), self._rows.exchanges(owner, conversation)
        self._rows.delete(owner, conversation)
        return DeletedConversation(found, tuple(rows)) if found else None

    def restore(self, owner: str, deleted: DeletedConversation) -> None:
        """Put a conversation back that was deleted."""
        self._rows.put(owner, deleted.kept, deleted.rows)

    def share(self, owner: str, conversation: str) -> str:
        """The id under which others may read the conversation from now on; empty where this owner has none such."""
        return self._rows.share(owner, conversation, make_share_id())

    def unshare(self, owner: str, conversation: str) -> None:
        """Let nobody else read the conversation any more."""
        self._rows.unshare(owner, conversation)

    def shared_as(self, owner: str, conversation: str) -> str:
        """The id under which others may read the conversation; empty where it is not shared."""
        return self._rows.shared_as(owner, conversation)

    def find_shared(self, share: str) -> SharedConversation | None:
        """The conversation that is shared under that id, or None."""
        row = self._rows.find_shared(share)
        return SharedConversation(row[0], KeptConversation(*row[1:])) if row else None
