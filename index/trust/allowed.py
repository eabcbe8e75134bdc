"""What the user allows a library's folder to say, which may have come from somebody else.

A library is a folder, and folders are unpacked, mounted and shared. What one says of keys, files and hosts counts only
where the user of this machine allowed just that: this is kept in the user's own configuration, never in the library.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from index.errors import DatelineError

FILE = "trusted.json"
_LOCK_SECONDS = 10


def own_folder() -> Path:
    """The folder of the user's own configuration: `$XDG_CONFIG_HOME/dateline`, else `~/.config/dateline`."""
    named = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    if named.is_absolute():  # a relative one is to be passed over: XDG Base Directory Specification
        return named / "dateline"
    try:
        home = Path.home()
    except RuntimeError:
        home = Path()
    # Who has no home has no configuration, and none that lies where a command happens to run.
    return (home if home.is_absolute() else Path(os.devnull)) / ".config" / "dateline"


def is_allowed(place: Path | str, thing: str) -> bool:
    """True where the user allowed the library at `place` (a folder, or the address of a database) to say `thing`, such
    as "embedder /models/one".
    """
    return thing in _read().get(_name(place), [])


def allow(place: Path | str, things: Iterable[str]) -> None:
    """Have `is_allowed` say so from now on; raise DatelineError where that can't be kept."""
    path = own_folder() / FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, place, things)
    except OSError as error:
        raise DatelineError(
            f"what {place} is trusted with can't be kept in {path} ({error.strerror}). Make that folder writable.",
            path=path,
        ) from None


def _write(path: Path, place: Path | str, things: Iterable[str]) -> None:
    from filelock import FileLock  # takes a tenth of a second to import, and most commands don't need it

    with FileLock(f"{path}.lock", timeout=_LOCK_SECONDS):
        known = _read()
        kept = known.get(_name(place), [])
        known[_name(place)] = [*kept, *(thing for thing in dict.fromkeys(things) if thing not in kept)]
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(known, indent=2, ensure_ascii=True) + "\n", encoding="utf-8")
        partial.replace(path)


def _name(place: Path | str) -> str:
    return str(place.expanduser().resolve()) if isinstance(place, Path) else str(place)


def _read() -> dict[str, list[str]]:
    path = own_folder() / FILE
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, PermissionError):  # a service may run without a home of its own
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path) from error
    if not isinstance(known, dict) or not all(_is_list_of_texts(things) for things in known.values()):
        raise _damaged(path)
    return known


def _is_list_of_texts(things: object) -> bool:
    return isinstance(things, list) and all(isinstance(thing, str) for thing in things)


def _damaged(path: Path) -> DatelineError:
    return DatelineError(f"{path} can't be read. Remove it, and trust your libraries again.", path=path)
