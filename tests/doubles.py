"""Small, real implementations of the protocols, for tests that need no model."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from index.models.embedder import Runtime, Vectors, to_unit


def _words(text: str) -> list[str]:
    return text.lower().split() or [""]


@lru_cache(10_000)
def _find_direction(word: str, dim: int) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:8])
    return np.random.default_rng(seed).standard_normal(dim).astype(np.float32)


class HashingEmbedder:
    """A word adds a direction of its own, made from its hash: texts with the same words are near."""

    name = "double/hashing"
    sha256 = hashlib.sha256(b"double/hashing").hexdigest()
    runtime: Runtime = "float32"
    dim = 64

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.embed_query(t) for t in texts]) if texts else np.zeros((0, self.dim), np.float32)

    def embed_query(self, text: str) -> Vectors:
        total = np.zeros(self.dim, dtype=np.float32)
        for word in _words(text):
            total += _find_direction(word, self.dim)
        return to_unit(total)


class OverlapReranker:
    """Scores by the words that question and text share."""

    name = "double/overlap"
    sha256 = hashlib.sha256(b"double/overlap").hexdigest()

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        asked = set(_words(question))
        return np.array([len(asked & set(_words(t))) / (1 + len(_words(t))) for t in texts], dtype=np.float32)
