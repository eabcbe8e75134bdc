"""Running a small ONNX model: one session, one tokenizer, a thread for each core."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding

T = TypeVar("T")
R = TypeVar("R")
Output: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]


class OnnxModel:
    """An ONNX graph that reads `input_ids`, `attention_mask` and perhaps `token_type_ids`.

    Texts go through one at a time: nothing is padded, so a text's result can't depend on its neighbours
    (dynamic int8 scales by the whole batch), and that is the fastest way too. Safe to share by threads.
    With `most_tokens`, longer texts are cut, the longer of a pair first; without, they are tokenized whole.
    """

    def __init__(self, weights: Path, tokenizer: Path, most_tokens: int | None = None) -> None:
        from tokenizers import Tokenizer

        self._session = _open_session(weights)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        if most_tokens:
            self._tokenizer.enable_truncation(most_tokens, strategy="longest_first")
        self._inputs = {i.name for i in self._session.get_inputs()}
        self._outputs = [o.name for o in self._session.get_outputs()]

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="onnx")

    def map(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """Do `work` on every item, a thread for each core, results in the items' order."""
        return list(self._pool.map(work, items))

    def encode(self, first: str, second: str | None = None) -> Encoding:
        """Tokenize one text, or two for a cross-encoder."""
        return self._tokenizer.encode(first, second)

    def run(self, ids: Sequence[int], kinds: Sequence[int]) -> Output:
        """Return the model's first output, shape (1, ...), for token ids and, for each, its text of the pair (0, 1)."""
        return next(iter(self.run_all(ids, kinds).values()))

    def run_all(self, ids: Sequence[int], kinds: Sequence[int]) -> dict[str, Output]:
        """Return all outputs by name, in the model's order."""
        features = {"input_ids": ids, "attention_mask": [1] * len(ids), "token_type_ids": kinds}
        feed = {n: np.array([v], dtype=np.int64) for n, v in features.items() if n in self._inputs}
        return dict(zip(self._outputs, self._session.run(None, feed), strict=True))


def _open_session(weights: Path) -> InferenceSession:
    import onnxruntime  # what lists and reads articles runs no model

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # Joined operators round otherwise, to a cosine of 0.999 on average, and nearly halve the time of bge-small.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.log_severity_level = 3
    # One joined operator is slower than its parts: without it the cross-encoder takes a seventh less.
    slower = ["SkipLayerNormFusion"]
    return onnxruntime.InferenceSession(
        str(weights), options, providers=["CPUExecutionProvider"], disabled_optimizers=slower
    )
