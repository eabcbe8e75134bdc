"""The write-ahead log of a SQLite file, read without SQLite: past frames that are damaged, to its last whole write.

SQLite takes the first frame whose checksum is wrong for the end of the log. What follows it is whole writes all the
same, and rows have checksums of their own.
"""

from __future__ import annotations

import struct
from pathlib import Path

from index.storage.raw_rows import PAGE_BYTES

_HEADER_BYTES = 32
_HEAD_BYTES = 24  # of a frame, before its page


def apply_log(log: Path, database: Path) -> None:
    """Write the pages of the log's committed writes to where they belong in the database."""
    content = log.read_bytes() if log.exists() else b""
    if len(content) < _HEADER_BYTES:
        return
    salts = struct.unpack_from(">2I", content, 16)
    frames = range(_HEADER_BYTES, len(content) - _HEAD_BYTES - PAGE_BYTES + 1, _HEAD_BYTES + PAGE_BYTES)
    most = database.stat().st_size // PAGE_BYTES + len(frames)  # pages; a number above is none
    written: dict[int, int] = {}  # where a page's newest text starts in the log
    with database.open("r+b") as stream:
        for start in frames:
            number, committed, *found = struct.unpack_from(">4I", content, start)
            if not any(one == other for one, other in zip(found, salts, strict=True)):
                break  # of the log before this one
            if 0 < number <= most:
                written[number] = start + _HEAD_BYTES
            if committed:
                for page, place in written.items():
                    stream.seek((page - 1) * PAGE_BYTES)
                    stream.write(content[place : place + PAGE_BYTES])
                written.clear()
