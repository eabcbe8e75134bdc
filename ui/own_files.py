"""Small JSON files in the user's own configuration, which one command writes and another reads."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from index import own_folder


def keep_own(name: str, value: Any) -> None:
    """Write the file, whole or not at all; where there is no place for it, nothing is kept."""
    path = own_folder() / name
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(value), encoding="utf-8")
        partial.chmod(0o600)
        partial.replace(path)


def read_own(name: str) -> Any:
    """What the file holds; None where it is not there, or no JSON."""
    try:
        return json.loads((own_folder() / name).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
