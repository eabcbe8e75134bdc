"""How well a text answers a question: the protocol, and the cross-encoder on onnxruntime."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Protocol

import numpy as np

from index.models.embedder import Vectors
from index.models.model_files import FoundModel
from index.models.onnx_model import OnnxModel

_REMEMBERED = 2_000  # scores of a question and a text: some 2 MB


class Reranker(Protocol):
    """Reads question and text together. Scores are logits: higher is better, any real number."""

    @property
    def name(self) -> str: ...

    @property
    def sha256(self) -> str: ...

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        """Return one score a text, shape (n,), float32."""
        ...


class OnnxReranker:
    """A BERT cross-encoder in ONNX with one output."""

    def __init__(self, model: FoundModel) -> None:
        self.name = model.name
        self.sha256 = model.sha256
        self._model = OnnxModel(model.weights, model.folder / "tokenizer.json", model.max_tokens)
        # Reading is most of what an answer costs, and a question that is asked for more passages reads the same ones.
        self._score_pair = lru_cache(_REMEMBERED)(self._read)

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        return np.array(self._model.map(partial(self._score_pair, question), texts), dtype=np.float32)

    def _read(self, question: str, text: str) -> float:
        pair = self._model.encode(question, text)
        return float(self._model.run(pair.ids, pair.type_ids).reshape(-1)[0])
