"""One contract for every VectorIndex, against plain numpy."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from index.assemble import load_vector_index, make_vector_index
from index.models.embedder import Vectors, to_unit
from index.search.vectors import Damaged, VectorIndex

DIM = 24
FILE = Path("nested") / "vectors.faiss"
NOTHING: Vectors = np.zeros((0, DIM), dtype=np.float32)


def make_rows(n: int, seed: int = 0) -> Vectors:
    """Unit rows, rounded to float16, the precision that they are kept with."""
    rows = to_unit(np.random.default_rng(seed).standard_normal((n, DIM)).astype(np.float32))
    return rows.astype(np.float16).astype(np.float32)


def brute_force(
    held: dict[int, Vectors], query: Vectors, limit: int, allowed: Sequence[int] | None
) -> list[tuple[int, float]]:
    """All inner products, best first, equal ones by number."""
    scored = [(n, float(row @ query)) for n, row in held.items() if allowed is None or n in allowed]
    return sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:limit]


def check_search(
    index: VectorIndex, held: dict[int, Vectors], query: Vectors, limit: int, allowed: list[int] | None
) -> None:
    found = index.search(query, limit, allowed)
    wanted = brute_force(held, query, limit, allowed)
    assert [n for n, _ in found] == [n for n, _ in wanted]
    np.testing.assert_allclose([s for _, s in found], [s for _, s in wanted], atol=1e-5)


@pytest.fixture
def index(tmp_path: Path) -> VectorIndex:
    return make_vector_index(tmp_path / FILE, DIM)


@given(
    st.integers(1, 40), st.integers(1, 50), st.integers(0, 2**20), st.none() | st.lists(st.integers(0, 60), max_size=30)
)
@settings(max_examples=60, deadline=None)
def test_search_is_exact(n: int, limit: int, seed: int, allowed: list[int] | None) -> None:
    index = make_vector_index(Path("unused"), DIM)
    rows = make_rows(n, seed)
    index.update([], range(10, 10 + n), rows, 1)
    held = dict(zip(range(10, 10 + n), rows, strict=True))
    check_search(index, held, make_rows(1, seed + 1)[0], limit, allowed)


def test_vectors_are_rounded_to_float16_and_no_further(index: VectorIndex) -> None:
    raw = to_unit(np.random.default_rng(3).standard_normal((30, DIM)).astype(np.float32))
    index.update([], range(30), raw, 1)
    halves = raw.astype(np.float16).astype(np.float32)
    check_search(index, dict(enumerate(halves)), raw[0], 30, None)


def test_an_empty_index_finds_nothing(index: VectorIndex) -> None:
    assert index.generation == 0
    assert index.search(make_rows(1)[0], 5) == []
    assert index.search(make_rows(1)[0], 5, [1, 2]) == []


@pytest.mark.parametrize(("limit", "allowed"), [(0, None), (5, []), (5, [99])])
def test_nothing_wanted_or_allowed_is_nothing_found(index: VectorIndex, limit: int, allowed: list[int] | None) -> None:
    index.update([], range(5), make_rows(5), 1)
    assert index.search(make_rows(1)[0], limit, allowed) == []


def test_equal_vectors_come_by_number(index: VectorIndex) -> None:
    row = make_rows(1)
    index.update([], [9, 4, 7], np.repeat(row, 3, axis=0), 1)
    assert [n for n, _ in index.search(row[0], 3)] == [4, 7, 9]


def test_an_update_done_twice_is_as_one_done_once(index: VectorIndex) -> None:
    rows = make_rows(6)
    index.update([], range(4), rows[:4], 1)
    for _ in range(2):
        index.update([1, 2], [10, 11], rows[4:], 2)
    held = {0: rows[0], 3: rows[3], 10: rows[4], 11: rows[5]}
    check_search(index, held, make_rows(1, 5)[0], 20, None)
    assert index.generation == 2


def test_what_was_removed_is_gone(index: VectorIndex) -> None:
    rows = make_rows(5)
    index.update([], range(5), rows, 1)
    index.update([2], [], NOTHING, 2)
    assert {n for n, _ in index.search(rows[2], 10)} == {0, 1, 3, 4}
    assert index.search(rows[2], 10, [2]) == []
    index.update([0, 1, 3, 4], [], NOTHING, 3)
    assert index.search(rows[2], 10) == []


def test_what_was_saved_is_loaded(tmp_path: Path, index: VectorIndex) -> None:
    rows = make_rows(30)
    index.update([], range(30), rows, 7)
    index.update([5], [], NOTHING, 8)
    index.save()
    loaded = load_vector_index(tmp_path / FILE, DIM)
    assert loaded.generation == 8
    for seed in range(5):
        query = make_rows(1, 100 + seed)[0]
        assert loaded.search(query, 30) == index.search(query, 30)
    assert [f.name for f in (tmp_path / FILE).parent.iterdir()] == [FILE.name]


def test_no_file_is_an_empty_index(tmp_path: Path) -> None:
    assert load_vector_index(tmp_path / FILE, DIM).generation == 0


def _save(tmp_path: Path) -> tuple[Path, bytes]:
    index = make_vector_index(tmp_path / FILE, DIM)
    index.update([], range(3), make_rows(3), 41)
    index.save()
    return tmp_path / FILE, (tmp_path / FILE).read_bytes()


def test_every_flipped_byte_is_noticed(tmp_path: Path) -> None:
    path, content = _save(tmp_path)
    rng = random.Random(1)
    for place in range(len(content)):
        damaged = bytearray(content)
        damaged[place] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        with pytest.raises(Damaged):
            load_vector_index(path, DIM)


def test_every_cut_file_is_noticed(tmp_path: Path) -> None:
    path, content = _save(tmp_path)
    for size in range(0, len(content), 3):
        path.write_bytes(content[:size])
        with pytest.raises(Damaged):
            load_vector_index(path, DIM)


@pytest.mark.parametrize("content", [b"", b"\n", b"[]\n", b"{}\n", b"null\n", b"\xff\xfe\n", b'{"generation": 1}\nx'])
def test_a_foreign_file_is_noticed(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "v"
    path.write_bytes(content)
    with pytest.raises(Damaged):
        load_vector_index(path, DIM)


def test_another_generation_in_the_stamp_is_noticed(tmp_path: Path) -> None:
    path, content = _save(tmp_path)
    head, _, body = content.partition(b"\n")
    stamp = {**json.loads(head), "generation": 42}
    path.write_bytes(json.dumps(stamp).encode() + b"\n" + body)
    with pytest.raises(Damaged):
        load_vector_index(path, DIM)


def test_vectors_of_another_size_are_noticed(tmp_path: Path) -> None:
    path, _ = _save(tmp_path)
    with pytest.raises(Damaged, match="another size"):
        load_vector_index(path, DIM + 1)
