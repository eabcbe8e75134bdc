"""Fitting the confidence to runs whose answers were right or wrong for a known reason."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, strategies as st

from evals.fit.calibrate import (
    ShownAnswer,
    fit_confidence,
    list_shown,
    measure_calibration,
    measure_confidence,
    write_confidence,
)
from evals.rows import AnswerRow
from evals.runs.run_folder import RunFolder
from index import UsageError
from rag.weights import Weights, read_weights, weigh_signals
from tests.evals.run_material import asked, make_kept, write_run
from ui.cli.app import app

TRUTH = Weights(-1.0, {"near": 2.0, "noise": 0.0}, 0.5)


def make_shown(n: int, seed: int = 0) -> list[ShownAnswer]:
    """Answers that are right as often as TRUTH says, and half of the wrong ones were not to be given."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(n):
        signals = {"near": float(rng.normal()), "noise": float(rng.normal())}
        right = bool(rng.random() < weigh_signals(signals, TRUTH))
        unanswerable = not right and number % 2 == 0
        made.append(ShownAnswer(f"q{number}", signals, right, unanswerable, number % 3 != 0))
    return made


def write_answers(folder: Path, n: int = 60) -> RunFolder:
    """A run in which long questions are answered wrongly."""
    rows: list[AnswerRow] = []
    for shown in make_shown(n):
        answer = make_kept("Who left?", signals=shown.signals)
        rows.append(asked(shown.id, relevant=(shown.id,), answer=answer, unanswerable=shown.unanswerable))
    scores: list[dict[str, float | None]] = [{"right": float(shown.right)} for shown in make_shown(n)]
    return write_run(folder, scores, rows)


@pytest.mark.slow
def test_the_weights_are_found_again() -> None:
    fitted = fit_confidence([make_shown(6000)])
    assert fitted.intercept == pytest.approx(TRUTH.intercept, abs=0.15)
    assert fitted.signals["near"] == pytest.approx(2.0, abs=0.2)
    assert fitted.signals["noise"] == pytest.approx(0.0, abs=0.15)
    held = measure_confidence([s for s in make_shown(6000, seed=1) if not s.tuning], fitted)
    assert held.calibration_error < 0.04
    assert held.auroc == pytest.approx(0.86, abs=0.03)
    answerable = [s for s in make_shown(6000) if not s.unanswerable]
    sure = [weigh_signals(s.signals, fitted) for s in answerable]
    at, above = (sum(x < fitted.threshold + step for x in sure) / len(sure) for step in (0, 0.01))
    assert at <= 0.1 < above


@given(st.lists(st.tuples(st.integers(0, 1000), st.booleans()), min_size=1, max_size=60))
def test_the_calibration_error_is_that_of_ten_bins(given_pairs: list[tuple[int, bool]]) -> None:
    pairs = [(thousandths / 1000, right) for thousandths, right in given_pairs]
    sure, right = np.array([p for p, _ in pairs]), np.array([float(r) for _, r in pairs])
    wanted = 0.0
    for n in range(10):
        held = [(p, r) for p, r in pairs if n / 10 <= p < (n + 1) / 10 or (n == 9 and p == 1)]
        if held:
            gap = sum(p for p, _ in held) / len(held) - sum(r for _, r in held) / len(held)
            wanted += abs(gap) * len(held) / len(pairs)
    assert measure_calibration(sure, right) == pytest.approx(wanted)


def test_halves_are_told_apart_by_article(tmp_path: Path) -> None:
    one, other = list_shown(write_answers(tmp_path / "a")), list_shown(write_answers(tmp_path / "b", 30))
    assert (len(one), len(other)) == (60, 30)
    assert {s.tuning for s in one} == {True, False}
    assert [s.tuning for s in one[:30]] == [s.tuning for s in other]


@pytest.mark.slow
def test_runs_weigh_the_same() -> None:
    few, many = make_shown(300), [replace(s, right=not s.right) for s in make_shown(9_000, seed=1)]
    assert abs(fit_confidence([few, many]).signals["near"]) < 0.5, "what one says, the other denies"
    assert fit_confidence([many]).signals["near"] < -1.5


def test_runs_that_kept_answers_back_or_have_no_signals_are_refused(tmp_path: Path) -> None:
    refused = write_run(
        tmp_path / "r", [{"right": 0.0}], [asked("q0", answer=make_kept("Who?", refused=True, signals={"near": 1.0}))]
    )
    with pytest.raises(UsageError, match="DATELINE_MIN_CONFIDENCE=0"):
        list_shown(refused)
    nothing = asked("q1", answer=make_kept("Who?", refused=True))
    answered = asked("q0", answer=make_kept("Who?", signals={"near": 1.0}))
    assert [s.id for s in list_shown(write_run(tmp_path / "m", [{"right": 1.0}] * 2, [answered, nothing]))] == ["q0"]
    with pytest.raises(UsageError, match="without signals"):
        list_shown(write_run(tmp_path / "n", [{"right": 1.0}], [asked("q0")]))


def test_the_command_measures_and_fits(tmp_path: Path) -> None:
    write_answers(tmp_path / "run", 300)
    file = tmp_path / "confidence.json"
    done = CliRunner().invoke(app, ["eval", "calibrate", str(tmp_path / "run"), "--fit", str(file), "--json"])
    assert done.exit_code == 0, done.output
    (figures,) = json.loads(done.stdout).values()
    assert json.loads(file.read_text())["held_back"] == {"run": figures}
    assert read_weights(file).signals.keys() == {"near", "noise"}
    shown = CliRunner().invoke(app, ["eval", "calibrate", str(tmp_path / "run")])
    assert "calibration error" in shown.stdout


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write_confidence(tmp_path / "c.json", TRUTH, {"x": measure_confidence(make_shown(20), TRUTH)})
    assert read_weights(tmp_path / "c.json") == TRUTH
