"""Rows of a SQLite file, read page by page without SQLite: whatever else is broken in it, what is whole comes out.

The format is that of https://www.sqlite.org/fileformat2.html. Nothing leads to a row here but the page it is on, so
that no damage elsewhere, to the list of tables say, hides it; whether it is whole, its checksum says.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE_BYTES = 4096  # SQLite's own choice, which Dateline never changes
_HEADER_BYTES = 100  # of the file, on its first page
_TABLE_LEAF, _INDEX_LEAF, _INDEX_INSIDE = 13, 10, 2
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # bytes, by serial type
_MOST_COLUMNS = 100
_MOST_TIMES = (
    16  # the size of the file is read for rows beyond their pages: in a damaged one, many may lead to one chain
)

Row = tuple[Any, ...]


def read_rows(path: Path) -> Iterator[tuple[int | None, Row]]:
    """Each row on each page that is in use, with its number, or None in a table without; values as SQLite gives them.

    Rows of pages that were given up are left out where the list of these can be read.
    """
    with path.open("rb") as stream:
        pages = path.stat().st_size // PAGE_BYTES
        file = _File(stream, pages)
        free = file.read_free_pages()
        for number in range(1, pages + 1):
            if number not in free:
                yield from file.read_page_rows(number)


class _File:
    def __init__(self, stream: Any, pages: int) -> None:
        self._stream = stream
        self._pages = pages
        self._left = _MOST_TIMES * pages * PAGE_BYTES

    def _read(self, number: int) -> bytes:
        self._stream.seek((number - 1) * PAGE_BYTES)
        page: bytes = self._stream.read(PAGE_BYTES)
        return page

    def read_free_pages(self) -> set[int]:
        """The numbers of the pages that are in no use; none where their list is not as long as the header says."""
        free: set[int] = set()
        trunk, known = struct.unpack_from(">II", self._read(1), 32) if self._pages else (0, 0)
        while 0 < trunk <= self._pages and trunk not in free:
            free.add(trunk)
            page = self._read(trunk)
            following, count = struct.unpack_from(">II", page)
            leaves = struct.unpack_from(f">{min(count, PAGE_BYTES // 4 - 2)}I", page, 8)
            free.update(leaf for leaf in leaves if 0 < leaf <= self._pages)
            trunk = following
        return free if len(free) == known else set()

    def read_page_rows(self, number: int) -> Iterator[tuple[int | None, Row]]:
        """The rows on one page; none where it is no page with rows."""
        page = self._read(number)
        start = _HEADER_BYTES if number == 1 else 0
        kind = page[start]
        if kind not in (_TABLE_LEAF, _INDEX_LEAF, _INDEX_INSIDE):
            return
        (count,) = struct.unpack_from(">H", page, start + 3)
        pointers = start + (12 if kind == _INDEX_INSIDE else 8)
        for n in range(min(count, (PAGE_BYTES - pointers) // 2)):
            (place,) = struct.unpack_from(">H", page, pointers + 2 * n)
            try:
                yield self._read_cell(page, place, kind)
            except (ValueError, IndexError, struct.error):
                continue  # what the pointer leads to is no row

    def _read_cell(self, page: bytes, place: int, kind: int) -> tuple[int | None, Row]:
        if kind == _INDEX_INSIDE:
            place += 4
        size, place = _read_varint(page, place)
        number = None
        if kind == _TABLE_LEAF:
            number, place = _read_varint(page, place)
            number -= (number >> 63) << 64
        return number, _read_record(self._read_payload(page, place, size, kind))

    def _read_payload(self, page: bytes, place: int, size: int, kind: int) -> bytes:
        """The bytes of a row, of which those that don't fit the page are on a chain of others."""
        if size > self._pages * PAGE_BYTES:
            raise ValueError
        most = PAGE_BYTES - 35 if kind == _TABLE_LEAF else (PAGE_BYTES - 12) * 64 // 255 - 23
        if size <= most:
            return page[place : place + size]
        least = (PAGE_BYTES - 12) * 32 // 255 - 23
        here = least + (size - least) % (PAGE_BYTES - 4)
        here = here if here <= most else least
        parts = [page[place : place + here]]
        (following,) = struct.unpack_from(">I", page, place + here)
        left = size - here
        while left > 0:
            self._left -= PAGE_BYTES
            if not 0 < following <= self._pages or self._left < 0:
                raise ValueError
            overflow = self._read(following)
            parts.append(overflow[4 : 4 + left])
            left -= PAGE_BYTES - 4
            (following,) = struct.unpack_from(">I", overflow)
        return b"".join(parts)


def _read_record(payload: bytes) -> Row:
    end, place = _read_varint(payload, 0)
    kinds = []
    while place < end:
        kind, place = _read_varint(payload, place)
        kinds.append(kind)
        if len(kinds) > _MOST_COLUMNS:
            raise ValueError
    values = []
    for kind in kinds:
        value, size = _read_value(payload, place, kind)
        values.append(value)
        place += size
    return tuple(values)


def _read_value(payload: bytes, place: int, kind: int) -> tuple[Any, int]:
    if kind in (0, 8, 9):
        return {0: None, 8: 0, 9: 1}[kind], 0
    if kind in _INTEGERS:
        size = _INTEGERS[kind]
        return int.from_bytes(payload[place : place + size], "big", signed=True), size
    if kind < 12:
        raise ValueError  # no table of Dateline's has a number with a point
    size = (kind - 12) // 2
    value = payload[place : place + size]
    if len(value) < size:
        raise ValueError
    return (value.decode("utf-8", "replace") if kind % 2 else value), size


def _read_varint(data: bytes, place: int) -> tuple[int, int]:
    """A number of one to nine bytes, and the place behind it."""
    value = 0
    for n in range(8):
        byte = data[place + n]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + n + 1
    return value << 8 | data[place + 8], place + 9
