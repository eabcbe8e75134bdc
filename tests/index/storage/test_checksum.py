"""The checksum of a row: another one for any other row, and the same for ever."""

from __future__ import annotations

from hypothesis import assume, given, strategies as st

from index.storage.checksum import Value, make_checksum

values = st.none() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=5) | st.binary(max_size=5)
KNOWN = 2061298800457436173
rows = st.lists(values, max_size=4).map(tuple)


@given(rows, rows)
def test_rows_that_differ_have_different_checksums(one: tuple[Value, ...], other: tuple[Value, ...]) -> None:
    assume(repr(one) != repr(other))
    assert make_checksum(*one) != make_checksum(*other)


@given(rows)
def test_it_fits_a_column(row: tuple[Value, ...]) -> None:
    assert -(2**63) <= make_checksum(*row) < 2**63
    assert make_checksum(*row) == make_checksum(*row)


def test_it_stays_what_it_is() -> None:
    """Libraries carry it: another way of adding up would call all of them damaged."""
    assert make_checksum("é", None, -7, b"\x00\xff", "") == KNOWN
