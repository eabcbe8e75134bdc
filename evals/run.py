"""Asking every question of a dataset, and scoring what comes back."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.dataset import Dataset, Question
from evals.measures.answers import score_exact_quotes, score_inclusion, score_right_quote, score_sentences
from evals.measures.refusals import Refusal, precision_and_recall
from evals.measures.retrieval import score_rankings
from index import DatelineError, Filters, Hit, Library
from rag import Answer, ask
from rag.records import answer_to_dict
from rag.settings import Settings

Search = Callable[[Question], Sequence[Hit]]
Ask = Callable[[Question], Answer]
_DEPTH = 50  # passages, of which 10 articles are made


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question: the articles as ranked, the answer or the error, and the seconds it took."""

    question: Question
    ranking: tuple[str, ...] = ()
    answer: Answer | None = None
    error: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of a measure over the `n` questions that it can be told for; None for none."""

    mean: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Run:
    """All outcomes of a dataset, with the measures in the order in which they are shown."""

    dataset: str
    outcomes: tuple[Outcome, ...]
    measures: dict[str, Mean] = field(default_factory=dict)


@contextmanager
def open_system(dataset: Dataset, settings: Settings) -> Iterator[tuple[Search, Ask]]:
    """Index the dataset's articles in a temporary library, and give Dateline's own search and ask over it."""
    with (
        tempfile.TemporaryDirectory(prefix="dateline-eval-") as folder,
        Library.open(folder, create=True, settings=settings) as library,
    ):
        report = library.add(dataset.articles)
        if report.failed:
            raise DatelineError(f"an article of {dataset.name} can't be added: {report.failed[0].reason}")

        def search(question: Question) -> Sequence[Hit]:
            return library.search(question.question, limit=_DEPTH, filters=Filters(before=question.as_of))

        def answer(question: Question) -> Answer:
            return ask(library, question.question, settings=settings, as_of=question.as_of)

        yield search, answer


def run_dataset(
    dataset: Dataset, search: Search, ask: Ask, track: Callable[[Iterable[Question]], Iterable[Question]]
) -> Run:
    """Ask every question and score the outcomes. One that fails is kept with its error, and counts as wrong.

    `track` wraps the questions, to show how far it is.
    """
    outcomes = tuple(_ask_one(question, search, ask) for question in track(dataset.questions))
    return Run(dataset.name, outcomes, score_outcomes(outcomes))


def _ask_one(question: Question, search: Search, ask: Ask) -> Outcome:
    ranking: tuple[str, ...] = ()
    clock = time.perf_counter()
    try:
        ranking = tuple(dict.fromkeys(hit.article.id for hit in search(question)))
        clock = time.perf_counter()
        answer = ask(question)
    except DatelineError as error:
        return Outcome(question, ranking, None, str(error), time.perf_counter() - clock)
    return Outcome(question, ranking, answer, "", time.perf_counter() - clock)


def score_outcomes(outcomes: Sequence[Outcome]) -> dict[str, Mean]:
    """Return every measure, by name."""
    answerable = [o for o in outcomes if not o.question.unanswerable]
    answered = [(o.answer, o.question.answers) for o in answerable]
    rankings = {o.question.id: o.ranking for o in answerable}
    relevant = {o.question.id: o.question.relevant for o in answerable}
    measures = {name: _mean(scores.values()) for name, scores in score_rankings(rankings, relevant).items()}
    measures["answer_inclusion"] = _mean(score_inclusion(a, words) if a else 0.0 for a, words in answered)
    measures["right_quote"] = _mean(score_right_quote(a, words) if a else 0.0 for a, words in answered)
    measures["sentence_quote"] = _mean(score_sentences(a, words) if a else None for a, words in answered)
    measures["quote_exact"] = _mean(score_exact_quotes(o.answer) if o.answer else None for o in outcomes)
    refusals = [Refusal(o.question.unanswerable, o.answer is not None and o.answer.refused) for o in outcomes]
    precision, recall = precision_and_recall(refusals)
    measures["refusal_precision"] = Mean(precision, sum(r.refused for r in refusals))
    measures["refusal_recall"] = Mean(recall, sum(r.unanswerable for r in refusals))
    measures["seconds"] = _mean(o.seconds for o in outcomes)
    measures["errors"] = Mean(float(sum(bool(o.error) for o in outcomes)), len(outcomes))
    return measures


def _mean(values: Iterable[float | None]) -> Mean:
    known = [v for v in values if v is not None]
    return Mean(sum(known) / len(known) if known else None, len(known))


def write_run(run: Run, folder: Path) -> None:
    """Write `summary.json` and `answers.jsonl` (the whole Answer of each question) into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    summary = {
        "dataset": run.dataset,
        "questions": len(run.outcomes),
        "measures": {name: {"mean": m.mean, "n": m.n} for name, m in run.measures.items()},
    }
    _write(folder / "summary.json", json.dumps(summary, indent=2) + "\n")
    _write(folder / "answers.jsonl", "".join(json.dumps(_to_row(o), ensure_ascii=False) + "\n" for o in run.outcomes))


def _to_row(outcome: Outcome) -> dict[str, Any]:
    question = outcome.question
    return {
        "id": question.id,
        "question": question.question,
        "answers": list(question.answers),
        "relevant": list(question.relevant),
        "unanswerable": question.unanswerable,
        "ranking": list(outcome.ranking),
        "answer": answer_to_dict(outcome.answer) if outcome.answer else None,
        "error": outcome.error,
        "seconds": outcome.seconds,
    }


def _write(path: Path, text: str) -> None:
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
