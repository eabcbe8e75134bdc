"""One contract for every VectorFile, and every kind of it, against plain numpy."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from index.assemble import load_vector_index, make_vector_index
from index.models.embedder import Vectors, to_unit
from index.search.vector_file import Damaged, Head, write_arrays
from index.search.vectors import FaissIndex, VectorFile

DIM = 24
LISTS = 4
FILE = Path("nested") / "vectors.faiss"
NOTHING: Vectors = np.zeros((0, DIM), dtype=np.float32)


class Kept(dict[int, Vectors]):
    """The vectors that a store has, by number."""

    def get_all(self, numbers: Sequence[int]) -> tuple[list[int], Vectors]:
        found = sorted(set(numbers) & self.keys())
        return found, np.array([self[n] for n in found], dtype=np.float32)


def make_trained(path: Path, kept: Kept, lists: int = LISTS, sample: Vectors | None = None) -> FaissIndex:
    index = FaissIndex(path, DIM, kept.get_all, "balanced", lists)
    index.train(make_rows(40 * lists, 99) if sample is None else sample, 1)
    return index


# Another kind, or another implementation, adds itself here.
KINDS: Mapping[str, Callable[[Path, Kept], VectorFile]] = {
    "exact": lambda path, kept: make_vector_index(path, DIM, kept.get_all, "balanced"),
    "trained": make_trained,
}
every_kind = pytest.mark.parametrize("kind", KINDS)


class Both:
    """An index, and what a store has of it."""

    def __init__(self, kind: str, path: Path = Path("unused")) -> None:
        self.kept = Kept()
        self.index = KINDS[kind](path, self.kept)

    def update(self, removed: Sequence[int], added: Sequence[int], vectors: Vectors, generation: int) -> None:
        for number in removed:
            self.kept.pop(number, None)
        self.kept.update(zip(added, vectors, strict=True))
        self.index.update(removed, added, vectors, generation)


@pytest.fixture(params=KINDS)
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Both:
    return Both(request.param, tmp_path / FILE)


def load(path: Path, kept: Kept | None = None) -> VectorFile:
    return load_vector_index(path, DIM, (kept or Kept()).get_all, "balanced")


def make_rows(n: int, seed: int = 0) -> Vectors:
    """Unit rows, rounded to float16, the precision that they are kept with."""
    rows = to_unit(np.random.default_rng(seed).standard_normal((n, DIM)).astype(np.float32))
    return rows.astype(np.float16).astype(np.float32)


def brute_force(
    held: Mapping[int, Vectors], query: Vectors, limit: int, allowed: Sequence[int] | None
) -> list[tuple[int, float]]:
    """All inner products, best first, equal ones by number."""
    scored = [(n, float(row @ query)) for n, row in held.items() if allowed is None or n in allowed]
    return sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:limit]


def check_search(index: VectorFile, held: Kept, query: Vectors, limit: int, allowed: list[int] | None) -> None:
    found = index.search(query, limit, allowed)
    wanted = brute_force(held, query, limit, allowed)
    assert [n for n, _ in found] == [n for n, _ in wanted]
    np.testing.assert_allclose([s for _, s in found], [s for _, s in wanted], atol=1e-5)


@every_kind
@given(
    st.integers(1, 40), st.integers(1, 50), st.integers(0, 2**20), st.none() | st.lists(st.integers(0, 60), max_size=30)
)
@settings(max_examples=60, deadline=None)
def test_search_is_exact(kind: str, n: int, limit: int, seed: int, allowed: list[int] | None) -> None:
    """Of so few, all lists are read."""
    both = Both(kind)
    both.update([], range(10, 10 + n), make_rows(n, seed), 1)
    check_search(both.index, both.kept, make_rows(1, seed + 1)[0], limit, allowed)


changes = st.lists(st.tuples(st.lists(st.integers(0, 30)), st.lists(st.integers(0, 30), unique=True)), max_size=6)


@every_kind
@given(changes, st.integers(0, 2**20))
@settings(max_examples=60, deadline=None)
def test_whatever_came_and_went_the_rest_is_there(
    kind: str, changes: list[tuple[list[int], list[int]]], seed: int
) -> None:
    both = Both(kind)
    for generation, (removed, added) in enumerate(changes, start=1):
        both.update(removed, added, make_rows(len(added), seed + generation), generation)
    assert sorted(both.index.numbers()) == sorted(both.kept)
    assert len(both.index) == len(both.kept)
    check_search(both.index, both.kept, make_rows(1, seed)[0], 40, None)


def test_vectors_are_rounded_to_float16_and_no_further(tmp_path: Path) -> None:
    raw = to_unit(np.random.default_rng(3).standard_normal((30, DIM)).astype(np.float32))
    index = KINDS["exact"](tmp_path / FILE, Kept())
    index.update([], range(30), raw, 1)
    halves = raw.astype(np.float16).astype(np.float32)
    check_search(index, Kept(enumerate(halves)), raw[0], 30, None)


def test_what_a_byte_a_dimension_blurs_is_compared_exactly(tmp_path: Path) -> None:
    near = to_unit(make_rows(1) + 1e-2 * make_rows(40, 7))  # closer to each other than their bytes can tell
    both = Both("trained")
    both.update([], range(40), near, 1)
    check_search(both.index, both.kept, near[17], 10, None)


def make_clustered(count: int, clusters: int, seed: int) -> tuple[Vectors, list[int]]:
    """Unit rows around some centres, and the centre of each."""
    rng = np.random.default_rng(seed)
    of = rng.integers(clusters, size=count)
    centres = np.random.default_rng(1).standard_normal((clusters, DIM))
    return to_unit((centres[of] + 0.7 * rng.standard_normal((count, DIM))).astype(np.float32)), of.tolist()


@pytest.mark.parametrize("share", [1.0, 0.1, 0.01, 0.001])
@pytest.mark.parametrize("near_by", [False, True])
def test_filters_keep_their_recall(share: float, near_by: bool) -> None:
    """Whether what a filter lets through lies anywhere, or in one corner, which may be far from the question."""
    rows, of = make_clustered(20_000, 50, 0)
    kept = Kept(enumerate(rows))
    index = make_trained(Path("unused"), kept, 128, rows[::4])
    index.update([], range(len(rows)), rows, 1)
    order = np.argsort(of, kind="stable") if near_by else np.random.default_rng(2).permutation(len(rows))
    allowed = np.sort(order[: int(share * len(rows))])
    found = wanted = 0
    for query in make_clustered(40, 50, 3)[0]:
        best = allowed[np.argsort(-(rows[allowed] @ query))[:10]].tolist()
        hits = index.search(query, 10, None if share == 1 else allowed.tolist())
        assert len(hits) == 10
        found += len({n for n, _ in hits} & set(best))
        wanted += len(best)
    assert found / wanted >= 0.95


def test_an_empty_index_finds_nothing(both: Both) -> None:
    assert both.index.generation == 0
    assert both.index.search(make_rows(1)[0], 5) == []
    assert both.index.search(make_rows(1)[0], 5, [1, 2]) == []


@pytest.mark.parametrize(("limit", "allowed"), [(0, None), (5, []), (5, [99])])
def test_nothing_wanted_or_allowed_is_nothing_found(both: Both, limit: int, allowed: list[int] | None) -> None:
    both.update([], range(5), make_rows(5), 1)
    assert both.index.search(make_rows(1)[0], limit, allowed) == []


def test_equal_vectors_come_by_number(both: Both) -> None:
    row = make_rows(1)
    both.update([], [9, 4, 7], np.repeat(row, 3, axis=0), 1)
    assert [n for n, _ in both.index.search(row[0], 3)] == [4, 7, 9]


def test_an_update_done_twice_is_as_one_done_once(both: Both) -> None:
    rows = make_rows(6)
    both.update([], range(4), rows[:4], 1)
    for _ in range(2):
        both.update([1, 2], [10, 11], rows[4:], 2)
    assert sorted(both.kept) == [0, 3, 10, 11]
    check_search(both.index, both.kept, make_rows(1, 5)[0], 20, None)
    assert both.index.generation == 2


def test_what_was_removed_is_gone(both: Both) -> None:
    rows = make_rows(5)
    both.update([], range(5), rows, 1)
    both.update([2], [], NOTHING, 2)
    assert {n for n, _ in both.index.search(rows[2], 10)} == {0, 1, 3, 4}
    assert both.index.search(rows[2], 10, [2]) == []
    both.update([0, 1, 3, 4], [], NOTHING, 3)
    assert both.index.search(rows[2], 10) == []


def test_what_was_saved_is_loaded(tmp_path: Path, both: Both) -> None:
    rows = make_rows(30)
    both.update([], range(30), rows, 7)
    both.update([5], [], NOTHING, 8)
    both.index.save()
    loaded = load(tmp_path / FILE, both.kept)
    assert loaded.generation == 8
    for seed in range(5):
        query = make_rows(1, 100 + seed)[0]
        assert loaded.search(query, 30) == both.index.search(query, 30)
    assert [f.name for f in (tmp_path / FILE).parent.iterdir()] == [FILE.name]


def test_no_file_is_an_empty_index(tmp_path: Path) -> None:
    assert load(tmp_path / FILE).generation == 0


def _save(tmp_path: Path, kind: str) -> tuple[Path, bytes]:
    both = Both(kind, tmp_path / FILE)
    both.update([], range(3), make_rows(3), 41)
    both.index.save()
    return tmp_path / FILE, (tmp_path / FILE).read_bytes()


@every_kind
def test_every_flipped_byte_is_noticed(tmp_path: Path, kind: str) -> None:
    path, content = _save(tmp_path, kind)
    rng = random.Random(1)
    for place in range(len(content)):
        damaged = bytearray(content)
        damaged[place] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        with pytest.raises(Damaged):
            load(path)


@every_kind
def test_every_cut_file_is_noticed(tmp_path: Path, kind: str) -> None:
    path, content = _save(tmp_path, kind)
    for size in range(0, len(content), 3):
        path.write_bytes(content[:size])
        with pytest.raises(Damaged):
            load(path)


def test_what_is_loaded_can_be_written_on(tmp_path: Path, both: Both) -> None:
    both.update([], range(30), make_rows(30), 7)
    both.index.save()
    both.index = load(tmp_path / FILE, both.kept)
    both.update([3, 4], [4, 40, 41], make_rows(3, 8), 8)
    both.index.save()
    both.index = load(tmp_path / FILE, both.kept)
    assert both.index.generation == 8
    check_search(both.index, both.kept, make_rows(1, 100)[0], 30, None)


def test_an_index_that_faiss_wrote_is_refused(tmp_path: Path) -> None:
    """FAISS has kinds whose lists lie in a file that the index names: it would be opened, wherever it is."""
    path = tmp_path / "v"
    other = faiss.IndexIVFFlat(faiss.IndexFlatIP(DIM), DIM, 1, faiss.METRIC_INNER_PRODUCT)
    other.train(make_rows(40))
    lists = faiss.OnDiskInvertedLists(1, 4 * DIM, str(tmp_path / "elsewhere"))
    other.replace_invlists(lists, False)
    faiss.write_index(other, str(path))
    with pytest.raises(Damaged):
        load(path)


@pytest.mark.parametrize(
    ("sizes", "held"), [([3, 1], 3), ([-1, 4], 3), ([2**62, 2**62], 2**63 - 1), ([1, 2], 4), ([3, 0], 2)]
)
def test_lists_that_are_not_as_long_as_they_say_are_noticed(tmp_path: Path, sizes: list[int], held: int) -> None:
    """Such a file may have a checksum that is right: somebody else may have written it."""
    path = tmp_path / "v"
    with write_arrays(path, Head(1, 1, DIM, 2, held)) as put:
        put(make_rows(2))
        put(np.ones(2 * DIM, dtype=np.float32))
        put(np.array(sizes, dtype=np.int64))
        put(np.arange(3, dtype=np.int64))
        put(np.zeros(3 * DIM, dtype=np.uint8))
    with pytest.raises(Damaged):
        load(path)


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("number", [0, -5, 2**62])
def test_a_hostile_file_can_at_most_find_nothing(tmp_path: Path, odd: float, number: int) -> None:
    path = tmp_path / "v"
    with write_arrays(path, Head(1, 1, DIM, 2, 1)) as put:
        put(np.full((2, DIM), odd, dtype=np.float32))
        put(np.full(2 * DIM, odd, dtype=np.float32))
        put(np.array([1, 0], dtype=np.int64))
        put(np.array([number], dtype=np.int64))
        put(np.zeros(DIM, dtype=np.uint8))
    kept = Kept(enumerate(make_rows(40)))
    index = load(path, kept)
    for allowed in (None, list(range(40)), [number]):
        found = index.search(make_rows(1)[0], 10, allowed)
        assert {n for n, _ in found} <= kept.keys()
    index.update([1], [50], make_rows(1), 2)


def test_more_lists_than_the_file_has_room_for_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "v"
    with write_arrays(path, Head(1, 1, DIM, 2**40, 0)) as put:
        put(make_rows(2))
    with pytest.raises(Damaged):
        load(path)


@pytest.mark.parametrize("content", [b"", b"\n", b"[]\n", b"{}\n", b"null\n", b"\xff\xfe\n", b'{"generation": 1}\nx'])
def test_a_foreign_file_is_noticed(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "v"
    path.write_bytes(content)
    with pytest.raises(Damaged):
        load(path)


@every_kind
def test_another_generation_in_the_stamp_is_noticed(tmp_path: Path, kind: str) -> None:
    path, content = _save(tmp_path, kind)
    head, _, body = content.partition(b"\n")
    stamp = {**json.loads(head), "generation": 42}
    path.write_bytes(json.dumps(stamp).encode() + b"\n" + body)
    with pytest.raises(Damaged):
        load(path)


@every_kind
def test_vectors_of_another_size_are_noticed(tmp_path: Path, kind: str) -> None:
    path, _ = _save(tmp_path, kind)
    with pytest.raises(Damaged, match="another size"):
        load_vector_index(path, DIM + 1, Kept().get_all, "balanced")
