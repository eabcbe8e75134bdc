"""A conversation as it is kept: what lists show of it, its names, and its exchanges as bytes."""

from __future__ import annotations

import re
import secrets
from typing import NamedTuple

from index import DatelineError, make_storable
from ui.chat.conversation import Exchange
from ui.chat.stored_exchange import UnreadableExchangeError, from_stored, to_stored

LONGEST_NAME = 200  # characters
MOST_LISTED = 200
_SHARE = re.compile(r"[A-Za-z0-9_-]{22}")


class KeptConversation(NamedTuple):
    """A conversation as the list shows it; `changed` in seconds since 1970."""

    id: str
    name: str
    changed: float


class DeletedConversation(NamedTuple):
    """All that is needed to put a conversation back."""

    kept: KeptConversation
    rows: tuple[tuple[int, str, bytes], ...]


class SharedConversation(NamedTuple):
    """A conversation that others may read, and whose it is."""

    owner: str
    kept: KeptConversation


def make_share_id() -> str:
    """What opens a conversation to others: 128 random bits."""
    return secrets.token_urlsafe(16)


def is_share_id(text: str) -> bool:
    """True for what `make_share_id` could have made."""
    return _SHARE.fullmatch(text) is not None


def store_exchange(exchange: Exchange) -> tuple[str, bytes]:
    """The words that a search looks for, and the whole of it. Raises DatelineError where it can't be kept."""
    words = f"{exchange.question}\n{exchange.answer.text() if exchange.answer else ''}"
    try:
        return make_storable(words), to_stored(exchange)
    except ValueError as error:  # half a surrogate pair in a model's reply
        raise DatelineError(f"an answer can't be kept: {error}") from None


def read_exchange(stored: bytes) -> Exchange:
    """The exchange that was kept; one that says so where it can't be read."""
    try:
        return from_stored(stored)
    except UnreadableExchangeError as error:
        return Exchange("", error=str(error))


def make_name(text: str) -> str:
    """The words as a name of a conversation: in one line, and not too long."""
    return " ".join(make_storable(text).split())[:LONGEST_NAME]
