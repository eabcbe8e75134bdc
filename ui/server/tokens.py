"""The token that lets people in from other machines: made, changed, and taken back.

It is shown once; the library's folder keeps its sha256, in a line of its own. A token is 256 random bits, so a fast
hash is enough (OWASP, Password Storage: slow ones are for what people think up). Only tokens that were made here count:
a library may come from somebody else, who knows the token in it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path

from index import allow, is_allowed

FILE = "token.sha256"
_SHA256 = re.compile(r"[0-9a-f]{64}")


def make_token(folder: Path) -> str:
    """Make a token in the place of any other, and return it. Servers that run take it from now on.

    Raises DatelineError where it can't be remembered that it was made here.
    """
    token = secrets.token_urlsafe(32)
    allow(folder, [_name(_hash(token))])
    partial = folder / f"{FILE}.{secrets.token_hex(4)}.partial"
    partial.touch(mode=0o600, exist_ok=False)
    partial.write_text(_hash(token) + "\n", encoding="ascii")
    partial.replace(folder / FILE)
    return token


def revoke_token(folder: Path) -> bool:
    """Take the token back; return False where there was none. Servers that run let nobody in until there is another."""
    existed = (folder / FILE).exists()
    (folder / FILE).unlink(missing_ok=True)
    return existed


def token_made_at(folder: Path) -> datetime | None:
    """When the token was made (UTC); None where there is none that was made here."""
    try:
        made = datetime.fromtimestamp((folder / FILE).stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
    return made if _read_own(folder) else None


class Tokens:
    """What lets people in, as the library's folder says at this moment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: tuple[int, ...] | None = None
        self._hashes: tuple[str, ...] = ()

    def fits(self, token: str) -> bool:
        """True for a token that lets its bearer in."""
        self._look()
        given = _hash(token)
        return any(hmac.compare_digest(given, known) for known in self._hashes)

    def _look(self) -> None:
        """Read the file again where it has changed. One that can't be read lets nobody in."""
        try:
            found = (self._folder / FILE).stat()
            seen = (found.st_ino, found.st_mtime_ns, found.st_size)
            if seen != self._seen:
                self._hashes, self._seen = _read_own(self._folder), seen
        except OSError:
            self._seen, self._hashes = None, ()


def _read_own(folder: Path) -> tuple[str, ...]:
    """The hashes of the tokens that were made here; none where the file can't be read."""
    try:
        words = (folder / FILE).read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError):
        return ()
    return tuple(word for word in words if _SHA256.fullmatch(word) and is_allowed(folder, _name(word)))


def _name(sha256: str) -> str:
    """What stands for a token among what the user allows a library."""
    return f"token {sha256}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
