"""How vectors are searched, by how many there are: all compared, or put into lists of which a few are read."""

from __future__ import annotations

import math
from typing import Literal, cast, get_args

from index.errors import UsageError

VectorSearch = Literal["fast", "balanced", "thorough", "exact"]

TRAINED_FROM = 100_000  # vectors; of fewer, all are compared in at most 9 ms
_SHARES: dict[VectorSearch, float] = {"fast": 0.01, "balanced": 0.03, "thorough": 0.1, "exact": 1.0}
_LEAST_READ = 8  # lists


def read_vector_search(word: str) -> VectorSearch:
    """The setting `vector_search`; raise UsageError for another word."""
    if word in get_args(VectorSearch):
        return cast(VectorSearch, word)
    raise UsageError(f"`vector_search` is {word!r}; it must be fast, balanced, thorough or exact.")


def choose_lists(count: int, search: VectorSearch) -> int:
    """How many lists so many vectors are best put into: 1, or a power of two near four times their root."""
    if count < TRAINED_FROM or search == "exact":
        return 1
    return int(2 ** round(math.log2(4 * math.sqrt(count))))


def has_outgrown(lists: int, count: int, search: VectorSearch) -> bool:
    """True where so many vectors want to be put into other lists; some more or fewer are no reason to."""
    wanted = choose_lists(count, search)
    if wanted == 1 and search != "exact":
        return lists > 1 and count < TRAINED_FROM // 2
    return wanted > lists or (wanted == 1 < lists)


def choose_read(lists: int, search: VectorSearch, allowed: float = 1.0) -> int:
    """How many of the lists are read; with a filter that lets the share `allowed` through, the more the fewer it lets.

    Twice as many as would hold as many vectors that are allowed: those may lie elsewhere than the nearest.
    """
    share = _SHARES[search] if allowed >= 1 else 2 * _SHARES[search] / max(allowed, 1e-9)
    return min(lists, max(_LEAST_READ, math.ceil(lists * share)))


def describe_search(lists: int, search: VectorSearch) -> str:
    """The same in words, for `status`."""
    if lists == 1:
        return "exact"
    return (
        f"{search}: {choose_read(lists, search):,} of {lists:,} lists are read, and what they give is compared exactly"
    )
