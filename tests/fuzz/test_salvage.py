"""Salvage reads any bytes as a database, and comes to an end: it may find nothing, and never fails."""

from __future__ import annotations

import struct
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, strategies as st

from index.storage.raw_log import apply_log
from index.storage.raw_rows import PAGE_BYTES, read_rows
from index.storage.salvaged import read_database


@st.composite
def pages(draw: st.DrawFn) -> bytes:
    """A page that says it has rows, and places in it that are anything."""
    kind = draw(st.sampled_from([0, 2, 5, 10, 13]))
    count = draw(st.integers(0, 65_535) | st.integers(0, 9))
    places = draw(st.lists(st.integers(0, 65_535) | st.integers(0, PAGE_BYTES), max_size=9))
    head = struct.pack(f">BHHHB{len(places)}H", kind, 0, count, 0, 0, *places)
    rest = draw(st.binary(max_size=300))
    return (head + rest).ljust(PAGE_BYTES - len(rest), b"\xff")[:PAGE_BYTES].ljust(PAGE_BYTES, rest[:1] or b"\0")


files = st.lists(pages() | st.binary(min_size=PAGE_BYTES, max_size=PAGE_BYTES), max_size=4).map(b"".join) | st.binary()


@given(files, files)
def test_any_bytes_are_read_to_the_end(database: bytes, log: bytes) -> None:
    with TemporaryDirectory() as name:
        folder, scratch = Path(name), Path(name) / "scratch"
        scratch.mkdir()
        (folder / "dateline.db").write_bytes(database)
        (folder / "dateline.db-wal").write_bytes(log)
        found = read_database(folder / "dateline.db", scratch)
        assert not found.articles


@given(
    files,
    st.lists(st.tuples(st.integers(0, 9) | st.integers(0, 2**32 - 1), st.integers(0, 3), st.booleans()), max_size=4),
)
def test_any_log_is_applied_or_passed_over(database: bytes, frames: list[tuple[int, int, bool]]) -> None:
    header = struct.pack(">8I", 0x377F0682, 3_007_000, PAGE_BYTES, 0, 5, 6, 0, 0)
    log = header + b"".join(
        struct.pack(">6I", number, size, 5 if ours else 7, 6 if ours else 8, 0, 0) + bytes(PAGE_BYTES)
        for number, size, ours in frames
    )
    with TemporaryDirectory() as name:
        file = Path(name) / "dateline.db"
        file.write_bytes(database)
        (Path(name) / "log").write_bytes(log)
        apply_log(Path(name) / "log", file)
        assert file.stat().st_size <= len(database) + 4 * PAGE_BYTES
        list(read_rows(file))
