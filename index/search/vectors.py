"""Vector search: the protocol, and FAISS."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

import faiss
import numpy as np

from index.models.embedder import Vectors
from index.search.vector_file import Array, Damaged, Head, read_arrays, write_arrays
from index.search.vector_lists import VectorSearch, choose_read, describe_search, has_outgrown

Reread = Callable[[Sequence[int]], tuple[list[int], Vectors]]
_SPARSEST = 100  # times as many numbers as there are vectors, for one bit each to be worth it
_MORE = 20  # candidates beyond twice as many as are wanted, which are compared exactly


class VectorIndex(Protocol):
    """Finds the vectors nearest to one, by inner product. It knows passages by their number."""

    def search(self, query: Vectors, limit: int, allowed: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """Return (number, inner product), best first, equal ones by number; only numbers in `allowed`."""
        ...

    def __len__(self) -> int:
        """How many vectors it holds."""
        ...

    def numbers(self) -> list[int]:
        """The numbers that it holds."""
        ...


class VectorFile(VectorIndex, Protocol):
    """One that is derived from the store, and kept in a file beside it."""

    @property
    def generation(self) -> int:
        """The store's generation that it holds; 0 for none."""
        ...

    @property
    def stamp(self) -> int:
        """What tells that generation from those of the same number in other histories (`Store.stamp`)."""
        ...

    def update(
        self, removed: Sequence[int], added: Sequence[int], vectors: Vectors, generation: int, stamp: int = 0
    ) -> None:
        """Take numbers out, put numbers with their vectors (n, dim) in, and hold `generation` from then on."""
        ...

    def save(self) -> None:
        """Write it to disk, whole or not at all."""
        ...

    def is_outgrown(self) -> bool:
        """True where so many vectors would be better searched in another way."""
        ...

    def describe(self) -> str:
        """How it searches, in words."""
        ...


class FaissIndex:
    """Vectors in lists: in one, as float16, all of them compared; or in many, of which a few are read.

    Each of many lists holds what is nearest to its centre, a byte a dimension. What the lists give is compared once
    more, exactly, as `reread` has it (numbers to those that are there, and their vectors).
    """

    def __init__(self, path: Path, dim: int, reread: Reread, search: VectorSearch = "balanced", lists: int = 1) -> None:
        self._path = path
        self._dim = dim
        self._reread = reread
        self._search = search
        self._lists = lists
        self.generation = self.stamp = 0
        self._newest = -1  # the highest number that was ever in it
        kind = faiss.ScalarQuantizer.QT_8bit if lists > 1 else faiss.ScalarQuantizer.QT_fp16
        centres = faiss.IndexFlatIP(dim)
        self._index: Any = faiss.IndexIVFScalarQuantizer(centres, dim, lists, kind, faiss.METRIC_INNER_PRODUCT, False)
        if lists == 1:
            self._set_up(np.zeros((1, dim), dtype=np.float32), np.zeros(0, dtype=np.float32))

    def _set_up(self, centres: Vectors, scale: Array) -> None:
        """Begin with what training found: the centres of the lists (lists, dim), and how bytes are scaled."""
        self._index.quantizer.reset()
        self._index.quantizer.add(np.ascontiguousarray(centres))
        faiss.copy_array_to_vector(np.ascontiguousarray(scale), self._index.sq.trained)
        self._index.is_trained = True

    def train(self, sample: Vectors, threads: int) -> None:
        """Find the centres of many lists for vectors like these (n, dim), many times as many as there are lists."""
        faiss.omp_set_num_threads(threads)
        self._index.train(np.ascontiguousarray(sample))

    @classmethod
    def load(cls, path: Path, dim: int, reread: Reread, search: VectorSearch = "balanced") -> FaissIndex:
        """Read what `save` wrote; raise Damaged where that is not what is there."""
        if not path.exists():
            return cls(path, dim, reread, search)
        with read_arrays(path) as (head, take):
            if head.dim != dim:
                raise Damaged(f"{path} has vectors of another size")
            # As many bytes as the file must have for them, before FAISS makes room for so many lists.
            centres = take(np.float32, head.lists * dim).reshape(head.lists, dim)
            index = cls(path, dim, reread, search, head.lists)
            scale = take(np.float32, 2 * dim if head.lists > 1 else 0)
            if head.lists > 1:
                index._set_up(centres, scale)
            sizes = take(np.int64, head.lists)
            if (sizes < 0).any() or sizes.sum() != head.held:
                raise Damaged(f"{path} is damaged")
            for place, size in enumerate(sizes.tolist()):
                index._add_list(place, take(np.int64, size), take(np.uint8, size * index._index.code_size))
        index.generation, index.stamp = head.generation, head.stamp
        return index

    def _add_list(self, place: int, numbers: Array, codes: Array) -> None:
        if len(numbers):
            swig = faiss.swig_ptr
            self._index.invlists.add_entries(place, len(numbers), swig(numbers), swig(codes))
            self._index.ntotal += len(numbers)
            self._newest = max(self._newest, int(numbers.max()))

    def save(self) -> None:
        head = Head(self.generation, self.stamp, self._dim, self._lists, len(self))
        lists = range(self._lists)
        centres = self._index.quantizer.reconstruct_n(0, self._lists)
        with write_arrays(self._path, head) as put:
            put(centres)
            put(faiss.vector_to_array(self._index.sq.trained).astype(np.float32))
            put(np.array([self._index.invlists.list_size(place) for place in lists], dtype=np.int64))
            for place in lists:
                put(self._numbers_in(place))
                put(self._codes_in(place))

    def _numbers_in(self, place: int) -> Array:
        """The numbers in a list, as they lie in FAISS's memory: of no use after the next update."""
        held, size = self._index.invlists, self._index.invlists.list_size(place)
        return faiss.rev_swig_ptr(held.get_ids(place), size) if size else np.zeros(0, dtype=np.int64)

    def _codes_in(self, place: int) -> Array:
        held, size = self._index.invlists, self._index.invlists.list_size(place) * self._index.code_size
        return faiss.rev_swig_ptr(held.get_codes(place), size) if size else np.zeros(0, dtype=np.uint8)

    def update(
        self, removed: Sequence[int], added: Sequence[int], vectors: Vectors, generation: int, stamp: int = 0
    ) -> None:
        # Added ones that may be there are taken out first, so that catching up twice gives the same as once.
        gone = np.array([*removed, *(number for number in added if number <= self._newest)], dtype=np.int64)
        if len(self) and len(gone):
            self._index.remove_ids(faiss.IDSelectorBatch(gone))
        if len(added):
            self._index.add_with_ids(np.ascontiguousarray(vectors), np.array(added, dtype=np.int64))
            self._newest = max(self._newest, max(added))
        self.generation, self.stamp = generation, stamp

    def search(self, query: Vectors, limit: int, allowed: Sequence[int] | None = None) -> list[tuple[int, float]]:
        wanted = None if allowed is None else np.asarray(allowed, dtype=np.int64)
        most = min(limit, len(self) if wanted is None else len(wanted))
        if most <= 0 or not len(self):
            return []
        if self._lists == 1:
            return _order(self._read_lists(query, most, wanted, 1))
        count = min(2 * most + _MORE, len(self))
        if wanted is not None and len(wanted) <= count:
            return self._compare(query, np.unique(wanted).tolist())[:most]
        share = 1.0 if wanted is None else len(wanted) / len(self)
        found = self._read_lists(query, count, wanted, choose_read(self._lists, self._search, share))
        if len(found) < count:
            found = self._read_lists(query, count, wanted, self._lists)
        return self._compare(query, [number for number, _ in found])[:most]

    def _read_lists(self, query: Vectors, count: int, wanted: Array | None, lists: int) -> list[tuple[int, float]]:
        """The best of `count` numbers in the nearest lists, among those wanted where some are, with their scores."""
        selector = None if wanted is None else self._select(wanted)
        # FAISS has no work for a second core in one question, but would wait for one: milliseconds where others ask
        # too. The setting is the calling thread's.
        faiss.omp_set_num_threads(1)
        parameters: Any = faiss.SearchParametersIVF
        scores, numbers = self._index.search(query.reshape(1, -1), count, params=parameters(sel=selector, nprobe=lists))
        return [(int(n), float(s)) for n, s in zip(numbers[0], scores[0], strict=True) if n >= 0]

    def _select(self, wanted: Array) -> Any:
        """What lets these numbers through alone: a bit for each there could be, unless numbers are strangely high."""
        if wanted.min() < 0 or wanted.max() > _SPARSEST * (len(self) + 1_000):
            return faiss.IDSelectorBatch(wanted)
        bits = np.zeros(int(wanted.max()) + 1, dtype=np.bool_)
        bits[wanted] = True
        return faiss.IDSelectorBitmap(np.packbits(bits, bitorder="little"))

    def _compare(self, query: Vectors, numbers: Sequence[int]) -> list[tuple[int, float]]:
        """Compare the vectors of these numbers exactly: what scalar quantisation took from their order comes back."""
        found, vectors = self._reread(numbers)
        return _order(zip(found, (vectors @ query).tolist(), strict=True)) if found else []

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def numbers(self) -> list[int]:
        return [int(n) for place in range(self._lists) for n in self._numbers_in(place)]

    def is_outgrown(self) -> bool:
        return has_outgrown(self._lists, len(self), self._search)

    def describe(self) -> str:
        return describe_search(self._lists, self._search)


def _order(found: Iterable[tuple[int, float]]) -> list[tuple[int, float]]:
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))
