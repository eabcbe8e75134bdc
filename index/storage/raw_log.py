"""The write-ahead log of a SQLite file: made readable past a frame that is damaged.

SQLite stops at the first frame whose checksum is wrong, and takes that for the end. What follows is whole writes.
"""

from __future__ import annotations

import struct
from pathlib import Path

from index.storage.raw_rows import PAGE_BYTES

_HEADER_BYTES = 32
_FRAME_BYTES = 24 + PAGE_BYTES
_BIG_ENDIAN, _LITTLE_ENDIAN = 0x377F0683, 0x377F0682  # the order of bytes in what is added up
_VERSION = 3_007_000
_MOST_PAGES = 1 << 28
_WORDS = 0xFFFFFFFF


def restore_log(path: Path) -> None:
    """Give each frame of the log, and its header, the checksum of what is there now; leave other files alone."""
    content = path.read_bytes() if path.exists() else b""
    if len(content) < _HEADER_BYTES + _FRAME_BYTES:
        return
    magic, _, _, sequence, *salts = struct.unpack_from(">6I", content)
    magic = magic if magic in (_BIG_ENDIAN, _LITTLE_ENDIAN) else _LITTLE_ENDIAN
    order = ">" if magic == _BIG_ENDIAN else "<"
    header = struct.pack(">6I", magic, _VERSION, PAGE_BYTES, sequence, *salts)
    sums = _add_up(header, (0, 0), order)
    written = [header, struct.pack(">2I", *sums)]
    pages = 0
    for start in range(_HEADER_BYTES, len(content) - _FRAME_BYTES + 1, _FRAME_BYTES):
        number, size, *found = struct.unpack_from(">4I", content, start)
        if not any(one == other for one, other in zip(found, salts, strict=True)):
            break  # of the log before this one
        if not 0 < number < _MOST_PAGES:
            continue
        pages = max(pages, number)
        page = content[start + 24 : start + _FRAME_BYTES]
        head = struct.pack(">2I", number, size if size < _MOST_PAGES else pages)
        sums = _add_up(head + page, sums, order)
        written += [head, struct.pack(">4I", *salts, *sums), page]
    path.write_bytes(b"".join(written))


def _add_up(data: bytes, sums: tuple[int, int], order: str) -> tuple[int, int]:
    """The checksum of the file format's chapter 4.2, going on from `sums`."""
    first, second = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & _WORDS
        second = (second + odd + first) & _WORDS
    return first, second
