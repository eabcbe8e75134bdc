"""Joining two rankings into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

K = 60  # Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet", SIGIR 2009


def fuse_ranks(rankings: Sequence[Sequence[int]]) -> Mapping[int, float]:
    """Return a score for each item of `rankings` (each best first): the sum of 1 / (60 + rank)."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1 / (K + rank)
    return scores
