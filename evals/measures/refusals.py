"""Whether it refuses what the articles don't answer, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Refusal(NamedTuple):
    """One question: whether it should have been refused, and whether it was."""

    unanswerable: bool
    refused: bool


def precision_and_recall(refusals: Sequence[Refusal]) -> tuple[float | None, float | None]:
    """Precision and recall of refusing; None where nothing was refused, or nothing should have been."""
    right = sum(r.unanswerable and r.refused for r in refusals)
    refused = sum(r.refused for r in refusals)
    should = sum(r.unanswerable for r in refusals)
    return (right / refused if refused else None), (right / should if should else None)
