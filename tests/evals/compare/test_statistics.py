"""Intervals, differences and curves against SciPy, scikit-learn and plain loops."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise, permutations
from math import isnan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from evals.measures.confidence import trace_risk
from evals.measures.registry import find_formula
from evals.statistics import Interval, compare_rows, estimate, measure_agreement


@dataclass(frozen=True)
class Row:
    """A row of scores as the run folder has it."""

    id: str
    scores: dict[str, float | None]
    variant: str = "asked"
    unscored: dict[str, str] = field(default_factory=dict)


def rows_of(measure: str, values: list[float | None]) -> list[Row]:
    return [Row(str(n), {measure: value}) for n, value in enumerate(values)]


def answers(pairs: list[tuple[float, int]]) -> list[Row]:
    return [Row(str(n), {"confidence": c, "right": float(r)}) for n, (c, r) in enumerate(pairs)]


def refusals(pairs: list[tuple[bool, bool]]) -> list[Row]:
    return [Row(str(n), {"refused": float(r), "should_refuse": float(s)}) for n, (r, s) in enumerate(pairs)]


def interval(rows: list[Row], measure: str, **options: int) -> Interval:
    """The measure of that name."""
    return estimate(rows, find_formula(measure), **options)


def aggregate(rows: list[Row], measure: str) -> float | None:
    """The measure alone, without its interval."""
    return interval(rows, measure, draws=0).mean


SCORES = st.floats(0, 1)
SURE = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9])
PAIRS = st.lists(st.tuples(SURE, st.integers(0, 1)), min_size=1, max_size=30)


@given(st.lists(st.none() | SCORES, max_size=30))
def test_a_mean_is_of_the_known_scores_and_inside_its_interval(values: list[float | None]) -> None:
    found = interval(rows_of("m", values), "m", draws=200)
    known = [v for v in values if v is not None]
    assert found.n == len(known)
    if not known:
        assert found == (None, 0, None, None)
        return
    assert found.mean == pytest.approx(sum(known) / len(known))
    assert found.low is not None
    assert found.high is not None
    assert min(known) - 1e-9 <= found.low <= found.high <= max(known) + 1e-9


def test_the_interval_is_scipys() -> None:
    stats: Any = pytest.importorskip("scipy.stats")
    values = np.random.default_rng(3).beta(2, 1, 150)
    theirs = stats.bootstrap((values,), np.mean, n_resamples=20_000, method="percentile", rng=1).confidence_interval
    ours = interval(rows_of("m", list(values)), "m", draws=20_000)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.003)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(11)
    held = 0
    for trial in range(300):
        found = interval(rows_of("m", [float(x) for x in random.random(60) < 0.7]), "m", draws=500, seed=trial)
        held += found.low is not None and found.high is not None and found.low <= 0.7 <= found.high
    assert 0.90 <= held / 300 <= 0.98


def test_the_same_seed_gives_the_same_interval_and_another_one_nearly() -> None:
    rows = rows_of("m", list(np.random.default_rng(5).random(100)))
    first, other = interval(rows, "m"), interval(rows, "m", seed=1)
    assert first == interval(rows, "m")
    assert first != other
    assert first[1:] == pytest.approx(other[1:], abs=0.02)


def test_a_question_is_drawn_with_all_its_rows() -> None:
    once = [Row(str(n), {"m": float(n % 2)}) for n in range(40)]
    twice = once + [Row(row.id, row.scores, "without_evidence") for row in once]
    single, double = interval(once, "m"), interval(twice, "m")
    assert double.n == 80
    assert (double.low, double.high) == pytest.approx((single.low, single.high))


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=30))
def test_refusals_are_counted_as_the_field_does(pairs: list[tuple[bool, bool]]) -> None:
    rows = refusals(pairs)
    right = sum(r and s for r, s in pairs)
    refused, should = sum(r for r, _ in pairs), sum(s for _, s in pairs)
    expected = {
        "refusal_precision": right / refused if refused else None,
        "refusal_recall": right / should if should else None,
        "refusal_f1": 2 * right / (refused + should) if refused + should else None,
    }
    for name, value in expected.items():
        assert aggregate(rows, name) == (None if value is None else pytest.approx(value)), name
    assert interval(rows, "refusal_precision").n == refused
    assert interval(rows, "refusal_recall").n == should


@given(PAIRS)
def test_auroc_is_scikit_learns(pairs: list[tuple[float, int]]) -> None:
    metrics: Any = pytest.importorskip("sklearn.metrics")
    found = aggregate(answers(pairs), "confidence_auroc")
    if len({right for _, right in pairs}) < 2:
        assert found is None
    else:
        assert found == pytest.approx(metrics.roc_auc_score([r for _, r in pairs], [c for c, _ in pairs]))


def area_under_risk(pairs: list[tuple[float, int]]) -> float:
    risks = [sum(1 - r for _, r in pairs[:k]) / k for k in range(1, len(pairs) + 1)]
    return sum(risks) / len(risks)


@given(st.lists(st.tuples(SURE, st.integers(0, 1)), min_size=1, max_size=6))
@settings(max_examples=60)
def test_area_under_risk_is_the_mean_over_all_orders_of_ties(pairs: list[tuple[float, int]]) -> None:
    orders = [list(p) for p in permutations(pairs) if all(a[0] >= b[0] for a, b in pairwise(p))]
    expected = sum(area_under_risk(order) for order in orders) / len(orders)
    assert aggregate(answers(pairs), "aurc") == pytest.approx(expected)


@given(PAIRS)
def test_drawing_a_question_twice_is_having_it_twice(pairs: list[tuple[float, int]]) -> None:
    """The weighted forms that the bootstrap uses: equal to the plain ones on repeated rows."""
    counts = [n % 3 for n in range(len(pairs))]
    repeated = answers([pair for pair, n in zip(pairs, counts, strict=True) for _ in range(n)])
    confidence, right = np.array([c for c, _ in pairs]), np.array([float(r) for _, r in pairs])
    for name in ("confidence_auroc", "aurc"):
        weighted = float(find_formula(name).compute(np.array([counts], dtype=float), confidence, right)[0])
        plain = aggregate(repeated, name)
        assert (isnan(weighted) and plain is None) or weighted == pytest.approx(plain), name


@given(PAIRS)
def test_the_risk_curve_ends_with_every_question(pairs: list[tuple[float, int]]) -> None:
    curve = trace_risk(answers(pairs))
    assert curve[-1] == pytest.approx((1.0, sum(1 - r for _, r in pairs) / len(pairs)))
    assert [c for c, _ in curve] == sorted({c for c, _ in curve})
    for (coverage, risk), threshold in zip(curve, sorted({c for c, _ in pairs}, reverse=True), strict=True):
        chosen = [r for c, r in pairs if c >= threshold]
        assert (coverage, risk) == pytest.approx((len(chosen) / len(pairs), 1 - sum(chosen) / len(chosen)))


def test_a_run_differs_from_itself_by_nothing() -> None:
    rows = rows_of("m", list(np.random.default_rng(2).random(50)))
    found = compare_rows(rows, rows, find_formula("m"))
    assert found is not None
    assert (found.difference, found.low, found.high, found.p, found.is_real) == (0, 0, 0, 1, False)


def test_the_randomization_test_is_scipys() -> None:
    stats: Any = pytest.importorskip("scipy.stats")
    random = np.random.default_rng(8)
    for shift in (0.0, 0.1, 0.3):
        before = random.random(12)
        after = np.clip(before + shift * random.standard_normal(12) + shift / 3, 0, 1)
        theirs = stats.permutation_test(
            (after, before), lambda x, y: np.mean(x - y), permutation_type="samples", n_resamples=np.inf
        )
        found = compare_rows(rows_of("m", list(before)), rows_of("m", list(after)), find_formula("m"))
        assert found is not None
        assert found.p == pytest.approx(theirs.pvalue, abs=0.02)


def test_a_steady_difference_is_real_and_a_wavering_one_is_not() -> None:
    random = np.random.default_rng(4)
    before = random.random(200)
    noise = random.standard_normal(200) * 0.1
    was = rows_of("m", list(before))
    better = compare_rows(was, rows_of("m", list(before + 0.05 + noise)), find_formula("m"))
    same = compare_rows(was, rows_of("m", list(before + noise - noise.mean())), find_formula("m"))
    assert better is not None
    assert same is not None
    assert (better.is_real, same.is_real) == (True, False)
    assert better.p < 0.001 < 0.5 < same.p


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=20))
@settings(max_examples=30)
def test_a_difference_of_set_measures_is_the_difference_of_the_sets(rows: list[tuple[bool, bool, bool]]) -> None:
    before, after = refusals([(a, s) for a, _, s in rows]), refusals([(b, s) for _, b, s in rows])
    was, now = aggregate(before, "refusal_f1"), aggregate(after, "refusal_f1")
    found = compare_rows(before, after, find_formula("refusal_f1"), draws=200)
    if was is None or now is None:
        assert found is None
    else:
        assert found is not None
        assert (found.before, found.after, found.difference) == pytest.approx((was, now, now - was))
        assert 0 < found.p <= 1


def test_rows_are_paired_by_question_and_variant_and_only_where_both_are_known() -> None:
    before = [Row("a", {"m": 0.2}), Row("b", {"m": None}), Row("c", {"m": 0.4})]
    after = [Row("c", {"m": 0.5}), Row("b", {"m": 1.0}), Row("a", {"m": 0.2}), Row("a", {"m": 1.0}, "without_evidence")]
    found = compare_rows(before, after, find_formula("m"))
    assert found is not None
    assert (found.n, found.before, found.after) == pytest.approx((2, 0.3, 0.35))
    assert compare_rows(before, after, find_formula("other")) is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=40))
def test_agreement_is_scikit_learns(pairs: list[tuple[str, str]]) -> None:
    metrics: Any = pytest.importorskip("sklearn.metrics")
    found = measure_agreement(pairs, draws=50)
    assert found.n == len(pairs)
    if len({label for pair in pairs for label in pair}) == 1:
        assert found.mean is None, "two that always say the same word can't be told from two that agree by habit"
        return
    assert found.mean == pytest.approx(metrics.cohen_kappa_score(*zip(*pairs, strict=True)))
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.high
