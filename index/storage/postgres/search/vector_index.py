"""Vector search by pgvector."""

from __future__ import annotations

from collections.abc import Sequence

from pgvector import HalfVector

from index.models.embedder import Vectors
from index.storage.postgres.connection import Database

# Passages up to which all of them are compared: that takes some milliseconds, and misses none.
_EXACT = 10_000
DESCRIPTION = f"exactly up to {_EXACT:,} passages, by pgvector's index (HNSW) in more"


class PostgresVectorIndex:
    """Exact where there are few passages, or few are allowed; else by the index that pgvector keeps (HNSW).

    That goes on looking where a filter leaves few of the nearest.
    """

    def __init__(self, database: Database, dimension: int) -> None:
        self._db = database
        self._dim = dimension

    def search(self, query: Vectors, limit: int, allowed: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """Return (number, inner product), best first, equal ones by number; only numbers in `allowed`."""
        if limit <= 0 or allowed == []:
            return []
        exact = (len(self) if allowed is None else len(allowed)) <= _EXACT
        # The index is of the vectors as they are of its size: written otherwise, all are compared.
        vector = "vector" if exact else f"vector::halfvec({self._dim})"
        order = f"{vector} <#> %s"
        where = "" if allowed is None else "WHERE number = ANY(%s::bigint[])"
        text = f"SELECT number, -({order}) FROM passages JOIN vectors ON key = vector_key {where} ORDER BY {order}"
        half = HalfVector(query)
        values = [half, *([list(allowed)] if allowed is not None else []), half, limit]
        rows = self._db.rows(f"{text}{', number' if exact else ''} LIMIT %s", values)
        return sorted(((number, score) for number, score in rows), key=lambda pair: (-pair[1], pair[0]))

    def __len__(self) -> int:
        return int(self._db.value("SELECT passages FROM measured()"))

    def numbers(self) -> list[int]:
        """The numbers of all passages that have a vector."""
        return [row[0] for row in self._db.rows("SELECT number FROM passages JOIN vectors ON key = vector_key")]
