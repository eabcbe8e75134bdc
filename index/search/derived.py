"""Keeping the vector and full text indexes in step with the store that they are made from."""

from __future__ import annotations

import threading
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.errors import DatelineError, DiskFull, LibraryLocked
from index.messages import say
from index.records import Filters
from index.search.indexes import Snapshot
from index.search.lexical import LexicalIndex, read_noted_generation
from index.search.training import Background
from index.search.vector_file import Damaged, read_head
from index.search.vector_lists import VectorSearch, describe_search, has_outgrown
from index.search.vectors import Reread, VectorFile
from index.storage.full_disk import name_full_disk
from index.storage.lock import WriterLock
from index.storage.store import Store

_BATCH = 5_000  # vectors held in memory at once while their index catches up
_WORTH_A_FILE = 10_000  # changes; fewer are read from the store in a tenth of a second
_PATIENCE_SECONDS = 600  # that training waits for other writers, once it is done
_PAUSE_SECONDS = 0.02
_REMEMBERED = 4  # filters with what they let through: up to eight bytes a passage each
_FOREIGN = "newer than the database, or of another one (a backup that was put back, say)"


class VectorFiles(NamedTuple):
    """What opens the file of vectors at a path, of a dimension: `load` the one that is there, `make` an empty one.

    `train` makes the one that suits the store, of what that holds.
    """

    load: Callable[[Path, int, Reread, VectorSearch], VectorFile]
    make: Callable[[Path, int, Reread, VectorSearch], VectorFile]
    train: Callable[[Path, int, Store, VectorSearch], VectorFile]


class DerivedIndexes:
    """Opens, fixes and catches up `vectors/` and `lexical/`; both can be deleted and come back.

    Each knows the generation it holds, so catching up is: take out what went since, put in what came. The generation's
    stamp tells whether it is of the database's own history, and not of one that a restored database never had.

    The file of vectors stays some changes behind the store, so that a small write into a large library stays small.
    """

    def __init__(
        self,
        folder: Path,
        store: Store,
        dim: int,
        lock: WriterLock,
        files: VectorFiles,
        search: VectorSearch = "balanced",
        training: Background | None = None,
    ) -> None:
        self._folder = folder
        self._store = store
        self._lock = lock
        self._dim = dim
        self._files = files
        self._search = search
        self._training = training or Background()
        self._erased = 0  # times
        self._embedder = store.manifest()["embedder_sha256"]
        self._guard = threading.RLock()
        # The generation is in the key, so that what another process writes counts.
        self._allowed = lru_cache(_REMEMBERED)(lambda _generation, filters: array("q", store.passages.numbers(filters)))
        self._vectors_path = folder / "vectors" / "vectors.faiss"
        self._lexical_path = folder / "lexical"
        self._opened_vectors: VectorFile | None = None
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
        self._adopt_trained()
        self._catch_up_vectors(generation)
        return Snapshot(self._vectors(), lexical)

    def find_allowed(self, filters: Filters) -> Sequence[int]:
        """Numbers of the passages that the filters let through, sorted; remembered, as people ask on with the same."""
        return self._allowed(self._store.generation(), filters)

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
        """Bring both indexes up to the store's generation, the full text on disk; takes the writer's lock.

        Vectors that nobody has searched yet are left as they are.
        """
        # Always the lock before the guard: a search in another thread has the guard, and must never wait for the lock.
        with (
            name_full_disk(self._folder),
            self._lock.hold(seconds=seconds),
            self._guard,
            self._store.read() as generation,
        ):
            self.check_embedder()
            if self._opened_vectors is not None:  # else whoever opens it catches up
                self._catch_up_vectors(generation)
            self._catch_up_lexical(generation)

    def erase(self) -> None:
        """Take both indexes away, to be made again; takes the writer's lock."""
        with self._lock.hold(), self._guard:
            self._vectors_path.unlink(missing_ok=True)
            self._opened_vectors = None
            self._erased += 1
            self._erase_lexical()

    def save(self) -> None:
        """Write the vector index to disk where that is worth it; takes the writer's lock.

        Where another kind of index would serve as many vectors better, that is made in the background.
        """
        with name_full_disk(self._folder), self._lock.hold(), self._guard:
            self._save_vectors()
            if self._is_outgrown():
                self._training.start(self._retrain)

    def _save_vectors(self) -> None:
        self._vectors_path.parent.mkdir(parents=True, exist_ok=True)
        if self._is_far_behind():
            vectors = self._vectors()
            if self._read_saved_generation() != vectors.generation:  # else it was written as it was opened
                vectors.save()

    def _replace_spoilt(self) -> None:
        """Put the vector index in the place of a file that is of no use, or remove that."""
        if len(self._vectors()) > _WORTH_A_FILE:
            self._vectors().save()
        else:
            self._vectors_path.unlink(missing_ok=True)

    def _is_far_behind(self) -> bool:
        return self._store.passages.count_since(self._read_saved_generation()) > _WORTH_A_FILE

    def _read_saved_generation(self) -> int:
        """The generation that the file of vectors holds; 0 where there is none, or it is of another history."""
        head = read_head(self._vectors_path)
        return head.generation if head and (self._store.stamp(head.generation) or 0) == head.stamp else 0

    def _is_outgrown(self) -> bool:
        if self._opened_vectors is not None:
            return self._opened_vectors.is_outgrown()
        head = read_head(self._vectors_path)
        return head is not None and has_outgrown(head.lists, head.held, self._search)

    def _retrain(self) -> None:
        """Make the vector index that suits the library now, and put it in the place of the one that answers."""
        try:
            with name_full_disk(self._folder):
                self._train_and_swap()
        except (DatelineError, RuntimeError, MemoryError, OSError) as error:
            say(f"the search index of {self._folder} stays as it is, and the next addition tries again: {error}")

    def _train_and_swap(self) -> None:
        erased = self._erased
        say(f"the vector index of {self._folder} is made anew for its size; it can be used meanwhile")
        index = self._files.train(self._vectors_path, self._dim, self._store, self._search)
        with self._lock.hold(seconds=_PATIENCE_SECONDS):
            moved = self._store.manifest()["embedder_sha256"] != self._embedder
            if moved or erased != self._erased or not self._is_ours(index):
                return
            index.save()  # behind by what came since, as any file of vectors
            with self._guard, self._store.read() as generation:
                self._catch_up_index(index, generation)
                self._opened_vectors = index

    def _vectors(self) -> VectorFile:
        """The vector index, loaded at first use; made again where it is torn, or ahead of a restored store."""
        if self._opened_vectors is None:
            how = (self._vectors_path, self._dim, self._store.vectors.get, self._search)
            spoilt = ""
            try:
                found = self._files.load(*how)
                if not self._is_ours(found):
                    spoilt = f"{self._vectors_path} is {_FOREIGN}"
            except Damaged as error:
                spoilt = str(error)
            if spoilt:
                say(f"{spoilt}: making it again")
                found = self._files.make(*how)
            self._opened_vectors = found
            self._catch_up_vectors(self._store.generation())
            if spoilt or self._is_far_behind():
                self._do_if_free(self._replace_spoilt if spoilt else self._save_vectors)
        return self._opened_vectors

    def _adopt_trained(self) -> None:
        """Go over to the index of another kind that another process has made meanwhile."""
        if not self._vectors().is_outgrown():
            return
        head = read_head(self._vectors_path)
        if head is not None and not has_outgrown(head.lists, head.held, self._search):
            self._opened_vectors = None

    def describe_vectors(self) -> str:
        """How vectors are searched, in words."""
        with self._guard:
            if self._opened_vectors is not None:
                return self._opened_vectors.describe()
            head = read_head(self._vectors_path)
            return describe_search(head.lists if head else 1, self._search)

    def _catch_up_vectors(self, generation: int) -> None:
        self._catch_up_index(self._vectors(), generation)

    def _catch_up_index(self, index: VectorFile, generation: int) -> None:
        held = index.generation
        if held == generation:
            return
        removed = self._store.passages.removed_since(held) if held else []
        for numbers, vectors in self._store.vectors.since(held, _BATCH):
            index.update(removed, numbers, vectors, held, index.stamp)
            removed = []
        stamp = self._store.stamp(generation) or 0
        index.update(removed, [], np.zeros((0, self._dim), dtype=np.float32), generation, stamp)

    def _is_ours(self, index: VectorFile | LexicalIndex) -> bool:
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

    def _do_if_free(self, save: Callable[[], None]) -> None:
        """Write the vector index to disk unless another process is writing, and will, or there is no room."""
        try:
            with name_full_disk(self._folder), self._lock.hold(seconds=0):
                save()
        except (LibraryLocked, DiskFull):
            pass
