"""An embedding model behind an API, through litellm (`litellm:openai/text-embedding-3-small`)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from index.errors import DatelineError
from index.extras import load_litellm
from index.models.embedder import Runtime, Vectors, to_unit

_BATCH = 64
_TIMEOUT_SECONDS = 60


class LitellmEmbedder:
    """Asks a provider; its key comes from the environment, where litellm looks for it.

    The weights can't be seen from here, so `sha256` is that of the name.
    """

    def __init__(self, name: str) -> None:
        self.name = f"litellm:{name}"
        self.runtime: Runtime = "remote"
        self.sha256 = hashlib.sha256(self.name.encode()).hexdigest()
        self._model = name

    @cached_property
    def dim(self) -> int:
        return int(self.embed_query("dimension").shape[0])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        batches = [self._embed(texts[i : i + _BATCH]) for i in range(0, len(texts), _BATCH)]
        return np.concatenate(batches)

    def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self._embed([text])[0]
        return vector

    def _embed(self, texts: Sequence[str]) -> Vectors:
        litellm = load_litellm()
        litellm.suppress_debug_info = True
        try:
            reply = litellm.embedding(model=self._model, input=list(texts), timeout=_TIMEOUT_SECONDS)
            rows = [row["embedding"] for row in reply.data]
            vectors = np.asarray(rows, dtype=np.float32)
        except Exception as error:  # litellm maps providers' errors to some twenty classes
            raise DatelineError(
                f"embedding model {self._model} gave no vectors ({type(error).__name__}). "
                "Check its name, its key in the environment and the network, then try again."
            ) from error
        if vectors.shape[:1] != (len(texts),) or vectors.ndim != 2:
            raise DatelineError(
                f"embedding model {self._model} gave {len(rows)} vectors for {len(texts)} texts. Try another model."
            )
        return to_unit(vectors)
