"""Dateline itself, as a run asks it: the dataset's articles indexed, and asked."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

from evals.measures.squad import fold, holds_folded
from evals.records import Dataset, Question
from evals.rows import Variant
from evals.runs.run_format import FORMAT
from index import DEFAULT_EMBEDDER, DatelineError, Filters, Library, Place, hash_file, make_embedder
from rag import Answer, Complete, Settings, make_answerer, make_follow_up_writer, show_settings, stream

DEPTH = 50  # passages that a ranking is made of
# What figures depend on.
_LIBRARIES = (
    *("numpy", "faiss-cpu", "tantivy", "onnxruntime", "tokenizers", "torch", "sentence-transformers"),
    *("litellm", "sentencex", "ir-measures"),
)
_ROOT = Path(__file__).parents[2]


class Task(NamedTuple):
    """A question to be asked, and the articles to leave out."""

    question: Question
    variant: Variant = "asked"
    exclude: tuple[str, ...] = ()


Ask = Callable[[Task], Iterator[Answer]]
# Shows how far it is: (what, how many, of what) gives a wrapper of what is gone through.
Track = Callable[[str, int, str], AbstractContextManager[Callable[[Iterable[Any]], Iterable[Any]]]]


def track_nothing(what: str, total: int, unit: str) -> AbstractContextManager[Callable[[Iterable[Any]], Iterable[Any]]]:
    """Show nothing."""
    return nullcontext(lambda items: items)


@dataclass(frozen=True)
class System:
    """What is measured: what gives an answer as it grows, with its ranking, and the library that it looks into."""

    ask: Ask
    library: Library


@contextmanager
def open_system(
    dataset: Dataset,
    settings: Settings,
    cache: Place,
    complete: Complete | None = None,
    track: Track = track_nothing,
    collections: tuple[str, ...] = (),
) -> Iterator[System]:
    """Index the dataset's articles, or open the index of the same articles and settings, and ask over it.

    The index is below the folder `cache`, or in a schema of that database. `complete` takes the place of asking an
    LLM's provider. With `collections`, answers are looked for in these alone.
    """
    with Library.open(find_index(dataset, settings, cache), create=True, settings=settings) as library:
        if library.status().articles != dataset.size:  # new, or left half made: what is there is passed over
            with track("Indexing", dataset.size, "articles") as advance:
                report = library.add(advance(dataset.articles()))
            if report.failed:
                raise DatelineError(f"an article of {dataset.name} can't be added: {report.failed[0].reason}")
        library.scope(Filters(collections=collections))  # which says where there is no such collection
        answerer = make_answerer(library, settings, complete)
        writer = make_follow_up_writer(library, settings, complete)

        def answer(task: Task) -> Iterator[Answer]:
            filters = Filters(exclude=task.exclude, collections=collections)
            asked = task.question
            return stream(
                library,
                asked.question,
                asked.history,
                settings,
                filters,
                asked.as_of,
                answerer,
                depth=DEPTH,
                writer=writer,
            )

        yield System(answer, library)


def find_index(dataset: Dataset, settings: Settings, cache: Place) -> Place:
    """Where the index of these articles lies: a folder, or a schema of a database, named by all that it is made of."""
    embedder = make_embedder(settings.embedder or DEFAULT_EMBEDDER, settings.embedder_runtime)
    made_of = (
        hash_files(dataset.corpus_files)
        if dataset.corpus_files
        else _hash([a.content_hash for a in dataset.articles()]),
        (embedder.name, embedder.sha256, embedder.runtime, settings.passage_words),
        hash_code("index"),
    )
    name = _hash(made_of)[:32]
    return cache / "indexes" / name if isinstance(cache, Path) else cache.with_schema(f"eval_{name}")


def leave_out_evidence(questions: Iterable[Question], library: Library) -> Iterator[Task]:
    """Each answerable question with labels once more, without the articles that could answer it.

    Those are the ones labelled relevant, their copies, and those that hold the words of an answer (but for yes and
    no, which say nothing by themselves): labels are seldom complete, and what others answer is no refusal test.
    """
    asked = [q for q in questions if q.relevant and not q.unanswerable]
    texts = {a.id: fold(f"{a.title}\n{a.text}") for a in library.articles()} if any(q.answers for q in asked) else {}
    for question in asked:
        known = [article for article in map(library.find, question.relevant) if article]
        copies = [copy for article in known for copy in library.copies(article.id)]
        words = [answer for answer in question.answers if fold(answer) not in ("yes", "no")]
        others = [name for name, text in texts.items() if holds_folded(text, words)]
        yield Task(question, "without_evidence", tuple(sorted({*question.relevant, *copies, *others})))


def describe_run(dataset: Dataset, settings: Settings, library: Library, *, remove_evidence: bool) -> dict[str, Any]:
    """All that the figures depend on: `settings.json`."""
    return {
        "format": FORMAT,
        "dataset": {
            "name": dataset.name,
            "path": dataset.path,
            "questions": len(dataset.questions),
            "articles": dataset.size,
            "corpus_sha256": hash_files(dataset.corpus_files),
            "queries_sha256": hash_files(dataset.query_files),
            "notes": list(dataset.notes),
        },
        "remove_evidence": remove_evidence,
        "depth": DEPTH,
        "settings": show_settings(settings),
        "models": {
            "embedder": {"name": library.embedder.name, "sha256": library.embedder.sha256},
            "reranker": {"name": library.reranker.name, "sha256": library.reranker.sha256},
            "answerer": settings.model,
        },
        **({} if isinstance(library.place, Path) else {"kept_in": "database"}),
        "code_sha256": hash_code("index", "rag", "evals"),
        "versions": {
            "python": platform.python_version(),
            **{name: _version(name) for name in ("dateline", *_LIBRARIES)},
        },
    }


def hash_files(files: Sequence[Path]) -> str:
    """The sha256 of a file; of several, the sha256 of their names and sums."""
    if len(files) == 1:
        return hash_file(files[0])
    return _hash([(file.name, hash_file(file)) for file in files])


@cache
def hash_code(*rooms: str) -> str:
    """The sha256 of the code of these rooms: a version number does not tell two states of a checkout apart."""
    files = sorted(file for room in rooms for file in (_ROOT / room).rglob("*") if file.suffix in (".py", ".json"))
    return _hash([(str(file.relative_to(_ROOT)), hash_file(file)) for file in files])


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
