"""How the database keeps vectors, their keys, and the bands of near copies: small."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from index.models.embedder import Vectors, to_unit

_MOST = 127  # of a signed byte
_BAND_BYTES = 4
_KEY_BYTES = 16


def make_key(text: str) -> bytes:
    """Return what a vector is known by: half of the sha256 of the text that it stands for."""
    return hashlib.sha256(text.encode()).digest()[:_KEY_BYTES]


def encode_vectors(vectors: Vectors) -> list[bytes]:
    """Return each row (n, dim) as a byte a dimension, scaled so that its largest part is 127.

    Only the direction is kept, which is all that a vector of unit length has. The cosine of what is read again with
    what was given is 0.9998 or more for 384 dimensions.
    """
    most = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-12)
    return [row.tobytes() for row in np.rint(vectors / most * _MOST).astype(np.int8)]


def decode_vectors(codes: Sequence[bytes], dim: int) -> Vectors:
    """Return what `encode_vectors` made as rows of unit length, shape (n, dim), float32."""
    return to_unit(np.frombuffer(b"".join(codes), dtype=np.int8).reshape(-1, dim).astype(np.float32))


def shorten_vector(half: bytes) -> bytes:
    """Return a vector that was kept as float16 as it is kept now."""
    return encode_vectors(np.frombuffer(half, dtype=np.float16).astype(np.float32)[None])[0]


def shorten_band(band: bytes) -> int:
    """Return a whole number of four bytes for a band; two that share one by chance cost one comparison."""
    return int.from_bytes(hashlib.blake2b(band, digest_size=_BAND_BYTES).digest(), "big", signed=True)
