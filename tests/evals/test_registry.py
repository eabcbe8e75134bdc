"""A measure is one object: its name stands in its own file and nowhere else, and all that shows it reads it there."""

from __future__ import annotations

import ast
import json
from collections import Counter
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner

from evals.compare.comparison import compare_runs, judge_difference
from evals.compare.gate import GateRules, check_rules
from evals.measures import registry
from evals.measures.context import ScoringContext
from evals.measures.conversations import follow_ups
from evals.measures.measure import Measure, Unscored
from evals.measures.registry import REGISTERED, list_measures, name_measure
from evals.measures.scoring import score_rows, summarise
from evals.report.page import render_report
from evals.runs.run_folder import RunFolder
from evals.statistics import Formula
from tests.conftest import ROOT
from tests.evals.golden_run import GOLDEN
from tests.evals.run_material import asked, write_run
from ui.chat.tabs.evals import EvalsTab
from ui.cli.app import app

MEASURES = ROOT / "evals" / "measures"
NEW = {  # since the first version
    *("first_sentence", "words_em", "words_f1", "range_right", "outside_range"),
    *("newest_first", "earlier_said", "old_alone", "noticed", "disputed", "agreeing"),
    *(measure.name for measure in follow_ups.FAMILY),
    *("disagreement_recall", "disagreement_precision", "false_alarms"),
}


def list_texts(file: Path) -> set[str]:
    """Every text that stands in the code of a file, as a whole."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_a_measures_name_stands_in_its_own_file_alone() -> None:
    """So a new measure touches no other one. What is made of a name, as of passages, is made in that file too."""
    names = {measure.name for measure in list_measures()}
    found = {file: names & list_texts(file) for room in ("evals", "ui") for file in (ROOT / room).rglob("*.py")}
    assert {str(file) for file, held in found.items() if held and MEASURES not in file.parents} == set()
    counts = Counter(name for held in found.values() for name in held)
    assert {name for name, count in counts.items() if count > 1} == set()
    assert names - counts.keys() == {name for name in names if name.startswith("passage_")}


def test_every_measure_can_be_read_by_people() -> None:
    assert len({registered.name for registered in REGISTERED}) == len(REGISTERED)
    measures = list_measures()
    assert len({measure.words for measure in measures}) == len(measures) > 30
    for measure in measures:
        assert measure.words
        assert measure.source
        assert "\n" not in measure.source
        assert measure.of_row is None or measure.of_set is None


def test_a_measure_of_the_set_is_made_of_what_rows_are_scored_by() -> None:
    scored = {registered.name for registered in registry.list_scored_by_row()}
    inputs = {name for measure in list_measures() if measure.of_set for name in measure.of_set.inputs}
    assert inputs
    assert inputs <= scored


def test_the_names_of_the_first_version_are_there_in_their_order() -> None:
    summary = json.loads((GOLDEN / "0.1.0" / "run" / "summary.json").read_text(encoding="utf-8"))
    names = [measure.name for measure in list_measures() if measure.of_row or measure.of_set]
    assert [name for name in names if name not in NEW] == list(summary["measures"])
    first, *_ = (GOLDEN / "0.1.0" / "run" / "scores.jsonl").read_text(encoding="utf-8").splitlines()
    scored = [registered.name for registered in registry.list_scored_by_row()]
    assert [name for name in scored if name not in NEW] == list(json.loads(first)["scores"])


def test_a_measure_that_is_registered_is_scored_compared_gated_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    length = Measure(
        name="answer_words",
        words="words of an answer",
        source="this test",
        of_row=lambda row, _: float(len(row.text.split())) if row.text else Unscored("it says nothing"),
        higher_is_better=False,
        headline=True,
        in_sweeps=True,
    )
    longest = Measure(
        name="most_words",
        words="words of the longest answer",
        source="this test",
        of_set=Formula((length.name,), lambda weights, words: ((weights > 0) * words).max(axis=1)),
    )
    monkeypatch.setattr(registry, "REGISTERED", (length, longest))
    rows = [asked("q0"), asked("q1", answer=None, error="it broke")]
    scores = score_rows(rows, cast(ScoringContext, None))
    assert [row.scores for row in scores] == [{"answer_words": 7.0}, {"answer_words": None}]
    assert scores[1].unscored == {"answer_words": "it says nothing"}
    assert {name: found.mean for name, found in summarise(scores).items()} == {"answer_words": 7.0, "most_words": 7.0}

    def write(name: str, words: float) -> RunFolder:
        rows: list[dict[str, float | None]] = [{"answer_words": words + n % 2, "most_words": None} for n in range(40)]
        return write_run(tmp_path / name / "run", rows)

    short, long = write("short", 5.0), write("long", 9.0)
    found = compare_runs(short, long).differences
    assert [judge_difference(name, d) for name, d in found.items()] == ["worse", "better"]
    (verdict,) = check_rules(long, GateRules(), short)
    assert (verdict.rule, verdict.passed) == ("answer_words does not grow", False)
    assert "answer_words" in render_report([short])
    assert "words of an answer" in EvalsTab(tmp_path).summarise("short/run")


def test_an_unknown_measure_of_an_old_run_is_shown_by_its_own_name(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [{"gone": 0.25}, {"gone": 0.75}])
    assert name_measure("gone") == "gone"
    assert ">gone<" in render_report([run])
    assert ">gone<" in EvalsTab(tmp_path).summarise("run")
    done = CliRunner().invoke(app, ["eval", "gate", str(run.path), "--min", "gone=0.5"])
    assert "gone at least 0.5: 0.500" in done.output


def test_the_readme_has_a_row_for_each_measure() -> None:
    text = (ROOT / "evals" / "README.md").read_text(encoding="utf-8")
    rows = [
        f"| `{m.name}` | {m.words} | {'higher' if m.higher_is_better else 'lower'} | {m.source} |"
        for m in list_measures()
    ]
    table = text.partition("| name | what | better | source |\n| --- | --- | --- | --- |\n")[2].partition("\n\n")[0]
    assert table.splitlines() == rows
