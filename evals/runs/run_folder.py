"""The run folder: all that came of a run, in files that other tools can read.

settings.json   what is needed to repeat the run: settings, versions, sha256 of data and models
run.trec        rankings of article ids, in TREC's format
answers.jsonl   each question with its labels, its ranking and the whole Answer; a row as soon as it is there
scores.jsonl    each measure of each question, or why it has none
summary.json    each measure over all questions, with n and 95% interval
timings.json    seconds, cost, and all else that differs between two runs of the same
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from evals.records import Fact
from index import DatelineError

FORMAT = 1
SETTINGS, TREC, ANSWERS, SCORES = "settings.json", "run.trec", "answers.jsonl", "scores.jsonl"
SUMMARY, TIMINGS = "summary.json", "timings.json"
_SECONDS = "seconds.jsonl"  # of a run that is under way; goes into timings.json

Variant = Literal["asked", "without_evidence"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A question with its labels, and what came of it: `ranking` of article ids, `answer` or `error`.

    `variant` is `asked`, or `without_evidence`: against the library without the relevant articles. `grades` is
    how relevant each article is, where that is known; `passages` are those ranked, as (article id, start, end);
    `answer` is the whole Answer as JSON has it, without its seconds; None where the question failed.
    """

    id: str
    question: str
    variant: Variant = "asked"
    answers: tuple[str, ...] = ()
    relevant: tuple[str, ...] = ()
    grades: Mapping[str, int] = field(default_factory=dict)
    unanswerable: bool = False
    choices: tuple[str, ...] = ()
    nuggets: tuple[str, ...] = ()
    evidence: tuple[Fact, ...] = ()
    as_of: str | None = None
    ranking: tuple[str, ...] = ()
    passages: tuple[tuple[str, int, int], ...] = ()
    answer: Mapping[str, Any] | None = None
    error: str = ""

    @property
    def should_refuse(self) -> bool:
        """True where the articles asked don't hold an answer."""
        return self.unanswerable or self.variant == "without_evidence"

    @property
    def refused(self) -> bool:
        """True where it was refused; a question that failed was not."""
        return self.answer is not None and bool(self.answer["refused"])

    @property
    def text(self) -> str:
        """The answer in words, the reason of a refusal; empty where the question failed."""
        if self.answer is None:
            return ""
        return str(self.answer["reason"]) if self.refused else " ".join(s["text"] for s in self.answer["sentences"])


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """The measures of one row; a score that is None has its reason in `unscored`."""

    id: str
    variant: Variant
    scores: Mapping[str, float | None]
    unscored: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A finished run as it was read: `answers` and `scores` have the same rows in the same order."""

    path: Path
    settings: Mapping[str, Any]
    answers: tuple[AnswerRow, ...]
    scores: tuple[ScoreRow, ...]
    summary: Mapping[str, Any]
    timings: Mapping[str, Any]


def read_run(folder: Path) -> RunFolder:
    """Read a finished run; raise DatelineError where there is none, an unfinished one, or one of another version."""
    settings = read_settings(folder)
    if settings is None:
        raise DatelineError(f"there is no run in {folder}. Make one with `dateline eval run DATASET --out {folder}`.")
    if not (folder / SUMMARY).is_file():
        raise DatelineError(f"the run in {folder} is not finished. Give the `eval run` that made it again: it goes on.")
    answers = tuple(read_answers(folder))
    scores = tuple(_read_records(folder / SCORES, lambda row: ScoreRow(**row)))
    if [(a.id, a.variant) for a in answers] != [(s.id, s.variant) for s in scores]:
        raise DatelineError(f"{folder / ANSWERS} and {folder / SCORES} are not of the same run. Run it again.")
    return RunFolder(folder, settings, answers, scores, _read_json(folder / SUMMARY), _read_json(folder / TIMINGS))


def read_summary(folder: Path) -> dict[str, Any]:
    """The `summary.json` of a finished run; DatelineError for one that is damaged or of another version."""
    read_settings(folder)
    return _read_json(folder / SUMMARY)


def read_settings(folder: Path) -> dict[str, Any] | None:
    """The settings of the run in `folder`, or None for no run; DatelineError for one of another version."""
    path = folder / SETTINGS
    if not path.is_file():
        return None
    settings = _read_json(path)
    if settings.get("format") != FORMAT:
        raise DatelineError(
            f"the run in {folder} has format {settings.get('format')}; this Dateline reads format {FORMAT}. "
            "Run it again into another folder."
        )
    return settings


def read_answers(folder: Path) -> Iterator[AnswerRow]:
    """The rows of `answers.jsonl`, one after the other."""
    return _read_records(folder / ANSWERS, _to_answer_row)


def _read_records(path: Path, make: Callable[[Mapping[str, Any]], T]) -> Iterator[T]:
    for row in _read_rows(path):
        try:
            yield make(row)
        except (TypeError, KeyError, ValueError) as error:
            raise _damaged(path, error) from None


def _to_answer_row(row: Mapping[str, Any]) -> AnswerRow:
    values = dict(row)
    for name in ("answers", "relevant", "choices", "nuggets", "ranking"):
        values[name] = tuple(values[name])
    values["evidence"] = tuple(Fact(*fact) for fact in values["evidence"])
    values["passages"] = tuple((article, start, end) for article, start, end in values["passages"])
    return AnswerRow(**values)


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
            if (self.folder / ANSWERS).exists():
                raise DatelineError(f"{self.folder} holds answers without settings. Name another folder with --out.")
            self.write_json(SETTINGS, settings)
        for name in (ANSWERS, _SECONDS):
            self._drop_torn_line(self.folder / name)
        return list(read_answers(self.folder)) if (self.folder / ANSWERS).is_file() else []

    def _drop_torn_line(self, path: Path) -> None:
        """A line without its end is of a write that was cut off."""
        if not path.is_file():
            return
        with path.open("r+b") as stream:
            content = stream.read()
            stream.truncate(content.rfind(b"\n") + 1)

    def append(self, row: AnswerRow, timing: Mapping[str, Any]) -> None:
        """Add a row and its timing; both are on disk when this returns."""
        # The timing first: one without its row is passed over, a row without its timing would lack it for good.
        self._append(_SECONDS, {"id": row.id, "variant": row.variant, **timing})
        self._append(ANSWERS, asdict(row))

    def _append(self, name: str, row: Mapping[str, Any]) -> None:
        with _naming(self.folder / name), (self.folder / name).open("a", encoding="utf-8") as stream:
            stream.write(_to_line(row))

    def read_timings(self) -> list[dict[str, Any]]:
        """The timings of all rows so far: those of this process, and of those before it."""
        path = self.folder / _SECONDS
        if path.is_file():
            return list(_read_rows(path))
        return list(_read_json(self.folder / TIMINGS)["questions"]) if (self.folder / TIMINGS).is_file() else []

    def finish(
        self, trec: Iterable[str], scores: Iterable[ScoreRow], summary: Mapping[str, Any], timings: Mapping[str, Any]
    ) -> None:
        """Write what is made of all rows; the summary last, since it says that the run is finished."""
        self._write(TREC, "".join(trec))
        self.write_json(TIMINGS, timings)
        self.write_scores(scores, summary)
        (self.folder / _SECONDS).unlink(missing_ok=True)

    def write_scores(self, scores: Iterable[ScoreRow], summary: Mapping[str, Any]) -> None:
        """Write the measures of each question, and of all."""
        self.write_rows(SCORES, [asdict(row) for row in scores])
        self.write_json(SUMMARY, summary)

    def write_rows(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write a JSON document a line, the whole file or nothing."""
        self._write(name, "".join(map(_to_line, rows)))

    def is_finished(self) -> bool:
        """True where all rows are there and scored."""
        return (self.folder / SUMMARY).is_file()

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


def _read_rows(path: Path) -> Iterator[dict[str, Any]]:
    number = 0
    try:
        with path.open(encoding="utf-8") as stream:
            for line in stream:
                number += 1
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise ValueError("it is not an object")
                yield row
    except FileNotFoundError:
        raise DatelineError(f"{path} is missing. Run it again into another folder.") from None
    except ValueError as error:
        line_number = number + 1 if isinstance(error, UnicodeDecodeError) else number
        raise _damaged(path, f"line {line_number}") from None


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DatelineError(f"{path} is missing. Run it again into another folder.") from None
    except ValueError as error:
        raise _damaged(path, error) from None
    if not isinstance(value, dict):
        raise _damaged(path, "it is not an object")
    return value


def _damaged(path: Path, why: object) -> DatelineError:
    return DatelineError(
        f"{path} can't be read ({' '.join(str(why).split())[:100]}). Run it again into another folder."
    )
