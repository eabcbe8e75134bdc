"""Keys of providers that are kept in a file instead of the environment."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path

from index import DatelineError


def read_key(names: Sequence[str], file: str) -> str | None:
    """Return the first key of `names` that the file holds, in lines like `NAME=value`; None where it has none.

    Raises DatelineError for a file that can't be read, or that others than its owner may read.
    """
    path = Path(file).expanduser()
    try:
        mode = path.stat().st_mode
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise DatelineError(
            f"the key file {path} can't be read ({reason}). Check the setting `key_file`.", path=path
        ) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise DatelineError(
            f"others than you may read the key file {path}. Run `chmod 600 {path}`, and ask again.", path=path
        )
    pairs = (line.removeprefix("export ").partition("=") for line in lines if not line.lstrip().startswith("#"))
    keys = {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}
    return next((keys[name] for name in names if keys.get(name)), None)
