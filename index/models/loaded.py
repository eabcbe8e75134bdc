"""The models of a library, each loaded when it is first needed and shared by all threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from index.models.embedder import Embedder
from index.models.reader import Reader
from index.models.reranker import Reranker

M = TypeVar("M")
_AT_ONCE = 2  # models that are loaded: three take more memory at once, and no less time


class OnceLoaded(Generic[M]):
    """A model that `make` makes at the first `load`."""

    def __init__(self, make: Callable[[], M]) -> None:
        self._make = make
        self._guard = threading.Lock()
        self._made: M | None = None

    def load(self) -> M:
        """Return the model, or raise what making it raises."""
        with self._guard:
            if self._made is None:
                self._made = self._make()
            return self._made

    def put(self, model: M) -> None:
        """Use this one."""
        with self._guard:
            self._made = model

    @property
    def is_loaded(self) -> bool:
        return self._made is not None


@dataclass(frozen=True, slots=True)
class Models:
    """What embeds, what ranks, and what reads."""

    embedder: OnceLoaded[Embedder]
    reranker: OnceLoaded[Reranker]
    reader: OnceLoaded[Reader]

    def load_all(self, *, reader: bool) -> None:
        """Load those that are not loaded, two at a time; the reader only where it is wanted."""
        wanted = (self.embedder, self.reranker, *((self.reader,) if reader else ()))
        missing = [model for model in wanted if not model.is_loaded]
        if missing:
            with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
                for loading in [pool.submit(model.load) for model in missing]:
                    loading.result()
