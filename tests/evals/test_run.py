"""Asking a dataset, with stand-ins and for real."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from evals.dataset import Dataset, Question, load_dataset
from evals.run import Run, open_system, run_dataset, write_run
from index import DatelineError, Hit
from rag import Answer
from rag.settings import Settings

QUESTIONS = (
    Question("1", "Who?", ("Anna",), ("a",)),
    Question("2", "Where?", ("Rome",), ("a",)),
    Question("3", "Why?", unanswerable=True),
)


def search_nothing(question: Question) -> Sequence[Hit]:
    return []


def refuse_or_fail(question: Question) -> Answer:
    if question.id == "2":
        raise DatelineError("the model broke off")
    return Answer(question.question, question.question, "double", refused=True, reason="no")


def run_double() -> Run:
    return run_dataset(Dataset("double", (), QUESTIONS), search_nothing, refuse_or_fail, lambda questions: questions)


def test_a_question_that_fails_is_kept_and_counts_as_wrong() -> None:
    run = run_double()
    assert [o.error for o in run.outcomes] == ["", "the model broke off", ""]
    assert run.measures["errors"].mean == 1
    assert run.measures["answer_inclusion"].mean == 0.0
    assert run.measures["answer_inclusion"].n == 2
    assert run.measures["refusal_recall"].mean == 1.0
    assert run.measures["refusal_precision"].mean == 0.5
    assert run.measures["sentence_quote"].mean is None


def test_a_run_is_written_as_json(tmp_path: Path) -> None:
    write_run(run_double(), tmp_path / "run")
    summary = json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))
    rows = [json.loads(line) for line in (tmp_path / "run" / "answers.jsonl").read_text(encoding="utf-8").splitlines()]
    assert summary["questions"] == 3
    assert summary["measures"]["refusal_recall"] == {"mean": 1.0, "n": 1}
    assert [row["id"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["answer"]["refused"] is True
    assert rows[1]["answer"] is None
    assert sorted(p.name for p in (tmp_path / "run").iterdir()) == ["answers.jsonl", "summary.json"]


@pytest.fixture(scope="module")
def seeds_run() -> Run:
    dataset = load_dataset("seeds")
    with open_system(dataset, Settings()) as (search, ask):
        return run_dataset(dataset, search, ask, lambda questions: questions)


@pytest.mark.parametrize(
    ("measure", "least"),
    [
        ("ndcg@10", 0.90),
        ("recall@5", 0.95),
        ("right_quote", 0.75),
        ("quote_exact", 1.0),
        ("refusal_recall", 0.65),
        ("refusal_precision", 0.75),
    ],
)
def test_the_sample_set_does_not_get_worse(seeds_run: Run, measure: str, least: float) -> None:
    mean = seeds_run.measures[measure].mean
    assert mean is not None
    assert mean >= least


def test_nothing_of_the_sample_set_fails(seeds_run: Run) -> None:
    assert [o.error for o in seeds_run.outcomes if o.error] == []
