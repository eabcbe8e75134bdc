"""Newer articles first, where that is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from index.records import Article

NEWEST = 4.0  # gained by the newest article, as a logit: some way from "perhaps" to "surely"
_AHEAD = timedelta(days=1)  # of this machine's clock: elsewhere it is tomorrow already


def measure_freshness(articles: Iterable[Article]) -> dict[str, float]:
    """Return from 0 for the oldest of the dated articles to 1 for the newest, by id; an undated one has none.

    Nor has one that is dated in the future: nobody can have published it, and its date is an error or an embargo.
    """
    latest = datetime.now(UTC) + _AHEAD
    dated = {a.id: a.published for a in articles if a.published and a.published <= latest}
    days = sorted(set(dated.values()))
    top = max(len(days) - 1, 1)
    return {id_: days.index(day) / top for id_, day in dated.items()}
