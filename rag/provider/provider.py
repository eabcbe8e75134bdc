"""Asking a provider within the day's limit and the time limit, again where it is busy."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import uniform

from rag.event_log import EventLog
from rag.provider.completion import Complete, LLMRequest, Piece, complete
from rag.provider.provider_errors import TemporaryError, took_too_long
from rag.provider.spending import Spending
from rag.settings import Settings

_FIRST_PAUSE = 0.5  # seconds, doubled each time
_LONGEST_PAUSE = 20.0


class Provider:
    """Gives the reply to a request as it comes: a `Complete` for answerers and verifiers.

    One that is busy, down or silent before its first word is asked again, up to `retries` times, after the pause
    that it asks for or a growing one with some chance in it (exponential back-off with jitter). Raises
    ProviderError where there is no reply within `answer_seconds`, or where the day's limit is reached.
    """

    def __init__(
        self, settings: Settings, folder: Path, ask: Complete | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._settings = settings
        self._ask = ask
        self._sleep = sleep
        self._spending = Spending(folder, settings)
        self._log = EventLog(settings)

    def __call__(self, request: LLMRequest) -> Iterator[Piece]:
        model = str(request["model"])
        self._spending.check(model)
        self._log.write("prompted", model=model, prompt=request["messages"])
        end = time.monotonic() + self._settings.answer_seconds
        reply = ""
        counted = Piece()
        for attempt in range(self._settings.retries + 1):
            try:
                for piece in self._once(request, end):
                    reply += piece.text
                    counted = piece if piece.prompt_tokens is not None else counted
                    yield piece
                    if time.monotonic() > end:
                        raise took_too_long(model, self._settings.answer_seconds)
                break
            except TemporaryError as error:
                pause = _pause(attempt, error.wait_seconds)
                self._log.write("failed", model=model, attempt=attempt + 1, error=str(error))
                if reply or attempt == self._settings.retries or time.monotonic() + pause > end:
                    raise
                self._sleep(pause)
        self._spending.add(model, counted)
        self._log.write(
            "replied",
            model=model,
            prompt_tokens=counted.prompt_tokens,
            completion_tokens=counted.completion_tokens,
            reply=reply,
        )

    def _once(self, request: LLMRequest, end: float) -> Iterator[Piece]:
        if self._ask is not None:
            return self._ask(request)
        silence = max(0.1, min(self._settings.timeout_seconds, end - time.monotonic()))
        return complete(request, silence, self._settings.key_file)


def _pause(attempt: int, asked: float | None) -> float:
    """Seconds to wait before the next attempt."""
    if asked is not None:
        return asked
    return min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**attempt) * uniform(0.5, 1.0)  # noqa: S311 - spread, no secret
