"""Collections: which articles are in which, and filters by them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from index.errors import UsageError
from index.records import Filters
from index.storage.store import Store
from index.text.collection_names import read_collections

_MOST_NAMED = 20


def change_collections(store: Store, ids: Iterable[str], into: Iterable[str], out_of: Collection[str]) -> list[str]:
    """Take articles into collections and out of others, in one transaction; return the ids of those that changed."""
    changed = []
    with store.write():
        for article in store.articles.get_all(ids).values():
            names = tuple(sorted({*article.collections, *into} - set(out_of)))
            if names != article.collections:
                store.articles.put(replace(article, collections=names))
                changed.append(article.id)
    return changed


def check_collections(filters: Filters, list_known: Callable[[], Collection[str]]) -> Filters:
    """The filters, with the names as they are kept. Raises UsageError, which says which there are, for one that is not
    known.
    """
    wanted, known = read_collections(filters.collections), list(list_known())
    if unknown := next((name for name in wanted if name not in known), None):
        there = ", ".join(known[:_MOST_NAMED]) or "none yet"
        more = f" and {len(known) - _MOST_NAMED} more" if len(known) > _MOST_NAMED else ""
        raise UsageError(f"there is no collection {unknown!r}. There are: {there}{more}.")
    return replace(filters, collections=wanted)
