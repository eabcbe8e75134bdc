"""How much two texts have in common, by their content words."""

from __future__ import annotations

from collections.abc import Set

from index import content_words


def list_words(text: str) -> frozenset[str]:
    """The content words of a text, each once."""
    return frozenset(content_words(text))


def measure_jaccard(one: Set[str], other: Set[str]) -> float:
    """The share of all words of both that both have, from 0 to 1 (Jaccard); 0 where one has none."""
    return len(one & other) / len(one | other) if one and other else 0.0


def measure_overlap(one: Set[str], other: Set[str]) -> float:
    """The share of the shorter one's words that both have, from 0 to 1 (Szymkiewicz–Simpson); 0 where it has none."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0
