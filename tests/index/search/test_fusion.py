"""Reciprocal rank fusion against the formula of the paper, in fractions."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from index.search.fusion import fuse_ranks

_RANKINGS = st.lists(st.lists(st.integers(0, 30), unique=True, max_size=20), max_size=4)


def by_the_paper(rankings: list[list[int]], item: int) -> Fraction:
    return sum((Fraction(1, 60 + r.index(item) + 1) for r in rankings if item in r), Fraction(0))


@given(_RANKINGS)
def test_scores_are_sums_of_reciprocal_ranks(rankings: list[list[int]]) -> None:
    fused = fuse_ranks(rankings)
    assert set(fused) == {item for ranking in rankings for item in ranking}
    for item, score in fused.items():
        assert score == pytest.approx(float(by_the_paper(rankings, item)), rel=1e-12)


def test_what_both_find_is_above_what_one_finds_first() -> None:
    fused = fuse_ranks([[1, 2, 3], [4, 3]])
    assert max(fused, key=lambda item: fused[item]) == 3
    assert fused[1] == fused[4] == 1 / 61
