"""Thumbs up and down that readers gave to answers: `feedback.jsonl` in the library's folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from evals.lines import get_text, naming, read_jsonl
from evals.rows import KeptAnswer
from evals.runs.answer_format import answer_from_json, answer_to_json
from index import DatelineError

FEEDBACK_FILE = "feedback.jsonl"
Thumb = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """One thumb: when, which way, what the reader wrote, and the whole answer."""

    at: datetime
    thumb: Thumb
    note: str
    answer: KeptAnswer


def write_feedback(folder: Path, feedback: Feedback) -> None:
    """Add a row to the library in `folder`; raise DatelineError where it can't be written."""
    row = {
        "at": feedback.at.isoformat(),
        "thumb": feedback.thumb,
        "note": feedback.note,
        "answer": answer_to_json(feedback.answer),
    }
    path = folder / FEEDBACK_FILE
    try:
        with path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")  # one write: rows of two pages don't mix
    except OSError as error:
        raise DatelineError(f"{path} can't be written ({error.strerror}). Fix that, and try again.") from None


def read_feedback(path: Path) -> Iterator[Feedback]:
    """Each row of `feedback.jsonl`: `at` (ISO time), `thumb` (up or down), `note`, `answer`.

    Raises DatelineError that names the line of a row that is none.
    """
    for row in read_jsonl(path):
        with naming(row.place):
            thumb, note = row.values["thumb"], row.values.get("note") or ""
            if thumb not in ("up", "down"):
                raise ValueError("`thumb` is neither up nor down")
            if not isinstance(note, str):
                raise TypeError("`note` is not a text")
            at = datetime.fromisoformat(get_text(row.values, "at"))
            feedback = Feedback(at, thumb, note, answer_from_json(row.values["answer"]))
        yield feedback
