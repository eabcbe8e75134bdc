"""Articles that are near to one by their vectors."""

from __future__ import annotations

import numpy as np

from index.models.embedder import to_unit
from index.records import Article
from index.search.indexes import SearchIndexes
from index.storage.store import Store

_PASSAGES = 10  # looked at for each article that is wanted


def find_similar(store: Store, indexes: SearchIndexes, article_id: str, limit: int) -> list[Article]:
    """At most `limit` articles, the one with the passage nearest to the middle of this article's passages first.

    Those that tell the story of this one, or of one before them, in the same words are left out.
    """
    with indexes.snapshot() as snapshot:
        keys = store.passages.keys(article_id)
        vectors = store.vectors.get_by_key(keys)
        if not vectors:
            return []
        middle = to_unit(np.mean(np.stack([*vectors.values()]), axis=0, dtype=np.float32))
        numbers = [number for number, _ in snapshot.vectors.search(middle, len(keys) + limit * _PASSAGES)]
        passages = store.passages.get(numbers)
        near = {article.id: article for n in numbers if n in passages for _, article in [passages[n]]}
        copies = store.stories.copies([article_id, *near])
    known = {article_id, *copies.get(article_id, ())}
    found = []
    for other in near.values():
        if other.id not in known:
            found.append(other)
            known |= {other.id, *copies.get(other.id, ())}
    return found[:limit]
