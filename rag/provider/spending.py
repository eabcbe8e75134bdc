"""What models have cost today, and the limit of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock

from index import can_write
from rag.provider.completion import Piece, estimate_cost
from rag.provider.provider_errors import ProviderError
from rag.settings import Settings

FILE = "spending.json"
_LOCK_SECONDS = 10


class SpentToday(NamedTuple):
    """What the day (UTC) has taken so far, and the most that it may; 0 where that has no limit."""

    tokens: int
    usd: float
    most_tokens: int
    most_usd: float


class Spending:
    """Tokens and dollars of the day (UTC), in a file of the library, where a limit is set.

    The file is shared by all processes that ask this library. A question that is under way when the limit is
    reached is still answered.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._path = folder / FILE
        self._usd = settings.daily_usd
        self._tokens = settings.daily_tokens

    @property
    def limited(self) -> bool:
        """True where there is a limit to keep to."""
        return bool(self._usd or self._tokens)

    def today(self) -> SpentToday:
        """What has been counted today. Raises ProviderError where the file is damaged."""
        tokens, usd = self._read()
        return SpentToday(tokens, usd, self._tokens, self._usd)

    def check(self, model: str) -> None:
        """Raise ProviderError where the day's limit is reached, or can't be kept to."""
        if not self.limited:
            return
        if not can_write(self._path.parent):
            raise ProviderError(
                "the library's folder can't be written, so today's limit can't be kept to. Make it writable, or leave "
                "`daily_usd` and `daily_tokens` out."
            )
        tokens, usd = self._read()
        if self._usd and estimate_cost(model, 1, 1) is None:
            raise ProviderError(
                f"nobody knows what {model} costs, so `daily_usd` can't be kept to. Set `daily_tokens` instead."
            )
        if self._usd and usd >= self._usd:
            raise ProviderError(f"today's ${self._usd:g} for models are used up. Raise `daily_usd`, or ask tomorrow.")
        if self._tokens and tokens >= self._tokens:
            raise ProviderError(f"today's {self._tokens:,} tokens are used up. Raise `daily_tokens`, or ask tomorrow.")

    def add(self, model: str, piece: Piece) -> None:
        """Count what a reply took."""
        if not self.limited:
            return
        with FileLock(f"{self._path}.lock", timeout=_LOCK_SECONDS):
            tokens, usd = self._read()
            tokens += (piece.prompt_tokens or 0) + (piece.completion_tokens or 0)
            usd += estimate_cost(model, piece.prompt_tokens, piece.completion_tokens) or 0.0
            partial = self._path.with_suffix(".partial")
            partial.write_text(json.dumps({"day": _today(), "tokens": tokens, "usd": usd}), encoding="utf-8")
            partial.replace(self._path)

    def _read(self) -> tuple[int, float]:
        """The day's tokens and dollars; nothing where the file is of another day, or not there."""
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
            tokens, usd = int(stored["tokens"]), float(stored["usd"])
            if tokens < 0 or not usd >= 0:  # nobody was paid for asking
                raise ValueError
            return (tokens, usd) if stored["day"] == _today() else (0, 0.0)
        except FileNotFoundError:
            return 0, 0.0
        except (ValueError, KeyError, TypeError, OverflowError):
            raise ProviderError(f"{self._path} is damaged, so today's limit can't be kept to. Remove it.") from None


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
