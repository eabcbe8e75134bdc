"""The run folder: all that came of a run, in files that other tools can read.

settings.json   what is needed to repeat the run: settings, versions, sha256 of data and models
run.trec        rankings of article ids, in TREC's format
answers.jsonl   each question with its labels, its ranking and the whole answer; a row as soon as it is there
scores.jsonl    each measure of each question, or why it has none
summary.json    each measure over all questions, with n and 95% interval
timings.json    seconds, cost, and all else that differs between two runs of the same
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from evals.rows import AnswerRow, ScoreRow, Summary, Timing, Timings
from evals.runs.run_format import (
    READ_FORMATS,
    answer_row_from_json,
    answer_row_to_json,
    score_row_from_json,
    score_row_to_json,
    summary_from_json,
    summary_to_json,
    timing_from_json,
    timing_to_json,
    timings_from_json,
    timings_to_json,
)
from index import DatelineError

SETTINGS_FILE, TREC_FILE, ANSWERS_FILE, SCORES_FILE = "settings.json", "run.trec", "answers.jsonl", "scores.jsonl"
SUMMARY_FILE, TIMINGS_FILE = "summary.json", "timings.json"
_SECONDS_FILE = "seconds.jsonl"  # of a run that is under way; goes into timings.json

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A finished run as it was read: `answers` and `scores` have the same rows in the same order."""

    path: Path
    settings: Mapping[str, Any]
    answers: tuple[AnswerRow, ...]
    scores: tuple[ScoreRow, ...]
    summary: Summary
    timings: Timings


def is_finished_run(folder: Path) -> bool:
    """True where the folder holds a run that came to its end."""
    return (folder / SETTINGS_FILE).is_file() and (folder / SUMMARY_FILE).is_file()


def read_run(folder: Path) -> RunFolder:
    """Read a finished run; raise DatelineError where there is none, an unfinished one, or one of another version."""
    settings = read_settings(folder)
    if settings is None:
        raise DatelineError(f"there is no run in {folder}. Make one with `dateline eval run DATASET --out {folder}`.")
    if not (folder / SUMMARY_FILE).is_file():
        raise DatelineError(f"the run in {folder} is not finished. Give the `eval run` that made it again: it goes on.")
    answers = tuple(read_answers(folder))
    scores = tuple(_read_rows(folder / SCORES_FILE, score_row_from_json))
    if [row.key for row in answers] != [row.key for row in scores]:
        raise DatelineError(
            f"{folder / ANSWERS_FILE} and {folder / SCORES_FILE} are not of the same run. Run it again."
        )
    timings = _read_json(folder / TIMINGS_FILE, timings_from_json)
    return RunFolder(folder, settings, answers, scores, _read_json(folder / SUMMARY_FILE, summary_from_json), timings)


def read_summary(folder: Path) -> Summary:
    """The `summary.json` of a finished run; DatelineError for one that is damaged or of another version."""
    read_settings(folder)
    return _read_json(folder / SUMMARY_FILE, summary_from_json)


def read_settings(folder: Path) -> dict[str, Any] | None:
    """The settings of the run in `folder`, or None for no run; DatelineError for one of another version."""
    path = folder / SETTINGS_FILE
    if not path.is_file():
        return None
    settings = _read_json(path, dict)
    if settings.get("format") not in READ_FORMATS:
        *others, last = map(str, READ_FORMATS)
        raise DatelineError(
            f"the run in {folder} has format {settings.get('format')}; this Dateline reads formats "
            f"{', '.join(others)} and {last}. Run it again into another folder."
        )
    return settings


def read_answers(folder: Path) -> Iterator[AnswerRow]:
    """The rows of `answers.jsonl`, one after the other."""
    return _read_rows(folder / ANSWERS_FILE, answer_row_from_json)


class RunWriter:
    """A run that is being made; what is there already is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, settings: Mapping[str, Any]) -> list[AnswerRow]:
        """Write the settings, and return the rows that are there from before.

        Raises DatelineError where the folder holds a run of other settings.
        """
        old = read_settings(self.folder)
        written = json.loads(json.dumps(settings))
        if old is not None and old != written:
            raise DatelineError(
                f"{self.folder} holds another run: {', '.join(list_differences(old, written)[:3])} differ. "
                "Name another folder with --out, or remove that one."
            )
        if old is None:
            if (self.folder / ANSWERS_FILE).exists():
                raise DatelineError(f"{self.folder} holds answers without settings. Name another folder with --out.")
            self.write_json(SETTINGS_FILE, settings)
        for name in (ANSWERS_FILE, _SECONDS_FILE):
            self._drop_torn_line(self.folder / name)
        return list(read_answers(self.folder)) if (self.folder / ANSWERS_FILE).is_file() else []

    def _drop_torn_line(self, path: Path) -> None:
        """A line without its end is of a write that was cut off."""
        if not path.is_file():
            return
        with path.open("r+b") as stream:
            content = stream.read()
            stream.truncate(content.rfind(b"\n") + 1)

    def append(self, row: AnswerRow, timing: Timing) -> None:
        """Add a row and its timing; both are on disk when this returns."""
        # The timing first: one without its row is passed over, a row without its timing would lack it for good.
        self._append(_SECONDS_FILE, timing_to_json(timing))
        self._append(ANSWERS_FILE, answer_row_to_json(row))

    def _append(self, name: str, row: Mapping[str, Any]) -> None:
        with _naming(self.folder / name), (self.folder / name).open("a", encoding="utf-8") as stream:
            stream.write(_to_line(row))

    def read_timings(self) -> list[Timing]:
        """The timings of all rows so far: those of this process, and of those before it."""
        path = self.folder / _SECONDS_FILE
        if path.is_file():
            return list(_read_rows(path, timing_from_json))
        path = self.folder / TIMINGS_FILE
        return list(_read_json(path, timings_from_json).questions) if path.is_file() else []

    def finish(self, trec: Iterable[str], scores: Iterable[ScoreRow], summary: Summary, timings: Timings) -> None:
        """Write what is made of all rows; the summary last, since it says that the run is finished."""
        self._write(TREC_FILE, "".join(trec))
        self.write_json(TIMINGS_FILE, timings_to_json(timings))
        self.write_scores(scores, summary)
        (self.folder / _SECONDS_FILE).unlink(missing_ok=True)

    def write_scores(self, scores: Iterable[ScoreRow], summary: Summary) -> None:
        """Write the measures of each question, and of all."""
        self.write_rows(SCORES_FILE, map(score_row_to_json, scores))
        self.write_json(SUMMARY_FILE, summary_to_json(summary))

    def write_rows(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write a JSON document a line, the whole file or nothing."""
        self._write(name, "".join(map(_to_line, rows)))

    def is_finished(self) -> bool:
        """True where all rows are there and scored."""
        return (self.folder / SUMMARY_FILE).is_file()

    def write_json(self, name: str, value: Mapping[str, Any]) -> None:
        """Write one JSON document, whole or not at all."""
        self._write(name, json.dumps(value, indent=2, ensure_ascii=False) + "\n")

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        partial = path.with_name(name + ".partial")
        with _naming(path):
            partial.write_text(text, encoding="utf-8")
            partial.replace(path)


@contextmanager
def open_run(folder: Path) -> Iterator[RunWriter]:
    """Make the folder and hold it; raise DatelineError where another process holds it."""
    from filelock import FileLock, Timeout

    with _naming(folder):
        folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise DatelineError(
            f"the run folder {folder} is in use by another command. Wait for it to end, or name another with --out."
        ) from None
    try:
        yield RunWriter(folder)
    finally:
        lock.release()


def list_differences(old: Mapping[str, Any], new: Mapping[str, Any], above: str = "") -> list[str]:
    """The names of all values that differ, as `settings.rerank_depth`."""
    found: list[str] = []
    for name in sorted({*old, *new}):
        a, b = old.get(name), new.get(name)
        if isinstance(a, dict) and isinstance(b, dict):
            found += list_differences(a, b, f"{above}{name}.")
        elif a != b:
            found.append(f"{above}{name}")
    return found


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Turn an error of the disk into a line that names the file."""
    try:
        yield
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise DatelineError(
            f"{path} can't be written ({why}). What was done is kept: fix that, and give the command again."
        ) from error


def _to_line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def _read_rows(path: Path, make: Callable[[object], T]) -> Iterator[T]:
    number = 0
    try:
        with path.open(encoding="utf-8") as stream:
            for line in stream:
                number += 1
                yield make(json.loads(line))
    except FileNotFoundError:
        raise DatelineError(f"{path} is missing. Run it again into another folder.") from None
    except UnicodeDecodeError as error:
        raise _damaged(path, f"line {number + 1}: {error.reason}") from None
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _damaged(path, f"line {number}: {_explain(error)}") from None


def _read_json(path: Path, make: Callable[[Any], T]) -> T:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(value, dict):
            raise TypeError("it is not an object")
        return make(value)
    except FileNotFoundError:
        raise DatelineError(f"{path} is missing. Run it again into another folder.") from None
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _damaged(path, _explain(error)) from None


def _explain(error: Exception) -> str:
    return f"it has no {error}" if isinstance(error, KeyError) else str(error)


def _damaged(path: Path, why: object) -> DatelineError:
    return DatelineError(
        f"{path} can't be read ({' '.join(str(why).split())[:100]}). Run it again into another folder."
    )
