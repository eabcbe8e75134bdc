"""Which blocks are the article's: what is seen of each, and what follows from it for those beside it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings as options, strategies as st

from index.clean.article_blocks import WEIGHTS_FILE, BlockWeights, drop_repeated, keep_likely, pick_blocks, pick_texts
from index.clean.blocks import Block
from index.clean.features import PAGE_FEATURES, TEXT_FEATURES, describe_page, describe_texts
from index.clean.prose import is_prose
from tests.index.hostile import hostile_texts
from tests.index.read.make import BODY, TITLE

WORDS = [*BODY, TITLE, "Home", "Sport", "Related articles", "A cat in a tree", "Comments (2)", "5 March 2024", "Menu"]
texts = st.lists(st.sampled_from(WORDS) | hostile_texts, max_size=30)


@given(texts)
@options(deadline=None, max_examples=100)
def test_every_block_has_a_row_of_finite_features(blocks: list[str]) -> None:
    rows = describe_texts(blocks)
    assert rows.shape == (len(blocks), len(TEXT_FEATURES))
    assert np.isfinite(rows).all()
    paged = describe_page([Block(text) for text in blocks], ["", " ".join(blocks)])
    assert paged.shape == (len(blocks), len(PAGE_FEATURES))
    assert (paged[:, : len(TEXT_FEATURES)] == rows).all()


@given(texts)
@options(deadline=None, max_examples=100)
def test_what_is_picked_is_in_order(blocks: list[str]) -> None:
    for picked in (pick_texts(blocks), pick_blocks([Block(text) for text in blocks], ["\n".join(blocks), ""])):
        assert picked == sorted(set(picked))
        assert set(picked) <= set(range(len(blocks)))


@pytest.mark.parametrize("reach", [1, 4, 12])
def test_neighbours_are_means_over_so_many_blocks(reach: int) -> None:
    """Against the definition, block by block; beyond the page everything is 0."""
    blocks = [*WORDS, *BODY, *WORDS]
    rows = describe_texts(blocks)
    own = rows[:, TEXT_FEATURES.index("words")]
    for side, step in (("above", -1), ("below", 1)):
        seen = rows[:, TEXT_FEATURES.index(f"words_{reach}_{side}")]
        for i in range(len(blocks)):
            beside = [own[j] for d in range(1, reach + 1) if 0 <= (j := i + step * d) < len(blocks)]
            assert seen[i] == pytest.approx(sum(beside) / reach)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_a_block_that_is_likely_enough_stays(blocks: list[tuple[float, bool, bool]]) -> None:
    """And one that is added stands beside another, and is no known boilerplate."""
    features = ("likely", "prose", "button", "notice", "teaser", "caption", "list", "appendix")
    rows = np.array([(likely, prose, button, 0, 0, 0, 0, 0) for likely, prose, button in blocks], dtype=np.float64)
    kept = keep_likely(rows, features, BlockWeights(-5.0, {"likely": 10.0}, 0.5))
    for place, (likely, _, button) in enumerate(blocks):
        if likely >= 0.5:
            assert kept[place]
        elif kept[place] and max(b[0] for b in blocks) >= 0.55:
            assert not button
            assert kept[max(0, place - 2) : place + 3].sum() > 1


def test_weights_name_features_that_there_are() -> None:
    import json

    stored = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    assert set(stored["html"]["slopes"]) == set(PAGE_FEATURES)
    assert set(stored["txt"]["slopes"]) == set(TEXT_FEATURES)


@given(st.lists(st.sampled_from(["1", "x", BODY[0], BODY[1]]), max_size=12))
def test_prose_stands_once_and_cells_as_often_as_they_stand(blocks: list[str]) -> None:
    kept = drop_repeated(blocks)
    assert [b for b in kept if not is_prose(b)] == [b for b in blocks if not is_prose(b)]
    assert [b for b in kept if is_prose(b)] == list(dict.fromkeys(b for b in blocks if is_prose(b)))
