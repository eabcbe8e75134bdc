"""Thumbs up and down that readers gave to answers: `feedback.jsonl` in the library's folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from evals.lines import get_text, naming, read_jsonl

FILE = "feedback.jsonl"
Thumb = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """One thumb: when, which way, what the reader wrote, and the whole answer as JSON has it."""

    at: datetime
    thumb: Thumb
    note: str
    answer: Mapping[str, Any]


def read_feedback(path: Path) -> Iterator[Feedback]:
    """Each row of `feedback.jsonl`: `at` (ISO time), `thumb` (up or down), `note`, `answer`.

    Raises DatelineError that names the line of a row that is none.
    """
    for row in read_jsonl(path):
        with naming(row.place):
            thumb, answer, note = row.values["thumb"], row.values["answer"], row.values.get("note") or ""
            if thumb not in ("up", "down"):
                raise ValueError("`thumb` is neither up nor down")
            if not isinstance(answer, dict) or not isinstance(note, str):
                raise TypeError("`answer` is not an object, or `note` is not a text")
            get_text(answer, "question")
            at = datetime.fromisoformat(get_text(row.values, "at"))
            feedback = Feedback(at, thumb, note, answer)
        yield feedback
