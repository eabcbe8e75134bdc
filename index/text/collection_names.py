"""Names of collections: short and plain, so that they can be typed, listed and kept in any database."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.errors import UsageError
from index.text.safe import join_lines

_LONGEST = 40  # characters
_PLAIN = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def read_collections(names: Iterable[str]) -> tuple[str, ...]:
    """The names in small letters, in order, none twice. Raises UsageError for one that is not plain."""
    return tuple(sorted({_read_name(name) for name in names}))


def _read_name(name: str) -> str:
    plain = name.strip().lower()
    if len(plain) > _LONGEST or not _PLAIN.fullmatch(plain):
        shown = join_lines(name)[:_LONGEST]
        raise UsageError(
            f"{shown!r} can't name a collection: take letters, digits and hyphens, {_LONGEST} at most, as west-africa."
        )
    return plain
