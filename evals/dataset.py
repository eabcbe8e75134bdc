"""Loading a dataset: a built-in one by name, or a folder, by what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Protocol

from evals.formats import beir, dateline, multihop, realtimeqa
from evals.records import Dataset, Question
from index import Article, DatelineError, Failure, UsageError, read_files_in_subprocesses

_HERE = Path(__file__).parent
_DATA = _HERE / "data"
# In a checkout the sample articles stand beside the packages; in a wheel they are packed in here.
_SEEDS = (_DATA / "seeds", _HERE.parent / "seeds")
BUILT_IN_DATASETS = {
    "seeds": "50 questions on the sample library, used while the project is tuned",
    "seeds-held": "36 more on the same articles, held aside: no weight was fitted to them",
    "follow-ups": "110 conversations whose last question leans on the others, or changes the topic",
    "changes": "34 questions whose answer changed, over dated articles made for them",
    "changes-held": "33 more with other articles, held aside: no rule was chosen on them",
    "disagreements": "80 questions, of half of which the articles contradict each other",
    "disagreements-held": "80 more with other articles, held aside: no rule was chosen on them",
    "near-misses": "320 questions on 240 short articles made for them, half of them without an answer",
    "open-questions": "416 questions for reasons, decisions and the like on 104 short articles, half without an answer",
    "time": "156 questions with a time on 156 short articles made for them, which rules were tuned on",
    "time-held": "46 more on the same articles, written afterwards",
}


_BESIDE_SEEDS = {"follow-ups"}  # sets whose articles come beside the sample articles


class DatasetFormat(Protocol):
    """A format of datasets: a module of `evals.formats`. `HOLDS` says what the folder must hold."""

    NAME: str
    HOLDS: str

    def recognise(self, folder: Path) -> bool: ...
    def load(self, folder: Path) -> Dataset: ...


# BEIR's files are Dateline's and one more, so it is looked for first.
DATASET_FORMATS: tuple[DatasetFormat, ...] = (multihop, beir, dateline, realtimeqa)
_LIMITS = 20, 60  # MiB of a file, and seconds of computing for it


def load_dataset(name: str) -> Dataset:
    """Load a built-in dataset, or the one in a folder, and check its ids and labels.

    Labels of articles that are not there, and questions that are there twice, are counted in `notes`. Raises
    UsageError where there is no dataset of that name, DatelineError for an empty or malformed one, which names
    the file and line.
    """
    dataset = _load_built_in(name) if name in BUILT_IN_DATASETS else _load_folder(Path(name).expanduser())
    ids = _check_articles(dataset)
    questions = _fold_twins(dataset)
    notes = list(dataset.notes)
    if twins := len(dataset.questions) - len(questions):
        noun = "1 question is" if twins == 1 else f"{twins} questions are"
        notes.append(f"{noun} there twice, with the same labels: asked once")
    notes += _count_dangling(questions, ids)
    path = None if name in BUILT_IN_DATASETS else str(Path(name).expanduser().resolve())
    return replace(dataset, questions=questions, notes=tuple(notes), size=len(ids), path=path)


def _load_built_in(name: str) -> Dataset:
    """A file of questions on the sample articles, or a folder that brings articles of its own."""
    folder = _DATA / name
    if not folder.is_dir():
        queries = _DATA / f"{name}.jsonl"
        return Dataset(name, read_seeds, tuple(dateline.read_questions(queries)), tuple(_seed_files()), (queries,))
    own = replace(_load_folder(folder), name=name)
    if name not in _BESIDE_SEEDS:
        return own
    files = (*own.corpus_files, *_seed_files())
    return replace(own, articles=lambda: chain(own.articles(), read_seeds()), corpus_files=files)


def _load_folder(folder: Path) -> Dataset:
    if not folder.is_dir():
        known = " and ".join(BUILT_IN_DATASETS)
        raise UsageError(f"unknown dataset {str(folder)!r}. Built in are {known}; or name a folder that holds one.")
    for kind in DATASET_FORMATS:
        if kind.recognise(folder):
            return kind.load(folder)
    known = "; ".join(f"{kind.NAME} ({kind.HOLDS})" for kind in DATASET_FORMATS)
    raise UsageError(f"{folder} is not a dataset that can be read. It must hold the files of {known}.")


def seeds_folder() -> Path:
    """The folder of the sample articles."""
    return next(folder for folder in _SEEDS if folder.is_dir())


def _seed_files() -> list[Path]:
    return sorted(path for path in seeds_folder().iterdir() if path.is_file() and not path.name.startswith("."))


def read_seeds() -> Iterator[Article]:
    """Read the sample articles; the id of each is its file's name without the ending."""
    for path, read in zip(files := _seed_files(), read_files_in_subprocesses(files, *_LIMITS), strict=True):
        if isinstance(read, Failure):
            raise DatelineError(f"{path}: {read.reason}.")
        yield replace(read, id=path.stem)


def _check_articles(dataset: Dataset) -> set[str]:
    """The ids of all articles; raise DatelineError where there are none, or two have the same."""
    ids: set[str] = set()
    for article in dataset.articles():
        if article.id in ids:
            raise DatelineError(
                f"{_name(dataset.corpus_files)}: article {article.id} is there twice. Give each an id of its own."
            )
        ids.add(article.id)
    if not ids:
        raise DatelineError(f"{_name(dataset.corpus_files)} has no articles. Name another dataset.")
    return ids


def _fold_twins(dataset: Dataset) -> tuple[Question, ...]:
    """The questions, the same row twice asked once; raise DatelineError for none, or two others with the same id."""
    kept: dict[str, Question] = {}
    for question in dataset.questions:
        if kept.setdefault(question.id, question) != question:
            raise DatelineError(
                f"{_name(dataset.query_files)}: two questions have the id {question.id}. Give each an id of its own."
            )
    if not kept:
        raise DatelineError(f"{_name(dataset.query_files)} has no questions. Name another dataset.")
    return tuple(kept.values())


def _name(files: tuple[Path, ...]) -> str:
    return str(files[0] if len(files) == 1 else files[0].parent) if files else "the dataset"


def _count_dangling(questions: tuple[Question, ...], ids: set[str]) -> Iterator[str]:
    labels = [(q.id, article) for q in questions for article in q.relevant if article not in ids]
    if len(labels) == 1:
        yield f"1 relevance label names an article that is not there: {labels[0][1]} (question {labels[0][0]})"
    elif labels:
        first = f"{labels[0][1]} (question {labels[0][0]})"
        yield f"{len(labels)} relevance labels name articles that are not there, the first of them {first}"
