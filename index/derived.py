"""Keeping the vector and full text indexes in step with the store that they are made from."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.assemble import load_vector_index, make_vector_index
from index.errors import DatelineError
from index.lexical import LexicalIndex
from index.lock import LibraryLocked, WriterLock
from index.store import Change, Store
from index.vectors import Damaged, VectorIndex

_BATCH = 5_000  # passages held in memory at once while an index catches up


class Snapshot(NamedTuple):
    """Both indexes, holding the generation that the store shows."""

    vectors: VectorIndex
    lexical: LexicalIndex


class DerivedIndexes:
    """Opens, mends and catches up `vectors/` and `lexical/`; both can be deleted and come back.

    Each knows the generation it holds, so catching up is: take out what went since, put in what came.
    """

    def __init__(self, folder: Path, store: Store, dim: int, lock: WriterLock) -> None:
        self._store = store
        self._lock = lock
        self._dim = dim
        self._guard = threading.RLock()
        self._vectors_path = folder / "vectors" / "vectors.faiss"
        self._lexical_path = folder / "lexical"
        self._opened_vectors: VectorIndex | None = None
        self._opened_lexical: LexicalIndex | None = None

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Hold the store at one generation with both indexes at the same one."""
        with self._guard:
            for _ in range(3):
                lexical = self._see_lexical()
                with self._store.read() as generation:
                    if lexical.generation == generation:
                        self._catch_up_vectors(generation)
                        yield Snapshot(self._vectors(), lexical)
                        return
                # A writer is between its two commits, or died there. With its lock in hand it is our turn.
                self.catch_up()
            raise DatelineError("the library is being written faster than it can be read; try again.")

    def catch_up(self) -> None:
        """Bring both indexes up to the store's generation, the full text on disk; takes the writer's lock."""
        with self._guard, self._lock.hold(), self._store.read() as generation:
            self._catch_up_vectors(generation)
            self._catch_up_lexical(generation)

    def save(self) -> None:
        """Write the vector index to disk; takes the writer's lock."""
        with self._guard, self._lock.hold():
            self._vectors().save()

    def _vectors(self) -> VectorIndex:
        """The vector index, loaded at first use; made again where it is torn, or ahead of a restored store."""
        if self._opened_vectors is None:
            try:
                found = load_vector_index(self._vectors_path, self._dim)
            except Damaged as error:
                _say(f"{error}: making it again")
                found = make_vector_index(self._vectors_path, self._dim)
            if found.generation > self._store.generation():
                found = make_vector_index(self._vectors_path, self._dim)
            self._opened_vectors = found
            if found.generation != self._store.generation():
                self._catch_up_vectors(self._store.generation())
                self._save_if_free()
        return self._opened_vectors

    def _catch_up_vectors(self, generation: int) -> None:
        index = self._vectors()
        held = index.generation
        if held == generation:
            return
        removed = self._store.removals_since(held) if held else []
        for batch in self._changes(held):
            vectors = np.stack([c.vector for c in batch])
            index.update(removed, [c.number for c in batch], vectors, held)
            removed = []
        index.update(removed, [], np.zeros((0, self._dim), dtype=np.float32), generation)

    def _catch_up_lexical(self, generation: int) -> None:
        lexical = self._see_lexical()
        if lexical.generation > generation:
            self._opened_lexical = None
            LexicalIndex.erase(self._lexical_path)
            lexical = self._see_lexical()
        held = lexical.generation
        if held == generation:
            return
        removed = self._store.removals_since(held) if held else []
        added = [(c.number, f"{c.title}\n{c.text}") for batch in self._changes(held) for c in batch]
        lexical.update(removed, added, generation)

    def _see_lexical(self) -> LexicalIndex:
        """The full text index at its newest commit, opened at first use and made again where it is torn."""
        if self._opened_lexical is not None and self._lexical_path.exists():
            self._opened_lexical.reload()
            return self._opened_lexical
        try:
            self._opened_lexical = LexicalIndex(self._lexical_path)
        except Damaged as error:
            with self._lock.hold():
                _say(f"{error}: making it again")
                LexicalIndex.erase(self._lexical_path)
                self._opened_lexical = LexicalIndex(self._lexical_path)
        return self._opened_lexical

    def _changes(self, since: int) -> Iterator[list[Change]]:
        batch: list[Change] = []
        for change in self._store.changes_since(since):
            batch.append(change)
            if len(batch) == _BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def _save_if_free(self) -> None:
        """Write the vector index to disk unless another process is writing: then it will."""
        try:
            with self._lock.hold(seconds=0):
                self._vectors().save()
        except LibraryLocked:
            pass


def _say(message: str) -> None:
    print(f"dateline: {message}", file=sys.stderr)
