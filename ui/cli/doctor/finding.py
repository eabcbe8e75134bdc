"""What the doctor finds: one thing that was looked at, how it is, and what to do about it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from index import DatelineError
from ui.advice import advise_in_terminal

State = Literal["ok", "warning", "wrong"]


class Finding(NamedTuple):
    """Something that was looked at. `fix` says what to do, and is empty where nothing is."""

    about: str
    state: State
    said: str
    fix: str = ""


def find_wrong(about: str, error: DatelineError) -> Finding:
    """What an error says, as a finding; where it has no advice of its own, what helps is its second sentence."""
    what, _, rest = str(error).partition(". ")
    if advice := advise_in_terminal(error):
        return Finding(about, "wrong", str(error), advice)
    return Finding(about, "wrong", what, rest)
