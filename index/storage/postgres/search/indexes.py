"""The search indexes of a database, which change with what they are made from: in step by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from index.errors import DatelineError
from index.records import Filters
from index.search.indexes import FullTextIndex, Snapshot
from index.search.vectors import VectorIndex
from index.storage.lock import Lock
from index.storage.postgres.search.vector_index import DESCRIPTION
from index.storage.store import Store


class PostgresIndexes:
    """`SearchIndexes` over a store that keeps both with the passages; each write changes all three or none."""

    def __init__(self, store: Store, lock: Lock, vectors: VectorIndex, lexical: FullTextIndex) -> None:
        self._store = store
        self._lock = lock
        self._snapshot = Snapshot(vectors, lexical)
        self._embedder = store.manifest()["embedder_sha256"]

    def find_foreign(self) -> str:
        """Nothing: they are never of another history."""
        return ""

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Hold the store at one generation, and with it both indexes."""
        with self._store.read():
            self.check_embedder()
            yield self._snapshot

    def check_embedder(self) -> None:
        """Raise DatelineError where another process has moved the library to another embedder."""
        manifest = self._store.manifest()
        if manifest["embedder_sha256"] != self._embedder:
            raise DatelineError(
                f"the library was moved to the embedder {manifest['embedder']} meanwhile. Start this program again."
            )

    def catch_up(self) -> None:
        """Do nothing: they are never behind."""

    def erase(self) -> None:
        """Do nothing: they are of the same rows as the passages."""

    def find_allowed(self, filters: Filters) -> Sequence[int]:
        """Numbers of the passages that the filters let through, sorted."""
        return self._store.passages.numbers(filters)

    def describe_vectors(self) -> str:
        """How vectors are searched, in words."""
        return DESCRIPTION

    def save(self) -> None:
        """Do nothing: they are kept with every write."""
