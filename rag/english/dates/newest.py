"""Whether a question asks how things stand now."""

from __future__ import annotations

import re

_NOW = re.compile(
    r"\b(still|now|current(ly)?|latest|newest|most recent|today|at present|these days|so far)\b", re.IGNORECASE
)


def asks_for_newest(question: str) -> bool:
    """True for a question that asks how things stand now ("latest", "still", "currently")."""
    return bool(_NOW.search(question))
