"""Moving a library to another embedder: resumable, and searchable with the old one until the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.models.embedder import Embedder, Vectors
from index.storage.sqlite import Store, pack_vectors
from index.text.passages import embedded_text

_BATCH = 256  # passages in one transaction: a few seconds of embedding


def embed_anew(store: Store, embedder: Embedder, progress: Callable[[int, int], None] | None = None) -> None:
    """Give every passage a vector of `embedder`, and write down in the manifest that they are its.

    New vectors gather in a table of their own, batch by batch; the last transaction puts them in the place of the
    old. One that was broken off goes on where it was. `progress` gets the passages done, and all there are.
    """
    upcoming = _Upcoming(store)
    upcoming.begin(embedder)
    total = store.counts()["passages"]
    while batch := upcoming.missing(_BATCH):
        vectors = embedder.embed_passages([text for _, text in batch])
        upcoming.put([key for key, _ in batch], vectors)
        if progress is not None:
            progress(total - upcoming.count_missing(), total)
    with store.write() as generation:
        upcoming.take_over(generation)
        store.put_manifest(describe_embedder(embedder))


def describe_embedder(embedder: Embedder) -> dict[str, str]:
    """What the manifest says of the embedder that a library's vectors are of."""
    return {
        "embedder": embedder.name,
        "embedder_sha256": embedder.sha256,
        "embedder_runtime": embedder.runtime,
        "dimension": str(embedder.dim),
    }


class _Upcoming:
    """Vectors of the next embedder, beside the present ones."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self, embedder: Embedder) -> None:
        """Make the table, or keep the one of a move to the same embedder that was broken off."""
        db = self._store.connection
        wanted = repr(describe_embedder(embedder))
        if self._store.manifest().get("upcoming") != wanted:
            db.execute("DROP TABLE IF EXISTS upcoming")
        db.execute(
            "CREATE TABLE IF NOT EXISTS upcoming (key BLOB PRIMARY KEY, vector BLOB NOT NULL) STRICT, WITHOUT ROWID"
        )
        self._store.put_manifest({"upcoming": wanted})

    def missing(self, limit: int) -> list[tuple[bytes, str]]:
        """Return key and text of at most `limit` passages without a new vector, each key once."""
        rows = self._store.connection.execute(
            "SELECT vector_key, article_id, start, stop FROM passages WHERE number IN ("
            "SELECT MIN(number) FROM passages LEFT JOIN upcoming ON key = vector_key WHERE key IS NULL "
            "GROUP BY vector_key LIMIT ?)",
            (limit,),
        ).fetchall()
        articles = self._store.articles_by_id({row[1] for row in rows})
        return [(key, embedded_text(articles[id_], articles[id_].text[start:stop])) for key, id_, start, stop in rows]

    def count_missing(self) -> int:
        """How many passages have no new vector."""
        query = "SELECT COUNT(*) FROM passages LEFT JOIN upcoming ON key = vector_key WHERE key IS NULL"
        (count,) = self._store.connection.execute(query).fetchone()
        return int(count)

    def put(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Keep one new vector a key, as `Store.put_vectors` does; one transaction."""
        self._store.connection.executemany("INSERT OR IGNORE INTO upcoming VALUES (?, ?)", pack_vectors(keys, vectors))

    def take_over(self, generation: int) -> None:
        """Put the new vectors in the place of the old, and make every passage one of `generation`."""
        db = self._store.connection
        db.execute("DELETE FROM vectors WHERE key NOT IN (SELECT vector_key FROM passages)")
        db.execute("UPDATE vectors SET vector = (SELECT vector FROM upcoming WHERE upcoming.key = vectors.key)")
        db.execute("UPDATE passages SET generation = ?", (generation,))
        db.execute("DROP TABLE upcoming")
        db.execute("DELETE FROM manifest WHERE name = 'upcoming'")
