"""Which blocks of a page are its article's: a logistic regression on what `features` sees of each.

`python -m evals.fit.pages` fits the weights, and measures them on sites that they were not fitted to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from index.clean.blocks import Block
from index.clean.features import (
    BOILERPLATE_FEATURES,
    PAGE_FEATURES,
    TEXT_FEATURES,
    Matrix,
    describe_page,
    describe_texts,
)
from index.clean.prose import is_prose

WEIGHTS_FILE = Path(__file__).parent / "article_blocks.json"
_MOST_CERTAIN = 30.0  # log-odds
_OF_BEST = 0.6  # of the best block's probability, which is enough for prose
_LEAST = 0.1  # a page whose best block is less likely has no article
_BESIDE = 0.5  # of what is enough, for prose next to a block that is the article's

Mask = npt.NDArray[np.bool_]
PageKind = Literal["html", "txt"]


@dataclass(frozen=True, slots=True)
class BlockWeights:
    """Intercept, a slope for each feature by name, and the least probability with which a block is the article's."""

    intercept: float
    slopes: Mapping[str, float]
    threshold: float


def pick_texts(texts: Sequence[str]) -> list[int]:
    """Return the places of those blocks of a page saved as text that are its article's; see `describe_texts`."""
    return [int(i) for i in np.flatnonzero(keep_likely(describe_texts(texts), TEXT_FEATURES, _read_weights("txt")))]


def pick_blocks(blocks: Sequence[Block], extracted: Sequence[str]) -> list[int]:
    """Return the places of those blocks of a web page that are its article's; see `describe_page`."""
    rows = describe_page(blocks, extracted)
    return [int(i) for i in np.flatnonzero(keep_likely(rows, PAGE_FEATURES, _read_weights("html")))]


def drop_repeated(texts: Sequence[str]) -> list[str]:
    """Return the blocks in order, each that is prose once: cells of a table may say the same twice."""
    seen: set[str] = set()
    kept = []
    for text in texts:
        if text not in seen or not is_prose(text):
            kept.append(text)
        seen.add(text)
    return kept


def keep_likely(rows: Matrix, features: Sequence[str], weights: BlockWeights) -> Mask:
    """Return for each row whether its block is the article's: because it is likely enough, or for those beside it."""
    rated = rate_blocks(rows, features, weights)
    column = {name: rows[:, place] for place, name in enumerate(features)}
    enough = min(weights.threshold, _OF_BEST * rated.max(initial=_LEAST))
    kept: Mask = (rated >= weights.threshold) | ((rated >= enough) & (column["prose"] > 0))
    own = ~np.any([column[name] > 0 for name in BOILERPLATE_FEATURES], axis=0)
    if "item" in column:
        _keep_items(kept, own & (column["item"] > 0) & (column["trafilatura"] == 1))
    else:
        _keep_paragraphs(kept, own, own & (column["prose"] > 0) & (rated >= _BESIDE * enough))
    return kept


def _keep_items(kept: Mask, items: Mask) -> None:
    """Keep items below a block that is kept: a list stays whole."""
    for place in range(1, len(kept)):
        kept[place] |= items[place] and kept[place - 1]


def _keep_paragraphs(kept: Mask, own: Mask, likely: Mask) -> None:
    """Keep likely paragraphs beside one that is kept, across a line of boilerplate too; then what is between two kept
    ones (a heading, an item of a list), unless its words are boilerplate's.
    """
    for places in (range(len(kept)), range(len(kept) - 1, -1, -1)):
        near = 0  # so many blocks that may still be passed
        for place in places:
            kept[place] |= likely[place] and near > 0
            near = 2 if kept[place] else near - 1 if not own[place] else 0
    kept[1:-1] |= own[1:-1] & kept[:-2] & kept[2:]


def rate_blocks(rows: Matrix, features: Sequence[str], weights: BlockWeights) -> npt.NDArray[np.float64]:
    """Return for each row how likely its block is the article's, from 0 to 1."""
    z = weights.intercept + rows @ np.array([weights.slopes.get(name, 0.0) for name in features])
    rated: npt.NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(z, -_MOST_CERTAIN, _MOST_CERTAIN)))
    return rated


@cache
def _read_weights(kind: PageKind) -> BlockWeights:
    stored = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))[kind]
    return BlockWeights(stored["intercept"], stored["slopes"], stored["threshold"])
