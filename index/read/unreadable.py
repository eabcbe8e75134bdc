"""Kinds of files that hold no article that can be read, by their first bytes, and what to do with them."""

from __future__ import annotations

import re

from index.errors import ReadError

_MUSIC = "it is music as notes, and no article; leave it out"
_PROGRAM = "it is a program, and no article; leave it out"
_FONT = "it is a font, and no article; leave it out"
_ICON = "it is an icon, and no article; leave it out"
_PICTURE = "it is a picture in a format that is not read; save it as png or jpg"
_PACKED = "it is packed in a way that can't be unpacked here; unpack it, and add that"
_DATABASE = "it is a database, and those are not read; export its articles as csv or jsonl"
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (rb"MThd", _MUSIC),
    (rb"....ftyp(?:hei[cx]|mif1|avif)|\x00\x00\x00\x0cjP  |8BPS", _PICTURE),
    (rb"\x00\x00[\x01\x02]\x00", _ICON),
    (rb"\x7fELF|MZ|[\xcf\xce]\xfa\xed\xfe|\xca\xfe\xba\xbe|\x00asm", _PROGRAM),
    (rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\x28\xb5\x2f\xfd|\x04\x22\x4d\x18|\x1f\x9d|MSCF", _PACKED),
    (rb"SQLite format 3\x00|....Standard (?:Jet|ACE) DB", _DATABASE),
    (rb"wOF[F2]|OTTO|\x00\x01\x00\x00\x00|ttcf", _FONT),
)
_UNREADABLE = tuple((re.compile(pattern, re.DOTALL), reason) for pattern, reason in _BEGINNINGS)
_NO_ARTICLE = (_PROGRAM, _FONT, _ICON, _MUSIC)
_RECORDING = re.compile(
    rb"ID3|\xff[\xf1-\xf3\xf9-\xfb]|fLaC|OggS|#!AMR|RIFF....(?:WAVE|AVI )|FORM....AIF|....(?:ftyp|moov)"
    rb"|\x1aE\xdf\xa3|FLV\x01|\x00\x00\x01[\xba\xb3]|\x30\x26\xb2\x75\x8e\x66\xcf",
    re.DOTALL,
)
_SAMPLE = 1 << 16


def is_recording(head: bytes) -> bool:
    """True for what begins like a sound recording or a video, and no text does."""
    return b"\0" in head[:_SAMPLE] and _RECORDING.match(head) is not None


def explain_unreadable(head: bytes) -> ReadError | None:
    """Return why a file that begins so can't be read, and what to do, as an error; None for what may be a text.

    No text holds a zero byte but one in UTF-16, which begins with its mark.
    """
    if b"\0" not in head[:_SAMPLE]:
        return None
    reason = next((reason for pattern, reason in _UNREADABLE if pattern.match(head)), None)
    return ReadError(reason, "no article" if reason in _NO_ARTICLE else "") if reason else None
