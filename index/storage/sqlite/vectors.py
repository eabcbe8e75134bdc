"""Vectors in SQLite: the present ones, and those of the embedder that a library is being moved to."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from index.models.embedder import Vectors
from index.storage.encoding import decode_vectors, encode_vectors
from index.storage.sqlite.checked import PASSAGES, VECTORS, Row, is_whole, seal, seal_all
from index.storage.sqlite.chunks import bind_chunks
from index.storage.sqlite.connection import SqlitePart
from index.storage.sqlite.manifest import read_manifest, write_manifest
from index.storage.sqlite.passages import NEWER

_SELECT = "SELECT number, key, vector, vectors.checksum FROM passages JOIN vectors ON key = vector_key"


class SqliteVectors(SqlitePart):
    """The table `vectors`."""

    def get_by_key(self, keys: Iterable[bytes]) -> dict[bytes, Vectors]:
        """Return the vectors (dim,) of those of `keys` that have one, and that are what was written."""
        found: dict[bytes, Vectors] = {}
        for marks, chunk in bind_chunks(sorted(set(keys))):
            rows = self.db.execute(f"SELECT {VECTORS.listed} FROM vectors WHERE key IN ({marks})", chunk)
            found.update((row[0], decode_vectors([row[1]], len(row[1]))[0]) for row in rows if is_whole(row))
        return found

    def missing(self, keys: Iterable[bytes]) -> set[bytes]:
        """Return those of `keys` that have no vector yet."""
        wanted = set(keys)
        for marks, chunk in bind_chunks(sorted(wanted)):
            wanted -= {r[0] for r in self.db.execute(f"SELECT key FROM vectors WHERE key IN ({marks})", chunk)}
        return wanted

    def put(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Keep one vector (of unit length) a key; a key that has one keeps it."""
        self.db.executemany(f"INSERT OR IGNORE {VECTORS.insert}", _pack(keys, vectors))

    def get(self, numbers: Sequence[int]) -> tuple[list[int], Vectors]:
        """Those of the passages' numbers that are there, sorted, and their vectors, as `since` gives them."""
        rows: list[Row] = []
        for marks, chunk in bind_chunks(sorted(numbers)):
            rows += self.db.execute(f"{_SELECT} WHERE number IN ({marks}) ORDER BY number", chunk)
        whole = [row for row in rows if is_whole(row[1:])]
        if not whole:
            return [], np.zeros((0, 0), dtype=np.float32)
        return [row[0] for row in whole], decode_vectors([row[2] for row in whole], len(whole[0][2]))

    def since(self, generation: int, at_once: int) -> Iterator[tuple[list[int], Vectors]]:
        """Numbers of the passages that came after `generation`, in order, and their vectors, `at_once` in a batch.

        Vectors that are not what was written are left out, and counted on stderr.
        """
        rows = self.db.execute(f"{_SELECT} WHERE {NEWER} ORDER BY number", {"since": generation})
        damaged = 0
        while batch := list(itertools.islice(rows, at_once)):
            whole = [row for row in batch if is_whole(row[1:])]
            damaged += len(batch) - len(whole)
            if whole:
                yield [row[0] for row in whole], decode_vectors([row[2] for row in whole], len(whole[0][2]))
        if damaged:
            self._damage.notice(f"the vector of each of {damaged} passages")

    def count_broken(self, dimension: int) -> int:
        """How many vectors have another size, or no direction."""
        vectors = self.db.execute("SELECT vector FROM vectors")
        return sum(len(vector) != dimension or not any(vector) for (vector,) in vectors)

    def remove_broken(self, dimension: int) -> None:
        """Remove the vectors that are not what was written, or of another size; no passage may have them."""
        rows = self.db.execute(f"SELECT {VECTORS.listed} FROM vectors")
        broken = [row[:1] for row in rows if not is_whole(row) or len(row[1]) != dimension]
        self.db.executemany("DELETE FROM vectors WHERE key = ?", broken)

    def remove_unused(self, keys: Iterable[bytes] | None = None) -> None:
        """Remove the vectors that are of no passage; with `keys`, only of those."""
        if keys is None:
            self.db.execute("DELETE FROM vectors WHERE key NOT IN (SELECT vector_key FROM passages)")
            return
        self.db.executemany(
            "DELETE FROM vectors WHERE key = ? AND NOT EXISTS (SELECT 1 FROM passages WHERE vector_key = key)",
            [(key,) for key in keys],
        )

    def count_unused(self) -> int:
        """How many vectors are of no passage."""
        query = "SELECT COUNT(*) FROM vectors WHERE key NOT IN (SELECT vector_key FROM passages)"
        return int(self.db.execute(query).fetchone()[0])


class SqliteUpcomingVectors(SqlitePart):
    """The table `upcoming`, which is there while a library is moved."""

    def begin(self, embedder: str) -> None:
        """Begin with none, or go on with those of a move to the same `embedder` that was broken off."""
        if read_manifest(self.db, self._connections.path).get("upcoming") != embedder:
            self.db.execute("DROP TABLE IF EXISTS upcoming")
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS upcoming "
            "(key BLOB PRIMARY KEY, vector BLOB NOT NULL, checksum INTEGER NOT NULL) STRICT, WITHOUT ROWID"
        )
        write_manifest(self.db, {"upcoming": embedder})

    def missing(self, limit: int) -> list[tuple[bytes, int]]:
        """Key, and number of a passage, of at most `limit` texts without a new vector."""
        return self.db.execute(
            "SELECT vector_key, MIN(number) FROM passages LEFT JOIN upcoming ON key = vector_key WHERE key IS NULL "
            "GROUP BY vector_key LIMIT ?",
            (limit,),
        ).fetchall()

    def count_missing(self) -> int:
        """How many passages have no new vector."""
        query = "SELECT COUNT(*) FROM passages LEFT JOIN upcoming ON key = vector_key WHERE key IS NULL"
        return int(self.db.execute(query).fetchone()[0])

    def put(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Keep one new vector a key, in a transaction of its own."""
        self.db.executemany("INSERT OR IGNORE INTO upcoming VALUES (?, ?, ?)", _pack(keys, vectors))

    def take_over(self, generation: int) -> None:
        """Put the new vectors, of which none is missing, in the place of the old; every passage is of `generation`."""
        self.db.execute("DELETE FROM vectors WHERE key NOT IN (SELECT vector_key FROM passages)")
        self.db.execute(
            "UPDATE vectors SET (vector, checksum) = "
            "(SELECT vector, checksum FROM upcoming WHERE upcoming.key = vectors.key)"
        )
        self.db.execute("UPDATE passages SET generation = ?", (generation,))
        seal_all(self.db, PASSAGES)
        self.db.execute("DROP TABLE upcoming")
        self.db.execute("DELETE FROM manifest WHERE name = 'upcoming'")


def _pack(keys: Sequence[bytes], vectors: Vectors) -> list[Row]:
    return [seal(key, vector) for key, vector in zip(keys, encode_vectors(vectors), strict=True)]
