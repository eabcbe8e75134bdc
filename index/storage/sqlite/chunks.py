"""Values in lists that one statement can bind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

_CHUNK = 500  # values bound in one statement; SQLite's own limit is 32,766


def bind_chunks(values: Sequence[T]) -> Iterator[tuple[str, Sequence[T]]]:
    """The values by and by, each part with as many question marks."""
    for start in range(0, len(values), _CHUNK):
        chunk = values[start : start + _CHUNK]
        yield ", ".join("?" * len(chunk)), chunk
