"""Small, real implementations of the protocols, for tests that need no model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from index.models.embedder import Runtime, Vectors, to_unit
from index.models.reader import AnswerSpan, Reading


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


class WordReader:
    """Takes the first number, or else the first word, that the question has not; sure where they share many words."""

    name = "double/words"
    sha256 = hashlib.sha256(b"double/words").hexdigest()

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        return [self._read(set(_words(question)), text) for text in texts]

    def _read(self, asked: set[str], text: str) -> Reading:
        new = [word for word in re.finditer(r"\S+", text) if word.group().lower() not in asked]
        if not new:
            return Reading((), -10.0)
        best = next((word for word in new if word.group()[0].isdigit()), new[0])
        shared = len(asked & set(_words(text)))
        return Reading((AnswerSpan(*best.span(), 0.5),), 2.0 * shared - 5.0)
