"""Replies of an LLM for evals: asked again where a provider is busy, kept on disk, and counted in dollars."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from index import DatelineError
from rag import Complete, LLMRequest, Piece, TemporaryError, estimate_cost

# Seconds to wait before asking again: exponential back-off, half a minute in all.
WAITS = (1.0, 2.0, 4.0, 8.0, 16.0)


class BudgetSpent(Exception):
    """As much was spent as may be."""


class Replies:
    """Gives replies from the disk, or from the provider; calling one is `Complete`. Threads may share it.

    `spent_usd` is what this process paid, `asked` and `kept` how many replies came from where.
    """

    def __init__(
        self,
        folder: Path,
        complete: Complete,
        max_cost: float | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folder = folder
        self._complete = complete
        self._max_cost = max_cost
        self._sleep = sleep
        self._guard = threading.Lock()
        self.spent_usd = 0.0
        self.asked = 0
        self.kept = 0

    def __call__(self, request: LLMRequest) -> Iterator[Piece]:
        """Give the reply to a request; raise BudgetSpent where it would have to be paid and nothing is left."""
        path = self._find(request)
        kept = _read(path)
        if kept is not None:
            with self._guard:
                self.kept += 1
            yield kept
            return
        if self._max_cost is not None and self.spent_usd >= self._max_cost:
            raise BudgetSpent
        reply = self._ask(request)
        cost = estimate_cost(request["model"], reply.prompt_tokens, reply.completion_tokens)
        with self._guard:
            self.asked += 1
            self.spent_usd += cost or 0.0
        if reply.finished and reply.text.strip():
            _write(path, request, reply)
        yield reply

    def _ask(self, request: LLMRequest) -> Piece:
        for wait in (*WAITS, None):
            try:
                return join_pieces(self._complete(request))
            except TemporaryError:
                if wait is None:
                    raise
                self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _find(self, request: LLMRequest) -> Path:
        key = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
        return self._folder / key[:2] / f"{key}.json"


def check_price(model: str) -> None:
    """Raise DatelineError for a model whose cost nobody knows: `--max-cost` could not be kept."""
    if estimate_cost(model, 1, 1) is None:
        raise DatelineError(f"the price of {model} is not known, so --max-cost can't be kept. Leave it out.")


def join_pieces(pieces: Iterator[Piece]) -> Piece:
    """The whole reply of its pieces."""
    text, finished = "", False
    tokens: tuple[int | None, int | None] = (None, None)
    for piece in pieces:
        text += piece.text
        finished = finished or piece.finished
        if piece.prompt_tokens is not None:
            tokens = (piece.prompt_tokens, piece.completion_tokens)
    return Piece(text, finished, *tokens)


def _read(path: Path) -> Piece | None:
    """The reply that is kept there; None for none, or a damaged one."""
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Piece(kept["text"], True, kept["prompt_tokens"], kept["completion_tokens"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, request: LLMRequest, reply: Piece) -> None:
    value = {
        "model": request["model"],
        "text": reply.text,
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": reply.completion_tokens,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}.partial")
    partial.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    partial.replace(path)
