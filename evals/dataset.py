"""Questions whose answers are known, and the articles that hold them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from index import Article, DatelineError, UsageError
from index.read import read_file

_HERE = Path(__file__).parent
_DATA = _HERE / "data"
# In a checkout the sample articles stand beside the packages; in a wheel they are packed in here.
_SEEDS = (_DATA / "seeds", _HERE.parent / "seeds")
BUILT_IN = {
    "seeds": "50 questions on the sample library, used while the project is tuned",
    "seeds-held": "36 more on the same articles, held aside: no weight was fitted to them",
}
_LARGEST_FILE_MB = 20


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its labels.

    `answers` are words of which a right answer holds one; `relevant` are ids of articles that answer it.
    One that is `unanswerable` has neither. With `as_of` it is asked as of that day.
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    relevant: tuple[str, ...] = ()
    unanswerable: bool = False
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """A named set of questions and the articles that they are asked of."""

    name: str
    articles: tuple[Article, ...]
    questions: tuple[Question, ...]


def load_dataset(name: str) -> Dataset:
    """Load a built-in dataset; raise UsageError for an unknown one, DatelineError for a damaged one."""
    if name not in BUILT_IN:
        raise UsageError(f"unknown dataset {name!r}. There is {' and '.join(BUILT_IN)}.")
    articles = read_seeds()
    questions = read_questions(_DATA / f"{name}.jsonl")
    check_labels(questions, {a.id for a in articles})
    return Dataset(name, tuple(articles), tuple(questions))


def seeds_folder() -> Path:
    """The folder of the sample articles."""
    return next(folder for folder in _SEEDS if folder.is_dir())


def read_seeds() -> list[Article]:
    """Read the sample articles; the id of each is its file's name without the ending."""
    files = sorted(path for path in seeds_folder().iterdir() if path.is_file() and not path.name.startswith("."))
    return [replace(article, id=path.stem) for path in files for article in read_file(path, _LARGEST_FILE_MB)]


def read_questions(path: Path) -> list[Question]:
    """Read questions, one JSON object a line; a malformed one is named by its line."""
    questions = []
    for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            questions.append(_to_question(json.loads(line)))
        except (ValueError, TypeError, KeyError) as error:
            raise DatelineError(f"{path}, line {n} is not a question ({error}). Mend that line.") from None
    return questions


def _to_question(row: dict[str, Any]) -> Question:
    unknown = set(row) - {f.name for f in fields(Question)}
    if unknown:
        raise ValueError(f"unknown field {sorted(unknown)[0]}")
    return Question(
        id=str(row["id"]),
        question=str(row["question"]),
        answers=tuple(row.get("answers", ())),
        relevant=tuple(row.get("relevant", ())),
        unanswerable=bool(row.get("unanswerable", False)),
        as_of=date.fromisoformat(row["as_of"]) if row.get("as_of") else None,
    )


def check_labels(questions: Sequence[Question], article_ids: set[str]) -> None:
    """Raise DatelineError for a question asked twice, or labels that contradict each other or dangle."""
    seen: set[str] = set()
    for q in questions:
        if q.id in seen:
            raise DatelineError(f"question {q.id} is there twice. Give each an id of its own.")
        seen.add(q.id)
        if q.unanswerable == bool(q.answers and q.relevant):
            raise DatelineError(f"question {q.id} must have answers and relevant articles, or be unanswerable.")
        if missing := set(q.relevant) - article_ids:
            raise DatelineError(f"question {q.id} names the article {sorted(missing)[0]}, which is not there.")
