"""The file of a vector index: a line of JSON, then plain arrays. Nothing in it can name a file or say what to run."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from index.errors import DatelineError

Array = np.ndarray[Any, Any]

_FORMAT = 2
_LONGEST_HEAD = 1_000  # bytes


class Damaged(DatelineError):
    """A derived file is torn, foreign or from another embedder. It can be made again from the store."""


class Head(NamedTuple):
    """What the first line says: the store's generation that is held with its stamp, and how large the arrays are."""

    generation: int
    stamp: int
    dim: int
    lists: int
    held: int
    """How many vectors there are."""


@contextmanager
def write_arrays(path: Path, head: Head) -> Iterator[Callable[[Array], None]]:
    """Give what puts one array behind the other; at the end the file is there, whole, or else as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    digest = _begin_checksum(head)
    with partial.open("wb") as stream:
        stream.write(_write_head(head, "0" * 64))

        def put(array: Array) -> None:
            content: Any = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
            digest.update(content)
            stream.write(content)

        yield put
        stream.seek(0)
        stream.write(_write_head(head, digest.hexdigest()))
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)


@contextmanager
def read_arrays(path: Path) -> Iterator[tuple[Head, Callable[[type, int], Array]]]:
    """Give what the head says, and what takes the next array, of a type and so many values.

    Raises Damaged where the file is shorter than that or, at the end, longer, or where its checksum is another.
    """
    try:
        with path.open("rb") as stream:
            head, sha256 = _read_head(path, stream)
            digest = _begin_checksum(head)
            left = os.fstat(stream.fileno()).st_size - stream.tell()

            def take(kind: type, count: int) -> Array:
                nonlocal left
                size = np.dtype(kind).itemsize * count
                left -= size
                content = bytearray(size) if size >= 0 and left >= 0 else bytearray()
                if len(content) != size or stream.readinto(content) != size:
                    raise Damaged(f"{path} is damaged")
                digest.update(content)
                return np.frombuffer(content, dtype=kind)

            yield head, take
            if left or digest.hexdigest() != sha256:
                raise Damaged(f"{path} is damaged")
    except OSError as error:
        raise Damaged(f"{path} can't be read") from error


def read_head(path: Path) -> Head | None:
    """What the file says that it holds, unchecked; None where there is no file, or none of this format."""
    try:
        with path.open("rb") as stream:
            return _read_head(path, stream)[0]
    except (OSError, Damaged):
        return None


def _read_head(path: Path, stream: BinaryIO) -> tuple[Head, str]:
    try:
        said = json.loads(stream.readline(_LONGEST_HEAD))
        head = Head(*(int(said[name]) for name in Head._fields))
        if said["format"] == _FORMAT and all(0 <= value < 1 << 63 for value in head) and head.dim and head.lists:
            return head, str(said["sha256"])
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        pass
    raise Damaged(f"{path} can't be read, or is of an older format")


def _write_head(head: Head, sha256: str) -> bytes:
    return json.dumps({"format": _FORMAT, **head._asdict(), "sha256": sha256}).encode() + b"\n"


def _begin_checksum(head: Head) -> Any:
    return hashlib.sha256(" ".join(map(str, head)).encode())
