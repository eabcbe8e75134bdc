"""Which words of a text answer a question, or that none do: the protocol, and the reader on onnxruntime."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from index.models.embedder import Vectors
from index.models.model_files import FoundModel
from index.models.onnx_model import OnnxModel

_REMEMBERED = 500  # readings of a question and a text
_LONGEST_SPAN = 30  # tokens
_SPANS = 3


class AnswerSpan(NamedTuple):
    """Characters `start` to `end` (half-open) of a text, and how likely, of all its words, these answer: 0 to 1."""

    start: int
    end: int
    share: float


class Reading(NamedTuple):
    """The best spans of a text, best first, none overlapping another, and the log-odds that it answers at all.

    A text without words has no spans.
    """

    spans: tuple[AnswerSpan, ...]
    log_odds: float


class Reader(Protocol):
    """Reads question and text together, as in SQuAD 2.0 (Rajpurkar et al. 2018)."""

    @property
    def name(self) -> str: ...

    @property
    def sha256(self) -> str: ...

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """Return one Reading a text. Of one too long for the model, the beginning is read."""
        ...


class OnnxReader:
    """A BERT in ONNX with the outputs `start` and `end`, (1, tokens), and perhaps `answers`, (1,).

    Without that, the first token stands for "no answer".
    """

    def __init__(self, model: FoundModel, weights: Path) -> None:
        """`weights` is the ONNX file: the model's own, or one made from it."""
        self.name = model.name
        self.sha256 = model.sha256
        self._model = OnnxModel(weights, model.folder / "tokenizer.json", model.max_tokens)
        self._read_pair = lru_cache(_REMEMBERED)(self._read)

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        return self._model.map(partial(self._read_pair, question), texts)

    def _read(self, question: str, text: str) -> Reading:
        pair = self._model.encode(question, text)
        scores = self._model.run_all(pair.ids, pair.type_ids)
        inside = [n for n, part in enumerate(pair.sequence_ids) if part == 1]
        answers = scores.get("answers")
        return decode(
            scores["start"][0],
            scores["end"][0],
            [(pair.offsets[n], n) for n in inside],
            None if answers is None else float(answers.reshape(-1)[0]),
        )


def decode(
    start: Vectors, end: Vectors, places: Sequence[tuple[tuple[int, int], int]], log_odds: float | None
) -> Reading:
    """Return the best spans of logits `start` and `end`, shape (tokens,).

    `places` are the characters and the number of each token of the text. Without `log_odds` they are those of the best
    span against the first token.
    """
    if not places:
        return Reading((), -np.inf)
    numbers = [n for _, n in places]
    starts, ends = _log_softmax(start[numbers]), _log_softmax(end[numbers])
    joint = starts[:, None] + ends[None, :]
    lengths = np.arange(len(numbers))[None, :] - np.arange(len(numbers))[:, None]
    joint[(lengths < 0) | (lengths >= _LONGEST_SPAN)] = -np.inf
    spans: list[AnswerSpan] = []
    while len(spans) < _SPANS and np.isfinite(joint.max()):
        first, last = divmod(int(joint.argmax()), len(numbers))
        if log_odds is None:
            best = start[numbers[first]] + end[numbers[last]]
            log_odds = float(best - start[0] - end[0])
        spans.append(AnswerSpan(places[first][0][0], places[last][0][1], float(np.exp(joint[first, last]))))
        joint[: last + 1, first:] = -np.inf  # what overlaps it
    return Reading(tuple(spans), float(log_odds or 0.0))


def _log_softmax(values: Vectors) -> Vectors:
    shifted = values - values.max()
    result: Vectors = shifted - np.log(np.exp(shifted).sum())
    return result
