"""Texts to vectors: the protocol, and the implementation that runs on onnxruntime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np

from index.models import FoundModel
from index.onnx import OnnxModel

Vectors: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]


class Embedder(Protocol):
    """Gives vectors of unit length, so that the inner product of two is their cosine.

    `sha256` stands for the weights, so that a library can tell whether they are the ones it was made with.
    """

    @property
    def name(self) -> str: ...

    @property
    def dim(self) -> int: ...

    @property
    def sha256(self) -> str: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row a text, shape (n, dim), float32, unit length."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """Return one vector, shape (dim,), float32, unit length."""
        ...


class OnnxEmbedder:
    """A BERT embedder in ONNX that takes the first token's vector (CLS pooling), as bge does."""

    def __init__(self, model: FoundModel) -> None:
        self.name = model.name
        self.sha256 = model.sha256
        self._prefix = model.query_prefix
        self._model = OnnxModel(model)
        self.dim = int(self._embed("dimension").shape[0])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        return np.stack(self._model.map(self._embed, texts))

    def embed_query(self, text: str) -> Vectors:
        return self._embed(self._prefix + text)

    def _embed(self, text: str) -> Vectors:
        vector = self._model.run(self._model.encode(text))[0, 0]
        return to_unit(vector)


def to_unit(vectors: Vectors) -> Vectors:
    """Scale rows to unit length; a row of zeros stays one."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(norms, 1e-12)).astype(np.float32)
    return unit
