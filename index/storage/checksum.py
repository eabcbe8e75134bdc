"""The checksum that each row of the database carries: over all of its values, so that a change of any is noticed."""

from __future__ import annotations

from hashlib import blake2b

Value = str | bytes | int | None

_BYTES = 8  # a changed row passes once in 2**64


def make_checksum(*values: Value) -> int:
    """Return the checksum of a row's values, in the order of its columns: a signed number of eight bytes.

    It is blake2b over the kind and length of each value (of a number, the number), then all texts, then all bytes: so
    no two rows are written alike.
    """
    texts = [value for value in values if isinstance(value, str)]
    digest = blake2b(",".join(map(_describe, values)).encode(), digest_size=_BYTES)
    digest.update("".join(texts).encode("utf-8", "surrogatepass"))
    for value in values:
        if isinstance(value, bytes):
            digest.update(value)
    return int.from_bytes(digest.digest(), "big", signed=True)


def _describe(value: Value) -> str:
    if isinstance(value, str):
        return f"t{len(value)}"
    if isinstance(value, bytes):
        return f"b{len(value)}"
    return "n" if value is None else f"i{value}"
