"""One family of measures a file. Each gives a number, or Unscored with the reason: neither 0 nor 1."""

from __future__ import annotations

from typing import NamedTuple


class Unscored(NamedTuple):
    """Why a measure can't be told of an answer."""

    reason: str


Score = float | Unscored
