"""Any sentence-transformers cross-encoder, by name or path, as a Reranker."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.errors import DatelineError
from index.models.embedder import Vectors
from index.models.model_files import FoundModel
from index.models.safe_loading import load_safely
from index.own_process import no_calls_home

_BATCH = 8


class SentenceTransformersReranker:
    """Runs on torch, which takes seconds to import: only made where a model asks for it."""

    def __init__(self, model: FoundModel) -> None:
        with no_calls_home():
            import torch
            from sentence_transformers import CrossEncoder

        self.name = model.name
        self.sha256 = model.sha256
        self._identity = torch.nn.Identity()  # logits, as the protocol wants, whatever the model's own habit
        try:
            # Without a function of ours, the model's folder names one to call.
            self._model = load_safely(CrossEncoder, model, activation_fn=self._identity)
        except Exception as error:  # whatever transformers raises on a folder that is not such a model
            raise DatelineError(
                f"sentence-transformers can't load reranker {model.name}. Check that it is a cross-encoder."
            ) from error

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros(0, dtype=np.float32)
        scores = self._model.predict(
            [(question, text) for text in texts],
            batch_size=_BATCH,
            activation_fn=self._identity,
            show_progress_bar=False,
        )
        return np.asarray(scores, dtype=np.float32).reshape(len(texts))
