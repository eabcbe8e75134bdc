"""Looking through a library for what can't be: every promise that its files make, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from index.errors import DatelineError
from index.records import MOST_PASSAGES
from index.search.indexes import SearchIndexes
from index.storage.encoding import make_key
from index.storage.store import Store
from index.text.passages import embedded_text, split_passages


def find_faults(store: Store, indexes: SearchIndexes, passage_words: int) -> Iterator[str]:
    """What is broken, a line each: the file, all that it keeps, passages and vectors, and both search indexes.

    Whatever is broken, the search for more goes on as far as can be.
    """
    yield from store.find_damage()
    for find in (
        lambda: _check_passages(store, passage_words),
        lambda: _check_vectors(store),
        lambda: find_index_faults(store, indexes),
    ):
        yield from _go_on(find)


def _go_on(find: Callable[[], Iterator[str]]) -> Iterator[str]:
    try:
        yield from find()
    except (DatelineError, ValueError, KeyError) as error:
        yield f"not all could be checked: {error}"


def _check_passages(store: Store, passage_words: int) -> Iterator[str]:
    for article in store.articles.within():
        passages = split_passages(article, passage_words)
        keys = [make_key(embedded_text(article, p.text)) for p in passages]
        # Older libraries have more passages of a long article.
        if store.passages.spans(article.id)[:MOST_PASSAGES] != [(p.ordinal, p.start, p.end) for p in passages]:
            yield f"article {article.id}: its passages are not those of its text"
        elif store.passages.keys(article.id)[:MOST_PASSAGES] != keys:
            yield f"article {article.id}: its vectors are those of other texts"


def _check_vectors(store: Store) -> Iterator[str]:
    size = int(store.manifest()["dimension"])
    if wrong := store.vectors.count_broken(size):
        yield f"{wrong} vectors have another size than {size}, or no direction"
    if unused := store.vectors.count_unused():
        yield f"{unused} vectors are of no passage"


def find_index_faults(store: Store, indexes: SearchIndexes) -> Iterator[str]:
    """What is broken in the search indexes, a line each."""
    if of_others := indexes.find_foreign():
        yield of_others
    with indexes.snapshot() as snapshot:
        kept = set(store.passages.numbers())
        for name, index in (("vector", snapshot.vectors), ("full text", snapshot.lexical)):
            held = index.numbers()
            if len(held) != len(set(held)) or set(held) != kept:
                missing, foreign = len(kept - set(held)), len(held) - len(kept & set(held))
                lacks = f"the {name} index lacks {missing} passages and has {foreign} too many"
                yield f"{lacks}; rebuild the search indexes"
