"""The checksum that each row of the database carries: over all of its values, so that a change of any is noticed."""

from __future__ import annotations

from hashlib import blake2b

Value = str | bytes | int | None

_BYTES = 8  # a changed row passes once in 2**64


def make_checksum(*values: Value) -> int:
    """Return the checksum of a row's values, in the order of its columns: a signed number of eight bytes.

    It is blake2b over each value with its kind and length before it, so that no two rows are written alike.
    """
    digest = blake2b(b"".join(map(_encode, values)), digest_size=_BYTES).digest()
    return int.from_bytes(digest, "big", signed=True)


def _encode(value: Value) -> bytes:
    if isinstance(value, str):
        written = value.encode("utf-8", "surrogatepass")
        return b"t%d:%b" % (len(written), written)
    if isinstance(value, bytes):
        return b"b%d:%b" % (len(value), value)
    return b"n" if value is None else b"i%d;" % value
