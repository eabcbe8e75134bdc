"""The limit of embedding: what the model has to multiply, and how fast this machine multiplies at best."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

_SIDE = 2048  # of the square matrices
_ROUNDS = 5


def count_multiply_adds(folder: Path, texts: Iterable[str]) -> int:
    """Multiply-adds that the BERT in `folder` needs for texts, one at a time: the sum over its layers.

    A layer of width d and inner width f multiplies n tokens with 4 d^2 + 2 d f weights, and each token with all the
    others twice (Vaswani et al., "Attention is all you need", 2017). Norms and activations are not counted.
    """
    from tokenizers import Tokenizer

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    width, inner, layers = (config[name] for name in ("hidden_size", "intermediate_size", "num_hidden_layers"))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    lengths = [len(tokenizer.encode(text).ids) for text in texts]
    return int(sum(layers * (n * (4 * width**2 + 2 * width * inner) + 2 * n**2 * width) for n in lengths))


def time_matrix_product() -> float:
    """Multiply-adds a second of a float32 matrix product by numpy's BLAS on all cores: the best of some rounds."""
    one = np.random.default_rng(0).standard_normal((_SIDE, _SIDE)).astype(np.float32)
    seconds = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        one @ one
        seconds.append(time.perf_counter() - start)
    return float(_SIDE**3 / min(seconds))
