"""Looking through a library for what can't be: every promise that its files make, one by one."""

from __future__ import annotations

from collections.abc import Iterator

from index.identify import hash_content
from index.records import MOST_PASSAGES
from index.search.derived import DerivedIndexes
from index.storage.store import Store
from index.text.passages import split_passages


def find_faults(store: Store, derived: DerivedIndexes, passage_words: int) -> Iterator[str]:
    """What is broken, a line each: the file, the articles, their passages, the vectors, and both search indexes."""
    damage = store.find_damage()
    if damage:
        yield from (f"the database file is damaged: {line}" for line in damage)
        return
    with derived.snapshot() as snapshot:
        yield from store.find_strays()
        yield from _check_articles(store, passage_words)
        yield from _check_vectors(store)
        kept = set(store.passages.numbers())
        for name, index in (("vector", snapshot.vectors), ("full text", snapshot.lexical)):
            held = index.numbers()
            if len(held) != len(set(held)) or set(held) != kept:
                missing, foreign = len(kept - set(held)), len(held) - len(kept & set(held))
                lacks = f"the {name} index lacks {missing} passages and has {foreign} too many"
                yield f"{lacks}; rebuild the search indexes"


def _check_articles(store: Store, passage_words: int) -> Iterator[str]:
    for article in store.articles.within():
        if hash_content(article.title, article.text) != article.content_hash:
            yield f"article {article.id}: its title or text is not what was added"
        wanted = [(p.ordinal, p.start, p.end) for p in split_passages(article, passage_words)]
        if store.passages.spans(article.id)[:MOST_PASSAGES] != wanted:  # older libraries have more of a long one
            yield f"article {article.id}: its passages are not those of its text"


def _check_vectors(store: Store) -> Iterator[str]:
    size = int(store.manifest()["dimension"])
    if wrong := store.vectors.count_broken(size):
        yield f"{wrong} vectors have another size than {size}, or no direction"
    if unused := store.vectors.count_unused():
        yield f"{unused} vectors are of no passage"
