"""Making the vector index anew, of another kind, while the one before answers."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

import numpy as np

from index.models.embedder import Vectors
from index.search.vector_lists import VectorSearch, choose_lists
from index.search.vectors import VectorFile
from index.storage.store import Store

_SAMPLE = 50  # vectors for each list: with fewer than 39, FAISS warns
_BATCH = 5_000  # vectors held in memory at once while they are put in


class Trainable(VectorFile, Protocol):
    """A vector index that has to see some vectors before it takes any."""

    def train(self, sample: Vectors, threads: int) -> None:
        """Prepare for vectors like these (n, dim)."""
        ...


Index = TypeVar("Index", bound=Trainable)


def train(make: Callable[[int], Index], store: Store, search: VectorSearch) -> Index:
    """Fill what `make` gives, with the number of lists, from the store, which is held at its present generation."""
    with store.read() as generation:
        numbers = store.passages.numbers()
        lists = choose_lists(len(numbers), search)
        index = make(lists)
        if lists > 1:
            # The same sample each time, so that the same library is searched the same way.
            sample = random.Random(0).sample(numbers, min(len(numbers), _SAMPLE * lists))  # noqa: S311 (no secret)
            _, vectors = store.vectors.get(sample)
            index.train(vectors, max(1, (os.cpu_count() or 1) // 2))
        for batch, vectors in store.vectors.since(0, _BATCH):
            index.update([], batch, vectors, 0)
        index.update([], [], np.zeros((0, 0), dtype=np.float32), generation, store.stamp(generation) or 0)
    return index


class Background:
    """One piece of work at a time, beside everything else."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self, work: Callable[[], None]) -> None:
        """Begin the work, unless some is under way."""
        with self._guard:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=work, name="dateline-training")
                self._thread.start()

    def wait(self) -> None:
        """Wait for what is under way."""
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()
