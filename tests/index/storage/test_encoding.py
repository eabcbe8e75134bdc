"""How vectors and bands are kept: the direction stays, whatever the scale; bands are told apart."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings, strategies as st

from index.models.embedder import Vectors, to_unit
from index.storage.encoding import decode_vectors, encode_vectors, shorten_band, shorten_vector

shapes = st.tuples(st.integers(0, 9), st.sampled_from([1, 2, 24, 384, 1024]), st.integers(0, 2**20))


def make_rows(shape: tuple[int, int, int]) -> Vectors:
    """Unit rows, one part of some of them far larger than the others, as embedding models give them."""
    n, dim, seed = shape
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((n, dim)).astype(np.float32)
    rows[:, 0] *= rng.integers(1, 12, size=n)
    return to_unit(rows)


@given(shapes)
@settings(max_examples=80, deadline=None)
def test_the_direction_is_kept_in_a_byte_a_dimension(shape: tuple[int, int, int]) -> None:
    rows = make_rows(shape)
    codes = encode_vectors(rows)
    assert [len(code) for code in codes] == [rows.shape[1]] * len(rows)
    read = decode_vectors(codes, rows.shape[1])
    assert read.shape == rows.shape
    assert read.dtype == np.float32
    # Half a step of error in each part, as seen from a vector of length 1.
    step = np.abs(rows).max(axis=1, initial=0) / 127
    distance = np.linalg.norm(read - rows, axis=1)
    assert (distance <= step * np.sqrt(rows.shape[1]) / 2 * 1.05 + 1e-6).all()
    assert encode_vectors(read) == codes


@given(shapes)
@settings(max_examples=40, deadline=None)
def test_what_was_kept_as_float16_becomes_the_same(shape: tuple[int, int, int]) -> None:
    rows = make_rows(shape).astype(np.float16)
    assert [shorten_vector(row.tobytes()) for row in rows] == encode_vectors(rows.astype(np.float32))
    assert [shorten_vector((row * 2).tobytes()) for row in rows] == encode_vectors(rows.astype(np.float32))


def test_a_vector_of_zeros_stays_one() -> None:
    assert decode_vectors(encode_vectors(np.zeros((1, 5), dtype=np.float32)), 5).tolist() == [[0.0] * 5]


@given(st.lists(st.binary(min_size=33, max_size=33), unique=True, max_size=50))
def test_a_band_becomes_a_number_of_four_bytes(bands: list[bytes]) -> None:
    numbers = [shorten_band(band) for band in bands]
    assert all(-(2**31) <= n < 2**31 for n in numbers)
    assert numbers == [shorten_band(band) for band in bands]
    assert len(set(numbers)) == len(numbers)
