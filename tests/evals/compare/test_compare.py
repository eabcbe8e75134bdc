"""Two runs beside each other, and a gate that tells a drop from noise."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from evals.compare.comparison import compare_runs, judge_difference
from evals.compare.gate import GateRules, RuleOutcome, check_rules, read_rules, write_junit
from evals.statistics import Difference
from index import DatelineError, UsageError
from tests.evals.run_material import asked, write_run

RANDOM = np.random.default_rng(1)
BEFORE = [float(x) for x in RANDOM.random(120)]
NOISE = [float(x) for x in RANDOM.standard_normal(120) * 0.05]


def scores(shift: float, wavering: float = 1.0) -> list[dict[str, float | None]]:
    """Scores that differ from BEFORE by `shift` and a noise of mean 0."""
    mean = sum(NOISE) / len(NOISE)
    return [{"ndcg@10": b + shift + wavering * (n - mean)} for b, n in zip(BEFORE, NOISE, strict=True)]


def test_what_differs_is_listed_with_the_questions_that_moved_most(tmp_path: Path) -> None:
    before = write_run(
        tmp_path / "a", [{"ndcg@10": 1.0, "right": 1.0}, {"ndcg@10": 0.5, "right": None}, {"ndcg@10": 0.1}]
    )
    after = write_run(
        tmp_path / "b", [{"ndcg@10": 0.9, "right": 0.0}, {"ndcg@10": 0.9, "right": 1.0}, {"ndcg@10": 0.1}]
    )
    found = compare_runs(before, after)
    assert found.differences["ndcg@10"].difference == pytest.approx(0.1)
    assert found.differences["right"].n == 1
    assert [change.after.id for change in found.changes] == ["q0", "q1"]
    assert found.changes[0].scores == {"ndcg@10": (1.0, 0.9), "right": (1.0, 0.0)}


def test_the_overlap_is_the_share_of_the_first_ten_that_both_have(tmp_path: Path) -> None:
    ten = tuple("abcdefghij")
    rankings = [(ten, ten[::-1]), (ten, (*ten[:9], "x", "j")), (("a",), ("a", "b")), ((), ())]
    before, after = (
        write_run(tmp_path / name, [{"m": 1.0}] * 4, [asked(f"q{n}", ranking=r[side]) for n, r in enumerate(rankings)])
        for side, name in enumerate("ab")
    )
    assert compare_runs(before, after).overlap == pytest.approx((1 + 0.9 + 0.5) / 3)
    assert compare_runs(before, before).overlap == 1
    nothing = write_run(tmp_path / "c", [{"m": 1.0}], [asked("q0", ranking=())])
    assert compare_runs(nothing, nothing).overlap is None


def test_runs_on_different_questions_are_refused(tmp_path: Path) -> None:
    one = write_run(tmp_path / "a", [{"m": 1.0}] * 2)
    more = write_run(tmp_path / "b", [{"m": 1.0}] * 3)
    other = write_run(tmp_path / "c", [{"m": 1.0}] * 2, [asked("q0"), asked("q1", relevant=("b",))])
    for pair in ((one, more), (more, one)):
        with pytest.raises(UsageError, match=r"1 of .*b are not in .*a, such as 'q2'"):
            compare_runs(*pair)
    with pytest.raises(UsageError, match="question 'q1' has other words or labels"):
        compare_runs(one, other)


def test_a_difference_is_told_in_a_word() -> None:
    up, noise = Difference(0.1, 0.3, 0.2, 9, 0.1, 0.3, 0.01), Difference(0.1, 0.3, 0.2, 9, -0.1, 0.3, 0.3)
    assert [judge_difference("ndcg@10", d) for d in (up, noise)] == ["better", "within noise"]
    assert judge_difference("aurc", up) == "worse"
    assert judge_difference("ndcg@10", up._replace(difference=0.0, low=0.0, high=0.0)) == "the same"


def test_a_real_drop_fails_and_one_within_noise_passes(tmp_path: Path) -> None:
    base = write_run(tmp_path / "base", scores(0, 0))
    worse, wavering = write_run(tmp_path / "worse", scores(-0.05)), write_run(tmp_path / "noise", scores(-0.003))
    (fell,), (wavered,) = check_rules(worse, GateRules(), base), check_rules(wavering, GateRules(), base)
    assert (fell.passed, wavered.passed) == (False, True)
    assert "a real drop" in fell.found
    assert "within noise" in wavered.found
    (allowed,) = check_rules(worse, GateRules(max_drop={"ndcg@10": 0.06}), base)
    assert allowed.passed


@pytest.mark.parametrize("seed", range(5))
def test_another_seed_changes_no_verdict(tmp_path: Path, seed: int) -> None:
    base, worse = write_run(tmp_path / "base", scores(0, 0)), write_run(tmp_path / "worse", scores(-0.05))
    assert [v.passed for v in check_rules(worse, GateRules(), base, seed)] == [False]
    assert check_rules(base, GateRules(), base, seed) == [
        RuleOutcome(
            "ndcg@10 does not drop", True, f"{np.mean(BEFORE):.3f} to {np.mean(BEFORE):.3f}, +0.000: the same (n 120)"
        )
    ]


def test_where_less_is_better_growing_is_the_drop(tmp_path: Path) -> None:
    sure = [{"confidence": n / 40, "right": float(n % 2), "aurc": None} for n in range(40)]
    base = write_run(tmp_path / "base", [{**row, "right": 1.0} for row in sure])
    worse = write_run(tmp_path / "worse", sure)
    rules = GateRules(max_drop={"aurc": 0.1})
    assert [v.passed for v in check_rules(worse, rules, base)] == [False]
    assert [v.passed for v in check_rules(base, rules, worse)] == [True]


@settings(max_examples=25)
@given(st.floats(0, 1), st.floats(0, 1))
def test_floors_and_ceilings(tmp_path_factory: pytest.TempPathFactory, mean: float, bound: float) -> None:
    run = write_run(tmp_path_factory.mktemp("run") / "a", [{"m": mean}])
    floor, ceiling = check_rules(run, GateRules(min={"m": bound}, max={"m": bound}))
    assert (floor.passed, ceiling.passed) == (mean >= bound, mean <= bound)


def test_what_is_unscored_does_not_pass(tmp_path: Path) -> None:
    run, base = write_run(tmp_path / "a", [{"m": None}]), write_run(tmp_path / "b", [{"m": 1.0}])
    verdicts = check_rules(run, GateRules(min={"m": 0.0}, max={"m": 1.0}, max_drop={"m": 1.0}), base)
    assert [v.passed for v in verdicts] == [False, False, False]
    assert all("unscored" in v.found for v in verdicts)


def test_rules_that_cannot_be_checked_are_refused(tmp_path: Path) -> None:
    run = write_run(tmp_path / "a", [{"ndcg@10": 1.0}])
    with pytest.raises(UsageError, match=r"Did you mean ndcg@10\?"):
        check_rules(run, GateRules(min={"ndcg10": 0.5}))
    with pytest.raises(UsageError, match="--baseline"):
        check_rules(run, GateRules(max_drop={"ndcg@10": 0.5}))
    with pytest.raises(UsageError, match="no rule"):
        check_rules(run, GateRules())


def test_rules_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('[min]\n"ndcg@10" = 0.6\n[max_drop]\n"ndcg@10" = 0.02\naurc = 1\n', encoding="utf-8")
    rules = read_rules(file)
    assert rules == GateRules(min={"ndcg@10": 0.6}, max_drop={"ndcg@10": 0.02, "aurc": 1})
    assert rules.replaced_by(GateRules(min={"ndcg@10": 0.7})).min == {"ndcg@10": 0.7}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[least]\nx = 1\n", "least"),
        ("min = 3\n", "must be a table"),
        ('[min]\nx = "1"\n', "`x` under"),
        ("[min]\nx = true\n", "`x` under"),
        ("[min\n", "TOML"),
        ('[min]\n"ndcg@10" = {a = 1}\n', "must be a number"),
    ],
)
def test_rules_that_are_none_are_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_rules(file)


def test_junit_names_each_rule_and_each_failure(tmp_path: Path) -> None:
    run = write_run(tmp_path / "a", [{"m": 0.5}])
    write_junit(check_rules(run, GateRules(min={"m": 0.6}, max={"m": 0.6})), run, tmp_path / "gate.xml")
    suite = ElementTree.parse(tmp_path / "gate.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [case.get("name") for case in suite] == ["m at least 0.6", "m at most 0.6"]
    assert [len(case.findall("failure")) for case in suite] == [1, 0]
    with pytest.raises(DatelineError, match="can't be written"):
        write_junit([], run, tmp_path / "none" / "gate.xml")
