"""Any sentence-transformers model, by name or path, as an Embedder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.errors import DatelineError
from index.models.embedder import Runtime, Vectors, to_unit
from index.models.model_files import FoundModel
from index.models.safe_loading import load_safely
from index.own_process import no_calls_home

_BATCH = 8  # the fastest on CPUs with this runtime


class SentenceTransformersEmbedder:
    """Runs on torch, which takes seconds to import: only made where a model asks for it."""

    def __init__(self, model: FoundModel) -> None:
        with no_calls_home():
            from sentence_transformers import SentenceTransformer

        self.name = model.name
        self.sha256 = model.sha256
        self.runtime: Runtime = "sentence-transformers"
        try:
            self._model = load_safely(SentenceTransformer, model)
        except Exception as error:  # whatever transformers raises on a folder that is not such a model
            raise DatelineError(
                f"sentence-transformers can't load model {model.name}: {_first_line(error)}. "
                "Check that it is an embedding model in the sentence-transformers format."
            ) from error
        self._prefixes = model.prefixes
        self.dim = int(self._model.get_embedding_dimension() or 0)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        return self._embed([self._prefixes.passage + text for text in texts])

    def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self._embed([self._prefixes.query + text])[0]
        return vector

    def _embed(self, texts: list[str]) -> Vectors:
        vectors = self._model.encode(texts, batch_size=_BATCH, show_progress_bar=False)
        return to_unit(np.asarray(vectors, dtype=np.float32))


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
