"""Keeping the vector and full text indexes in step with the store that they are made from."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.assemble import load_vector_index, make_vector_index
from index.errors import DatelineError, DiskFull, LibraryLocked
from index.messages import say
from index.search.lexical import LexicalIndex, read_noted_generation
from index.search.vectors import Damaged, VectorIndex
from index.storage.full_disk import name_full_disk
from index.storage.lock import WriterLock
from index.storage.store import Store

_BATCH = 5_000  # vectors held in memory at once while their index catches up
_WORTH_A_FILE = 10_000  # vectors; fewer are read from the store in less than a tenth of a second
_PAUSE_SECONDS = 0.02
_FOREIGN = "newer than the database, or of another one (a backup that was put back, say)"


class Snapshot(NamedTuple):
    """Both indexes, holding the generation that the store shows."""

    vectors: VectorIndex
    lexical: LexicalIndex


class DerivedIndexes:
    """Opens, fixes and catches up `vectors/` and `lexical/`; both can be deleted and come back.

    Each knows the generation it holds, so catching up is: take out what went since, put in what came. The generation's
    stamp tells whether it is of the database's own history, and not of one that a restored database never had.
    """

    def __init__(self, folder: Path, store: Store, dim: int, lock: WriterLock) -> None:
        self._folder = folder
        self._store = store
        self._lock = lock
        self._dim = dim
        self._embedder = store.manifest()["embedder_sha256"]
        self._guard = threading.RLock()
        self._vectors_path = folder / "vectors" / "vectors.faiss"
        self._lexical_path = folder / "lexical"
        self._opened_vectors: VectorIndex | None = None
        self._opened_lexical: LexicalIndex | None = None
        if foreign := self.find_foreign():
            say(foreign)

    def find_foreign(self) -> str:
        """What is to be said where the indexes are of a generation that the database never had."""
        generation, stamp = read_noted_generation(self._lexical_path)
        if not generation or (self._store.stamp(generation) or 0) == stamp:
            return ""
        return (
            f"the search indexes of {self._folder} are of writes that its database does not have: it is a backup that "
            "was put back, or its last writes are lost"
        )

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Hold the store at one generation with both indexes at the same one."""
        deadline = time.monotonic() + self._lock.seconds
        while True:
            with ExitStack() as held:
                held.enter_context(self._guard)
                found = self._look(held)
                if found is not None:
                    yield found
                    return
            self._catch_up_or_wait(deadline)

    def _look(self, held: ExitStack) -> Snapshot | None:
        """Both indexes if they are in step; `held` then keeps the store where they are."""
        try:
            lexical = self._see_lexical()
        except LibraryLocked:
            return None
        generation = held.enter_context(self._store.read())
        if generation != self._vectors().generation:
            self.check_embedder()
        if lexical.generation != generation or not self._is_ours(lexical):
            return None
        self._catch_up_vectors(generation)
        return Snapshot(self._vectors(), lexical)

    def check_embedder(self) -> None:
        """Raise DatelineError where another process has moved the library to another embedder."""
        manifest = self._store.manifest()
        if manifest["embedder_sha256"] != self._embedder:
            raise DatelineError(
                f"the library was moved to the embedder {manifest['embedder']} meanwhile. Start this program again."
            )

    def _catch_up_or_wait(self, deadline: float) -> None:
        """A writer is between its two commits: it needs a moment; or it died there: its lock is free, our turn."""
        try:
            self.catch_up(seconds=0)
        except LibraryLocked:
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)

    def catch_up(self, *, seconds: float | None = None) -> None:
        """Bring both indexes up to the store's generation, the full text on disk; takes the writer's lock."""
        # Always the lock before the guard: a search in another thread has the guard, and must never wait for the lock.
        with (
            name_full_disk(self._folder),
            self._lock.hold(seconds=seconds),
            self._guard,
            self._store.read() as generation,
        ):
            self.check_embedder()
            self._catch_up_vectors(generation)
            self._catch_up_lexical(generation)

    def erase(self) -> None:
        """Take both indexes away, to be made again; takes the writer's lock."""
        with self._lock.hold(), self._guard:
            self._vectors_path.unlink(missing_ok=True)
            self._opened_vectors = None
            self._erase_lexical()

    def save(self) -> None:
        """Write the vector index to disk where that is worth it; takes the writer's lock."""
        with name_full_disk(self._folder), self._lock.hold(), self._guard:
            self._save_vectors()

    def _save_vectors(self) -> None:
        self._vectors_path.parent.mkdir(parents=True, exist_ok=True)
        vectors = self._vectors()
        if len(vectors) >= _WORTH_A_FILE:
            vectors.save()
        else:
            self._vectors_path.unlink(missing_ok=True)

    def _vectors(self) -> VectorIndex:
        """The vector index, loaded at first use; made again where it is torn, or ahead of a restored store."""
        if self._opened_vectors is None:
            try:
                found = load_vector_index(self._vectors_path, self._dim)
            except Damaged as error:
                say(f"{error}: making it again")
                found = make_vector_index(self._vectors_path, self._dim)
            if not self._is_ours(found):
                say(f"{self._vectors_path} is {_FOREIGN}: making it again")
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
        removed = self._store.passages.removed_since(held) if held else []
        for numbers, vectors in self._store.vectors.since(held, _BATCH):
            index.update(removed, numbers, vectors, held, index.stamp)
            removed = []
        stamp = self._store.stamp(generation) or 0
        index.update(removed, [], np.zeros((0, self._dim), dtype=np.float32), generation, stamp)

    def _is_ours(self, index: VectorIndex | LexicalIndex) -> bool:
        """True where what an index holds was a generation of the database's history."""
        return index.generation == 0 or (self._store.stamp(index.generation) or 0) == index.stamp

    def _catch_up_lexical(self, generation: int) -> None:
        try:
            if not self._is_ours(self._see_lexical()):
                say(f"{self._lexical_path} is {_FOREIGN}: making it again")
                self._erase_lexical()
            self._update_lexical(generation)
        except Damaged as error:
            say(f"{error}: making it again")
            self._erase_lexical()
            self._update_lexical(generation)

    def _erase_lexical(self) -> None:
        self._opened_lexical = None
        LexicalIndex.erase(self._lexical_path)

    def _update_lexical(self, generation: int) -> None:
        lexical = self._see_lexical()
        held = lexical.generation
        if held == generation:
            return
        removed = self._store.passages.removed_since(held) if held else []
        stamp = self._store.stamp(generation) or 0
        lexical.update(removed, self._store.passages.texts_since(held), generation, stamp)

    def _see_lexical(self) -> LexicalIndex:
        """The full text index at its newest commit, opened at first use and made again where it is torn."""
        try:
            if self._opened_lexical is not None and self._lexical_path.exists():
                self._opened_lexical.reload()
            else:
                self._opened_lexical = LexicalIndex(self._lexical_path)
        except Damaged:
            # Torn, or a writer changed it while we read: with its lock in hand, it stands still.
            with self._lock.hold(seconds=0):
                self._opened_lexical = self._repair_lexical()
        return self._opened_lexical

    def _repair_lexical(self) -> LexicalIndex:
        try:
            return LexicalIndex(self._lexical_path)
        except Damaged as error:
            say(f"{error}: making it again")
            LexicalIndex.erase(self._lexical_path)
            return LexicalIndex(self._lexical_path)

    def _save_if_free(self) -> None:
        """Write the vector index to disk unless another process is writing, and will, or there is no room."""
        try:
            with name_full_disk(self._folder), self._lock.hold(seconds=0):
                self._save_vectors()
        except (LibraryLocked, DiskFull):
            pass
