"""Runs for real: small sets asked offline and of a scripted LLM, stopped, killed and gone on with."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ir_measures
import pytest

from evals.compare.gate import check_rules, read_rules
from evals.dataset import load_dataset
from evals.measures.registry import name_measure
from evals.records import Question
from evals.runs.run import RunOptions, ask_one, run_dataset
from evals.runs.run_folder import ANSWERS_FILE, SETTINGS_FILE, SUMMARY_FILE, TIMINGS_FILE, TREC_FILE, RunFolder
from evals.runs.system import Task, open_system
from index import DatelineError, Hit, Library
from rag.settings import Settings
from tests.cli.running import Run, assert_one_line, dateline, run_python
from tests.conftest import ROOT
from tests.evals.make import ARTICLES, QUESTIONS, write_dateline
from tests.scripted_llm import PROMPT_TOKENS, Reply, ScriptedLLM, fail, say, serve_script

pytestmark = pytest.mark.models
PRICED = "openai/gpt-4o-mini"


def read_bytes(run: Path) -> dict[str, bytes]:
    """All that must be the same twice."""
    return {p.name: p.read_bytes() for p in sorted(run.iterdir()) if p.name not in (TIMINGS_FILE, ".lock")}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the indexes of this module's sets are kept."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small set."""
    return write_dateline(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def small_run(small: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The small set, asked offline, with and without its evidence."""
    out = tmp_path_factory.mktemp("run")
    return run_dataset(load_dataset(str(small)), Settings(), out, RunOptions(cache, remove_evidence=True))


def test_two_runs_are_the_same_bytes(small: Path, small_run: RunFolder, cache: Path, tmp_path: Path) -> None:
    before = {path.name for path in (cache / "indexes").iterdir()}
    again = run_dataset(load_dataset(str(small)), Settings(), tmp_path, RunOptions(cache, remove_evidence=True))
    assert read_bytes(again.path) == read_bytes(small_run.path)
    assert {path.name for path in (cache / "indexes").iterdir()} == before, "the index is used again"


def test_a_run_of_other_questions_uses_the_same_index(small_run: RunFolder, cache: Path, tmp_path: Path) -> None:
    other = write_dateline(tmp_path / "set", QUESTIONS[:1])
    before = {path.name for path in (cache / "indexes").iterdir()}
    run_dataset(load_dataset(str(other)), Settings(), tmp_path / "run", RunOptions(cache))
    assert {path.name for path in (cache / "indexes").iterdir()} == before


def test_the_rankings_are_read_by_tools_for_trec(small_run: RunFolder) -> None:
    run = list(ir_measures.read_trec_run(str(small_run.path / TREC_FILE)))
    assert {row.query_id for row in run} == {q["id"] for q in QUESTIONS}
    assert {row.doc_id for row in run} <= set(ARTICLES)
    qrels = [ir_measures.Qrel(q["id"], name, 1) for q in QUESTIONS for name in q.get("relevant", ())]
    measured = ir_measures.calc_aggregate([ir_measures.nDCG @ 10], qrels, run)
    assert measured[ir_measures.nDCG @ 10] == pytest.approx(small_run.summary.measures["ndcg@10"].mean, abs=1e-9)


def test_settings_say_what_is_needed_to_repeat_the_run(small: Path, small_run: RunFolder) -> None:
    settings = json.loads((small_run.path / SETTINGS_FILE).read_text(encoding="utf-8"))
    assert settings["settings"]["model"] == "offline"
    assert settings["dataset"]["path"] == str(small.resolve())
    sums = [settings["dataset"]["corpus_sha256"], settings["dataset"]["queries_sha256"], settings["code_sha256"]]
    sums += [settings["models"][name]["sha256"] for name in ("embedder", "reranker")]
    assert all(len(value) == 64 for value in sums)
    assert settings["versions"]["dateline"]


def test_without_its_evidence_a_question_finds_neither_the_article_nor_its_copy(small_run: RunFolder) -> None:
    rows = {row.id: row for row in small_run.answers if row.variant == "without_evidence"}
    assert set(rows) == {"q1", "q2", "q3"}, "only questions with labels can be asked so"
    for question in QUESTIONS[:3]:
        left_out = {*question["relevant"], *(f"{name}-copy" for name in question["relevant"])}
        assert not left_out & set(rows[question["id"]].ranking)
    assert small_run.summary.measures["refusal_recall"].n == 4


def test_the_ranking_is_the_one_that_the_answer_was_made_from(
    small: Path, small_run: RunFolder, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []
    search = Library.search

    def count(library: Library, question: str, *args: Any, **given: Any) -> list[Hit]:
        searched.append(question)
        return search(library, question, *args, **given)

    monkeypatch.setattr(Library, "search", count)
    dataset = load_dataset(str(small))
    parts = "Who resigned in May, and when does the ferry stop?"
    asked = Question("parts", parts)
    with open_system(dataset, Settings(), cache) as system:
        for question in (*dataset.questions, asked):
            row, _ = ask_one(Task(question), system)
            assert row.answer is not None
            found = [(hit.article.id, hit.passage.start, hit.passage.end) for hit in row.answer.hits]
            assert list(row.passages)[: len(found)] == found
            assert len(set(row.passages)) == len(row.passages) > 0
    assert len(searched) == len(dataset.questions) + 2, "once for each question, and for each part of one"


def test_every_measure_has_its_n_and_an_interval_around_its_mean(small_run: RunFolder) -> None:
    summary = json.loads((small_run.path / SUMMARY_FILE).read_text(encoding="utf-8"))
    assert summary["questions"] == len(QUESTIONS)
    for name, measure in summary["measures"].items():
        assert set(measure) == {"mean", "n", "low", "high"}, name
        assert name_measure(name) != name, "people read it in words"
        if measure["mean"] is not None:
            assert measure["n"] > 0
            assert measure["low"] <= measure["mean"] <= measure["high"]
    promised = "ndcg@10 recall@10 mrr@10 answer_inclusion token_f1 quote_exact citation_precision citation_recall"
    promised += " refusal_precision refusal_recall refusal_f1 confidence_auroc"
    assert set(promised.split()) <= set(summary["measures"])


# --- a scripted LLM ---------------------------------------------------------------------------------------------


@pytest.fixture
def llm() -> Iterator[ScriptedLLM]:
    """A server whose model fails on the ferry and cites the first passage otherwise."""

    def reply(request: dict[str, Any]) -> Reply:
        asked = request["messages"][-1]["content"].rpartition("Question:")[2]
        return fail(400, "no") if "resigned" in asked else say("It is so [1].")

    with serve_script(reply) as server:
        yield server


def make_settings(llm: ScriptedLLM) -> Settings:
    """Settings that ask the scripted server, under a name that has a price."""
    return Settings(model=PRICED, api_base=llm.url)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key, so that the scripted server is asked."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")


def copy_cache(cache: Path, tmp_path: Path) -> Path:
    """A cache with the indexes of `cache`, and without replies."""
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "indexes").symlink_to(cache / "indexes")
    return tmp_path / "cache"


def test_a_question_that_fails_is_kept_and_counted(
    small: Path, small_run: RunFolder, cache: Path, llm: ScriptedLLM, tmp_path: Path
) -> None:
    options = RunOptions(copy_cache(cache, tmp_path))
    run = run_dataset(load_dataset(str(small)), make_settings(llm), tmp_path / "run", options)
    rows = {row.id: row for row in run.answers}
    assert [name for name, row in rows.items() if row.error] == ["q2"]
    assert (run.summary.questions, run.summary.errors) == (4, 1)
    scores = {row.id: row for row in run.scores}
    assert scores["q2"].scores["answer_inclusion"] == 0.0
    found = {row.id: row for row in small_run.answers if row.variant == "asked"}["q2"]
    assert rows["q2"].ranking == found.ranking != (), "it was found, though nobody answered"
    assert rows["q2"].passages == found.passages
    assert run.summary.measures["answer_inclusion"].n == 3


def test_no_secret_of_an_address_is_kept(
    small: Path, small_run: RunFolder, cache: Path, llm: ScriptedLLM, tmp_path: Path
) -> None:
    settings = Settings(model=PRICED, api_base=llm.url.replace("://", "://me:hidden-word@"))
    run_dataset(load_dataset(str(small)), settings, tmp_path / "run", RunOptions(copy_cache(cache, tmp_path)))
    assert llm.requests
    written = [
        path.read_bytes() for folder in ("run", "cache/replies") for path in (tmp_path / folder).rglob("*.json*")
    ]
    assert len(written) > 4
    assert not any(b"hidden-word" in content for content in written)


def test_a_repeat_costs_nothing_and_several_at_a_time_give_the_same(
    small: Path, small_run: RunFolder, cache: Path, llm: ScriptedLLM, tmp_path: Path
) -> None:
    dataset, settings = load_dataset(str(small)), make_settings(llm)
    options = RunOptions(copy_cache(cache, tmp_path), concurrency=3)
    first = run_dataset(dataset, settings, tmp_path / "a", options)
    asked = len(llm.requests)
    assert first.timings.prompt_tokens == 3 * PROMPT_TOKENS
    assert first.timings.spent_usd == pytest.approx(first.timings.cost_usd) != 0.0
    second = run_dataset(dataset, settings, tmp_path / "b", RunOptions(options.cache))
    assert len(llm.requests) == asked + 1, "only what failed is asked again"
    assert read_bytes(first.path) == read_bytes(second.path)
    assert second.timings.spent_usd == 0.0


def test_a_spent_budget_stops_cleanly_and_more_of_it_goes_on(
    small: Path, small_run: RunFolder, cache: Path, llm: ScriptedLLM, tmp_path: Path
) -> None:
    dataset, settings, options = load_dataset(str(small)), make_settings(llm), copy_cache(cache, tmp_path)
    with pytest.raises(DatelineError, match="1 of 4 questions are asked, and kept"):
        run_dataset(dataset, settings, tmp_path / "run", RunOptions(options, max_cost=1e-9))
    assert len((tmp_path / "run" / ANSWERS_FILE).read_text(encoding="utf-8").splitlines()) == 1
    run = run_dataset(dataset, settings, tmp_path / "run", RunOptions(options, max_cost=1.0))
    assert [row.id for row in run.answers] == ["q1", "q2", "q3", "q4"]


# --- stopped from outside ---------------------------------------------------------------------------------------


def write_long(folder: Path) -> Path:
    """The small set's questions, each eight times in other words, so that there is time to stop it."""
    questions = [{**q, "id": f"{q['id']}-{n}", "question": f"{q['question']} {n}"} for n in range(8) for q in QUESTIONS]
    return write_dateline(folder, questions)


# The command, to which a signal comes as soon as so many rows are written.
STOPPED = """
import os, signal, sys
from evals.runs.run_folder import RunWriter
from ui.cli.app import main

number, least = signal.Signals[sys.argv[1]], int(sys.argv[2])
append, rows = RunWriter.append, []

def append_and_stop(*row):
    append(*row)
    rows.append(row)
    if len(rows) == least:
        os.kill(os.getpid(), number)

RunWriter.append = append_and_stop
sys.argv[1:] = sys.argv[3:]
main()
"""


def run_and_stop(number: signal.Signals, rows: int, dataset: Path, cache: Path, out: Path) -> Run:
    """`dateline eval run` in a process of its own, stopped by that signal after so many rows."""
    command = ["eval", "run", str(dataset), "--out", str(out), "--cache", str(cache)]
    return run_python("-c", STOPPED, number.name, str(rows), *command, cwd=dataset)


def test_a_run_goes_on_where_it_was_killed_or_interrupted(cache: Path, tmp_path: Path) -> None:
    dataset, out = write_long(tmp_path / "set"), tmp_path / "stopped"
    killed = run_and_stop(signal.SIGKILL, 2, dataset, cache, out)
    assert (killed.code, (out / ANSWERS_FILE).read_bytes().count(b"\n")) == (-signal.SIGKILL, 2)
    interrupted = run_and_stop(signal.SIGINT, 8, dataset, cache, out)
    assert interrupted.code == 1
    assert interrupted.err.splitlines()[-1].startswith("dateline: stopped. What was done is kept")
    assert "Traceback" not in interrupted.err
    assert not (out / SUMMARY_FILE).exists()
    kept = (tmp_path / "stopped" / ANSWERS_FILE).read_bytes().rpartition(b"\n")[0]
    assert kept.count(b"\n") + 1 == 10
    dataset_run = load_dataset(str(dataset))
    whole = run_dataset(dataset_run, Settings(), tmp_path / "whole", RunOptions(cache))
    gone_on = run_dataset(dataset_run, Settings(), tmp_path / "stopped", RunOptions(cache))
    assert (tmp_path / "stopped" / ANSWERS_FILE).read_bytes().startswith(kept)
    assert read_bytes(gone_on.path) == read_bytes(whole.path)
    assert len(gone_on.timings.questions) == 32
    assert gone_on.timings.asked_now == 22


def test_bad_input_is_a_line(tmp_path: Path) -> None:
    empty = write_dateline(tmp_path / "empty", [])
    assert_one_line(dateline("eval", "run", str(empty), cwd=tmp_path), 1, str(empty))
    assert_one_line(dateline("eval", "run", "nothing-there", cwd=tmp_path), 2, "nothing-there", "seeds")
    small = write_dateline(tmp_path / "small")
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / SETTINGS_FILE).write_text('{"format": 99}', encoding="utf-8")
    assert_one_line(dateline("eval", "run", str(small), "--out", "run", cwd=tmp_path), 1, "format 99")


# --- the sample set ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seeds_run(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The built-in set, asked offline."""
    return run_dataset(load_dataset("seeds"), Settings(), tmp_path_factory.mktemp("seeds"), RunOptions(cache))


def test_gates_name_measures_that_there_are(seeds_run: RunFolder) -> None:
    files = list((ROOT / "evals" / "compare" / "gates").glob("*.toml"))
    assert len(files) == 2
    for file in files:
        assert read_rules(file).min.keys() <= seeds_run.summary.measures.keys()


def test_the_sample_set_passes_its_gate(seeds_run: RunFolder) -> None:
    verdicts = check_rules(seeds_run, read_rules(ROOT / "evals" / "compare" / "gates" / "seeds.toml"))
    assert len(verdicts) >= 7
    assert [f"{v.rule}: {v.found}" for v in verdicts if not v.passed] == []


def test_nothing_of_the_sample_set_fails(seeds_run: RunFolder) -> None:
    assert [row.error for row in seeds_run.answers if row.error] == []
