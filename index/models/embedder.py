"""Texts to vectors: the protocol, and the implementation that runs on onnxruntime."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np

from index.models.model_files import FoundModel
from index.models.onnx_model import OnnxModel

_REMEMBERED = 200  # vectors of questions: some 300 KB
Vectors: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]
Runtime: TypeAlias = Literal["int8", "float32", "sentence-transformers", "remote"]


class Embedder(Protocol):
    """Gives vectors of unit length, so that the inner product of two is their cosine.

    `sha256` stands for the weights and `runtime` for how they are run, so that a library can tell whether they are
    the ones it was made with.
    """

    @property
    def name(self) -> str: ...

    @property
    def dim(self) -> int: ...

    @property
    def sha256(self) -> str: ...

    @property
    def runtime(self) -> Runtime: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row a text, shape (n, dim), float32, unit length."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """Return one vector, shape (dim,), float32, unit length."""
        ...


class OnnxEmbedder:
    """A BERT embedder in ONNX; its vector is the first token's (`cls`, as bge) or the mean of all (`mean`).

    No text is cut: of one with more tokens than the model reads, each stretch is embedded, and the vector is their
    mean.
    """

    def __init__(self, model: FoundModel, weights: Path, runtime: Runtime) -> None:
        """`weights` is the ONNX file: the model's own, or one made from it."""
        self.name = model.name
        self.sha256 = model.sha256
        self.runtime = runtime
        self._prefixes = model.prefixes
        self._mean = model.pooling == "mean"
        self._most = model.max_tokens - 2  # two tokens frame each stretch
        self._model = OnnxModel(weights, model.folder / "tokenizer.json")
        self.dim = int(self._embed("dimension").shape[0])
        # An answer needs the vector of its question again, after the search.
        self._embed_question = lru_cache(_REMEMBERED)(self._embed)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        return np.stack(self._model.map(self._embed, [self._prefixes.passage + text for text in texts]))

    def embed_query(self, text: str) -> Vectors:
        return self._embed_question(self._prefixes.query + text).copy()

    def _embed(self, text: str) -> Vectors:
        start, *ids, end = self._model.encode(text).ids
        stretches = [ids[i : i + self._most] for i in range(0, max(len(ids), 1), self._most)]
        vectors = [self._embed_tokens([start, *stretch, end]) for stretch in stretches]
        return vectors[0] if len(vectors) == 1 else to_unit(np.mean(vectors, axis=0))

    def _embed_tokens(self, ids: Sequence[int]) -> Vectors:
        hidden = self._model.run(ids, [0] * len(ids))[0]
        return to_unit(hidden.mean(axis=0) if self._mean else hidden[0])


def to_unit(vectors: Vectors) -> Vectors:
    """Scale rows to unit length; a row of zeros stays one."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(norms, 1e-12)).astype(np.float32)
    return unit
