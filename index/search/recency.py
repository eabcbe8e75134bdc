"""Newer articles first, where the question asks how things stand now."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.records import Article

NEWEST = 4.0  # gained by the newest article, as a logit: some way from "perhaps" to "surely"
_NOW = re.compile(
    r"\b(still|now|current(ly)?|latest|newest|most recent|today|at present|these days|so far)\b", re.IGNORECASE
)


def asks_for_newest(question: str) -> bool:
    """True for a question that asks how things stand now ("latest", "still", "currently")."""
    return bool(_NOW.search(question))


def measure_freshness(articles: Iterable[Article]) -> dict[str, float]:
    """Return from 0 for the oldest of the dated articles to 1 for the newest, by id; an undated one has none."""
    dated = {a.id: a.published for a in articles if a.published}
    days = sorted(set(dated.values()))
    top = max(len(days) - 1, 1)
    return {id_: days.index(day) / top for id_, day in dated.items()}
