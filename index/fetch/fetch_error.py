"""What can go wrong with an address."""

from __future__ import annotations

from index.errors import DatelineError


class FetchError(DatelineError):
    """An address could not be read. `passing`: it may go better later; `gone`: the server says it is there no more."""

    def __init__(self, reason: str, *, passing: bool = False, gone: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing
        self.gone = gone
