"""Looking through a library for what can't be: every promise that its files make, one by one."""

from __future__ import annotations

from collections.abc import Iterator

from index.identify import hash_content
from index.search.derived import DerivedIndexes
from index.storage.sqlite import Store
from index.text.passages import split_passages

_MOST_NAMED = 5  # of faults of one kind


def find_faults(store: Store, derived: DerivedIndexes, passage_words: int) -> Iterator[str]:
    """What is broken, a line each: the file, the articles, their passages, the vectors, and both search indexes."""
    damage = [row[0] for row in store.connection.execute(f"PRAGMA integrity_check({_MOST_NAMED})")]
    if damage != ["ok"]:
        yield from (f"the database file is damaged: {line}" for line in damage)
        return
    with derived.snapshot() as snapshot:
        for table, row, parent, _ in store.connection.execute("PRAGMA foreign_key_check"):
            yield f"row {row} of {table} belongs to nothing in {parent}"
        yield from _check_articles(store, passage_words)
        yield from _check_vectors(store)
        kept = {row[0] for row in store.connection.execute("SELECT number FROM passages")}
        for name, index in (("vector", snapshot.vectors), ("full text", snapshot.lexical)):
            held = index.numbers()
            if len(held) != len(set(held)) or set(held) != kept:
                missing, foreign = len(kept - set(held)), len(held) - len(kept & set(held))
                yield f"the {name} index lacks {missing} passages and has {foreign} too many; run `dateline rebuild`"


def _check_articles(store: Store, passage_words: int) -> Iterator[str]:
    for article in store.articles():
        if hash_content(article.title, article.text) != article.content_hash:
            yield f"article {article.id}: its title or text is not what was added"
        rows = store.connection.execute(
            "SELECT ordinal, start, stop FROM passages WHERE article_id = ? ORDER BY ordinal", (article.id,)
        )
        if rows.fetchall() != [(p.ordinal, p.start, p.end) for p in split_passages(article, passage_words)]:
            yield f"article {article.id}: its passages are not those of its text"


def _check_vectors(store: Store) -> Iterator[str]:
    size = int(store.manifest()["dimension"])
    wrong = 0
    for (vector,) in store.connection.execute("SELECT vector FROM vectors"):
        wrong += len(vector) != size or not any(vector)
    if wrong:
        yield f"{wrong} vectors have another size than {size}, or no direction"
    (orphans,) = store.connection.execute(
        "SELECT COUNT(*) FROM vectors WHERE key NOT IN (SELECT vector_key FROM passages)"
    ).fetchone()
    if orphans:
        yield f"{orphans} vectors are of no passage"
