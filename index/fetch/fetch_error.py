"""What can go wrong with an address."""

from __future__ import annotations

from index.errors import DatelineError, FailureKind


class FetchError(DatelineError):
    """An address could not be read. `passing`: it may go better later; `gone`: the server says it is there no more."""

    def __init__(self, reason: str, *, passing: bool = False, gone: bool = False, kind: FailureKind = "") -> None:
        super().__init__(reason)
        self.passing = passing
        self.gone = gone
        self.kind = kind
