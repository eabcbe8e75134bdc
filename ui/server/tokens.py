"""The tokens that let people and programs in from other machines: made, listed, and taken back.

A token is shown once; the library's folder keeps its sha256, with its name and what it allows. A token is 256 random
bits, so a fast hash is enough (OWASP, Password Storage: slow ones are for what people think up). Only tokens that were
made here count, with the scope that they were made with: a library may come from somebody else, who knows the tokens in
it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from index import DatelineError, UsageError, allow, is_allowed

FILE = "tokens.json"
OLD_FILE = "token.sha256"  # of a library that had one token, without a name
MAIN = "main"  # the name of a token that was given none
_LOCK_SECONDS = 10
_USE_NOTED = 60  # seconds until it is noted again that a token was used
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

Scope = Literal["read", "write"]
SCOPES: tuple[Scope, ...] = ("read", "write")


class Token(NamedTuple):
    """What is kept of a token. Its bearer may search, ask and judge answers, and with `write` add and remove too.

    All times are UTC; `used` is when it last let somebody in, to the minute.
    """

    name: str
    scope: Scope
    sha256: str
    created: datetime
    expires: datetime | None = None
    used: datetime | None = None

    @property
    def may_write(self) -> bool:
        """True where its bearer may add and remove."""
        return self.scope == "write"

    def has_expired(self) -> bool:
        """True where it lets nobody in any more."""
        return self.expires is not None and self.expires <= datetime.now(UTC)


def make_token(folder: Path, name: str = MAIN, scope: Scope = "write", expires: datetime | None = None) -> str:
    """Make a token in the place of any other of that name, and return it. Servers that run take it from now on.

    Raises UsageError for what is no name, DatelineError where it can't be remembered that it was made here.
    """
    _check_name(name)
    token = secrets.token_urlsafe(32)
    made = Token(name, scope, _hash(token), datetime.now(UTC), expires)
    allow(folder, [_describe(made)])
    with _hold(folder):
        _write(folder, [*(kept for kept in _read(folder) if kept.name != name), made])
    return token


def revoke_token(folder: Path, name: str = MAIN) -> bool:
    """Take a token back; return False where there was none of that name. Servers that run let nobody in with it."""
    with _hold(folder):
        found = _read(folder)
        left = [token for token in found if token.name != name]
        if left != found:
            _write(folder, left)
    return left != found


def list_tokens(folder: Path) -> list[Token]:
    """The tokens that were made here, the oldest first; none where the file can't be read."""
    return [token for token in _read(folder) if is_allowed(folder, _describe(token))]


class Tokens:
    """What lets people in, as the library's folder says at this moment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: tuple[object, ...] = ()
        self._known: Sequence[Token] = ()
        self._noted: dict[str, float] = {}  # when the use of each was noted, by its hash

    def find(self, given: str) -> Token | None:
        """The token that lets its bearer in; None where there is none, or its time is over."""
        self._look()
        sha256 = _hash(given)
        found = [token for token in self._known if hmac.compare_digest(sha256, token.sha256)]
        return next((token for token in found if not token.has_expired()), None)

    def note_use(self, token: Token) -> None:
        """Keep that a token was used just now, once a minute; nothing is kept where the folder can't be written."""
        now = time.monotonic()
        if now < self._noted.get(token.sha256, -_USE_NOTED) + _USE_NOTED:
            return
        self._noted[token.sha256] = now
        with suppress(OSError, DatelineError), _hold(self._folder, seconds=0):
            used = datetime.now(UTC)
            kept = _read(self._folder)
            _write(self._folder, [t._replace(used=used) if t.sha256 == token.sha256 else t for t in kept])

    def _look(self) -> None:
        """Read the files again where they have changed."""
        seen = (_look_at(self._folder / FILE), _look_at(self._folder / OLD_FILE))
        if seen != self._seen:
            self._known, self._seen = list_tokens(self._folder), seen


def _check_name(name: str) -> str:
    """The name. Raises UsageError for what is none."""
    if not _NAME.fullmatch(name):
        raise UsageError("a token's name is of letters, digits, dots, hyphens and underscores, 64 at most.")
    return name


def _look_at(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


@contextmanager
def _hold(folder: Path, seconds: float = _LOCK_SECONDS) -> Iterator[None]:
    """Keep other processes from changing the tokens. Raises DatelineError where one goes on doing so."""
    from filelock import FileLock, Timeout  # takes a tenth of a second to import, and most commands don't need it

    try:
        with FileLock(folder / f"{FILE}.lock", timeout=seconds):
            yield
    except Timeout:
        said = f"the tokens in {folder} are being changed by another process. Try again when it is done."
        raise DatelineError(said, path=folder) from None


def _read(folder: Path) -> list[Token]:
    """All tokens of the folder, those that were made elsewhere too; none where the file can't be read."""
    try:
        if (folder / FILE).exists():
            return _read_tokens(json.loads((folder / FILE).read_text(encoding="utf-8")))
        return _read_old(folder / OLD_FILE)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, UsageError):
        return []


def _read_tokens(kept: Any) -> list[Token]:
    """The tokens of a file. Raises ValueError, TypeError or KeyError for one that we didn't write."""
    return [
        Token(
            _check_name(values["name"]),
            SCOPES[SCOPES.index(values["scope"])],
            str(values["sha256"]),
            datetime.fromisoformat(values["created"]),
            datetime.fromisoformat(values["expires"]) if values["expires"] else None,
            datetime.fromisoformat(values["used"]) if values["used"] else None,
        )
        for values in kept["tokens"]
    ]


def _read_old(path: Path) -> list[Token]:
    """The token of a library that had one without a name."""
    try:
        words = path.read_text(encoding="ascii").split()
        made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return []
    return [Token(MAIN, "write", word, made) for word in words[:1] if _SHA256.fullmatch(word)]


def _write(folder: Path, tokens: Sequence[Token]) -> None:
    """Write the file, whole or not at all. The one of old is of no use any more."""
    values = [
        {
            "name": token.name,
            "scope": token.scope,
            "sha256": token.sha256,
            "created": token.created.isoformat(timespec="seconds"),
            "expires": token.expires.isoformat(timespec="seconds") if token.expires else None,
            "used": token.used.isoformat(timespec="minutes") if token.used else None,
        }
        for token in tokens
    ]
    partial = folder / f"{FILE}.{secrets.token_hex(4)}.partial"
    partial.touch(mode=0o600, exist_ok=False)
    partial.write_text(json.dumps({"tokens": values}, indent=2) + "\n", encoding="utf-8")
    partial.replace(folder / FILE)
    (folder / OLD_FILE).unlink(missing_ok=True)


def _describe(token: Token) -> str:
    """What stands for a token, and all that it allows, among what the user allows a library."""
    scope = "" if token.may_write else f" {token.scope}"
    until = f" until {token.expires.isoformat(timespec='seconds')}" if token.expires else ""
    return f"token {token.sha256}{scope}{until}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
