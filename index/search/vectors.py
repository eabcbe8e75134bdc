"""Vector search: the protocol, and FAISS."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import faiss
import numpy as np

from index.errors import DatelineError
from index.models.embedder import Vectors

# Where FAISS says what kinds of index it wrote. Others can name files to open, and somebody else may have written this.
_KINDS = {0: b"IxM2", 37: b"IxSQ"}


class Damaged(DatelineError):
    """A derived file is torn, foreign or from another embedder. It can be made again from the store."""


class VectorIndex(Protocol):
    """Finds the vectors nearest to one, by inner product. It knows passages by their number."""

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

    def search(self, query: Vectors, limit: int, allowed: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """Return (number, inner product), best first, equal ones by number; only numbers in `allowed`."""
        ...

    def __len__(self) -> int:
        """How many vectors it holds."""
        ...

    def numbers(self) -> list[int]:
        """The numbers that it holds."""
        ...

    def save(self) -> None:
        """Write it to disk, whole or not at all."""
        ...


class FaissIndex:
    """Exact search over float16 vectors (an inverted list is not worth its loss below some 300,000)."""

    def __init__(self, path: Path, dim: int) -> None:
        self._path = path
        self._dim = dim
        self.generation = self.stamp = 0
        flat = faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        self._index: Any = faiss.IndexIDMap2(flat)

    @classmethod
    def load(cls, path: Path, dim: int) -> FaissIndex:
        """Read what `save` wrote; raise Damaged where that is not what is there."""
        index = cls(path, dim)
        if not path.exists():
            return index
        try:
            head, _, body = path.read_bytes().partition(b"\n")
            stamp = json.loads(head)
            if "stamp" not in stamp:
                raise Damaged(f"{path} is of an older format")
            index.generation, index.stamp = int(stamp["generation"]), int(stamp["stamp"])
            if _checksum(index.generation, index.stamp, body) != stamp["sha256"]:
                raise Damaged(f"{path} is damaged")
            if any(body[at : at + len(kind)] != kind for at, kind in _KINDS.items()):
                raise Damaged(f"{path} holds another kind of index")
            index._index = faiss.deserialize_index(np.frombuffer(body, dtype=np.uint8))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
            raise Damaged(f"{path} can't be read") from error
        if index._index.d != dim:
            raise Damaged(f"{path} has vectors of another size")
        return index

    def update(
        self, removed: Sequence[int], added: Sequence[int], vectors: Vectors, generation: int, stamp: int = 0
    ) -> None:
        # Added ones are taken out first, so that catching up twice gives the same as once.
        gone = np.array([*removed, *added], dtype=np.int64)
        if self._index.ntotal and len(gone):
            self._index.remove_ids(faiss.IDSelectorBatch(gone))
        if len(added):
            self._index.add_with_ids(np.ascontiguousarray(vectors), np.array(added, dtype=np.int64))
        self.generation, self.stamp = generation, stamp

    def search(self, query: Vectors, limit: int, allowed: Sequence[int] | None = None) -> list[tuple[int, float]]:
        most = min(limit, self._index.ntotal if allowed is None else len(allowed))
        if most <= 0:
            return []
        selector = None
        if allowed is not None:
            parameters: Any = faiss.SearchParameters
            selector = parameters(sel=faiss.IDSelectorBatch(np.array(allowed, dtype=np.int64)))
        # FAISS has no work for a second core in one question, but would wait for one: milliseconds where others ask
        # too. The setting is the calling thread's.
        faiss.omp_set_num_threads(1)
        scores, numbers = self._index.search(query.reshape(1, -1), most, params=selector)
        found = [(int(n), float(s)) for n, s in zip(numbers[0], scores[0], strict=True) if n >= 0]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def numbers(self) -> list[int]:
        return [int(n) for n in faiss.vector_to_array(self._index.id_map)]

    def save(self) -> None:
        body = faiss.serialize_index(self._index).tobytes()
        sha256 = _checksum(self.generation, self.stamp, body)
        stamp = {"generation": self.generation, "stamp": self.stamp, "sha256": sha256}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_suffix(".partial")
        with partial.open("wb") as stream:
            stream.write(json.dumps(stamp).encode() + b"\n" + body)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(self._path)


def _checksum(generation: int, stamp: int, body: bytes) -> str:
    digest = hashlib.sha256(b"%d %d\n" % (generation, stamp))
    digest.update(body)
    return digest.hexdigest()
