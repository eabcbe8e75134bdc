"""Vectors in PostgreSQL: the present ones, and those of the embedder that a library is being moved to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
from pgvector import HalfVector

from index.models.embedder import Vectors, to_unit
from index.storage.postgres.connection import Database

_UNUSED = "NOT EXISTS (SELECT 1 FROM passages WHERE vector_key = key)"
_INDEX = "vectors_near"
_MOST_INDEXED = 4_000  # dimensions that pgvector's index of halfvec takes


class PostgresVectors:
    """The table `vectors`: two bytes a dimension."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get_by_key(self, keys: Iterable[bytes]) -> dict[bytes, Vectors]:
        """Return the vectors (dim,) of those of `keys` that have one."""
        rows = self._db.rows("SELECT key, vector FROM vectors WHERE key = ANY(%s::bytea[])", (list(keys),))
        return dict(zip([row[0] for row in rows], _unpack([row[1] for row in rows]), strict=True)) if rows else {}

    def get(self, numbers: Sequence[int]) -> tuple[list[int], Vectors]:
        """Those of the passages' numbers that are there, sorted, and their vectors, as `since` gives them."""
        query = "SELECT number, vector FROM passages JOIN vectors ON key = vector_key WHERE number = ANY(%s::bigint[]) "
        rows = self._db.rows(query + "ORDER BY number", (list(numbers),))
        vectors = _unpack([row[1] for row in rows]) if rows else np.zeros((0, 0), dtype=np.float32)
        return [row[0] for row in rows], vectors

    def missing(self, keys: Iterable[bytes]) -> set[bytes]:
        """Return those of `keys` that have no vector yet."""
        wanted = set(keys)
        found = self._db.rows("SELECT key FROM vectors WHERE key = ANY(%s::bytea[])", (list(wanted),))
        return wanted - {row[0] for row in found}

    def put(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Keep one vector (of unit length) a key; a key that has one keeps it."""
        self._db.run_each("INSERT INTO vectors VALUES (%s, %s) ON CONFLICT DO NOTHING", _pack(keys, vectors))

    def since(self, generation: int, at_once: int) -> Iterator[tuple[list[int], Vectors]]:
        """Numbers of the passages that came after `generation`, in order, and their vectors, `at_once` in a batch."""
        query = "SELECT number, vector FROM passages JOIN vectors ON key = vector_key WHERE generation > %s "
        rows = self._db.stream(query + "ORDER BY number", (generation,))
        while batch := list(islice(rows, at_once)):
            yield [row[0] for row in batch], _unpack([row[1] for row in batch])

    def count_broken(self, dimension: int) -> int:
        """How many vectors have another size, or no direction."""
        query = "SELECT count(*) FROM vectors WHERE vector_dims(vector) <> %s OR l2_norm(vector) = 0"
        return int(self._db.value(query, (dimension,)))

    def remove_broken(self, dimension: int) -> None:
        """Remove the vectors of another size, or without direction; no passage may have them."""
        broken = "DELETE FROM vectors WHERE vector_dims(vector) <> %s OR l2_norm(vector) = 0"
        self._db.run(broken, (dimension,))

    def remove_unused(self, keys: Iterable[bytes] | None = None) -> None:
        """Remove the vectors that are of no passage; with `keys`, only of those."""
        if keys is None:
            self._db.run(f"DELETE FROM vectors WHERE {_UNUSED}")
        else:
            self._db.run("SELECT remove_unused(%s::bytea[])", (list(keys),))

    def count_unused(self) -> int:
        """How many vectors are of no passage."""
        return int(self._db.value(f"SELECT count(*) FROM vectors WHERE {_UNUSED}"))

    def index(self, dimension: int) -> None:
        """Have an index of the vectors of this size, unless there is one; the present vectors are all of it."""
        if dimension <= _MOST_INDEXED:
            near = f"((vector::halfvec({dimension})) halfvec_ip_ops)"
            self._db.run(f"CREATE INDEX IF NOT EXISTS {_INDEX} ON vectors USING hnsw {near}")

    def drop_index(self) -> None:
        """Take the index away, before vectors come that are of another size, or all of them at once."""
        self._db.run(f"DROP INDEX IF EXISTS {_INDEX}")


class PostgresUpcomingVectors:
    """The table `upcoming`, in which something is while a library is moved."""

    def __init__(self, database: Database, vectors: PostgresVectors) -> None:
        self._db = database
        self._vectors = vectors

    def begin(self, embedder: str) -> None:
        """Begin with none, or go on with those of a move to the same `embedder` that was broken off."""
        row = self._db.row("SELECT value FROM manifest WHERE name = 'upcoming'")
        if row != (embedder,):
            self._db.run("DELETE FROM upcoming")
        put = "INSERT INTO manifest VALUES ('upcoming', %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        self._db.run(put, (embedder,))

    def missing(self, limit: int) -> list[tuple[bytes, int]]:
        """Key, and number of a passage, of at most `limit` texts without a new vector."""
        query = (
            "SELECT vector_key, min(number) FROM passages "
            "WHERE NOT EXISTS (SELECT 1 FROM upcoming WHERE key = vector_key) GROUP BY vector_key LIMIT %s"
        )
        return [(key, number) for key, number in self._db.rows(query, (limit,))]

    def count_missing(self) -> int:
        """How many passages have no new vector."""
        query = "SELECT count(*) FROM passages WHERE NOT EXISTS (SELECT 1 FROM upcoming WHERE key = vector_key)"
        return int(self._db.value(query))

    def put(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Keep one new vector a key, in a transaction of its own."""
        self._db.run_each("INSERT INTO upcoming VALUES (%s, %s) ON CONFLICT DO NOTHING", _pack(keys, vectors))

    def take_over(self, generation: int) -> None:
        """Put the new vectors, of which none is missing, in the place of the old; every passage is of `generation`."""
        self._vectors.remove_unused()
        self._vectors.drop_index()
        self._db.run("UPDATE vectors SET vector = upcoming.vector FROM upcoming WHERE upcoming.key = vectors.key")
        self._db.run("UPDATE passages SET generation = %s", (generation,))
        self._db.run("DELETE FROM upcoming")
        self._db.run("DELETE FROM manifest WHERE name = 'upcoming'")


def _pack(keys: Sequence[bytes], vectors: Vectors) -> list[tuple[bytes, HalfVector]]:
    return [(key, HalfVector(row)) for key, row in zip(keys, vectors, strict=True)]


def _unpack(vectors: Sequence[HalfVector]) -> Vectors:
    return to_unit(np.stack([vector.to_numpy() for vector in vectors]).astype(np.float32))
