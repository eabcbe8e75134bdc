"""Putting articles into the queue: as quick as reading them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from index.adding import find_kept, join_collections, read_given
from index.queue.rows import QueueRows
from index.records import AddReport, Article, Failure
from index.storage.store import Store
from index.text.outlets import load_outlets

_TOGETHER = 50  # articles in one transaction
_CHARACTERS = 10_000_000  # the same of text


def queue_articles(
    queue: QueueRows,
    store: Store,
    given: Iterable[Article | Failure | Mapping[str, Any]],
    progress: Callable[[int], None],
    collections: Sequence[str] = (),
) -> AddReport:
    """Put what the library has not as it is, in these collections, into the queue; return what became of each input.

    What is in the report as queued is committed. `progress` is called with the number of inputs done so far.
    """
    load_outlets()  # what is wrong with the user's own table is one error, and not one of each article
    queued: list[str] = []
    unchanged: list[str] = []
    unread: list[Failure] = []
    waiting: list[Article] = []

    def flush() -> None:
        queue.put(waiting)
        queued.extend(article.id for article in waiting)
        waiting.clear()

    for done, one in enumerate(given, start=1):
        article = read_given(one)
        if isinstance(article, Failure):
            unread.append(article)
        elif kept := find_kept(store, joined := join_collections(article, collections)):
            unchanged.append(kept)
        else:
            waiting.append(joined)
        if len(waiting) == _TOGETHER or sum(len(a.text) + len(a.removed) for a in waiting) >= _CHARACTERS:
            flush()
        progress(done)
    flush()
    return AddReport(queued=tuple(dict.fromkeys(queued)), unchanged=tuple(unchanged)).join(AddReport.of_unread(unread))
