"""What is asked of a database that keeps a queue."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from index.records import Article, QueueState

MOST_TRIES = 3  # then an article is set aside


class Queued(NamedTuple):
    """An article that waits, by its number in the queue."""

    number: int
    article: Article


class QueueRows(Protocol):
    """Articles in the order of their coming; what of one article came first is taken first."""

    def put(self, articles: Sequence[Article]) -> None:
        """Have articles wait, all or none."""
        ...

    def take(self) -> AbstractContextManager[Queued | None]:
        """One transaction with the next article, or None; nobody else gets that while it lasts."""
        ...

    def trying(self) -> AbstractContextManager[object]:
        """What is written within is undone where it fails, and the transaction goes on."""
        ...

    def finish(self, queued: Queued) -> None:
        """Within its transaction: an article is in the library, and waits no more."""
        ...

    def fail(self, queued: Queued, reason: str) -> None:
        """Within its transaction: an article could not be added; after `MOST_TRIES` it is set aside."""
        ...

    def try_again(self) -> int:
        """Have the articles wait that were set aside; return how many these are."""
        ...

    def state(self) -> QueueState:
        """How many wait and who works, and what was set aside."""
        ...

    def at_work(self) -> AbstractContextManager[object]:
        """Keep to one connection, and be counted as a worker for as long as that lasts."""
        ...
