"""What replies of a model took."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

_Number = TypeVar("_Number", int, float)


class Spent(NamedTuple):
    """Tokens and dollars, each None where nobody counted it."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost_usd: float | None = None

    def plus(self, other: Spent) -> Spent:
        """What both took."""
        return Spent(
            _add(self.prompt_tokens, other.prompt_tokens),
            _add(self.completion_tokens, other.completion_tokens),
            _add(self.cost_usd, other.cost_usd),
        )


NOTHING_SPENT = Spent()


def _add(one: _Number | None, other: _Number | None) -> _Number | None:
    if one is None or other is None:
        return one if other is None else other
    return one + other
