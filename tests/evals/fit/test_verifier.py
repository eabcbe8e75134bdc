"""Pairs of true and changed sentences, what is measured on them, and the weights fitted to them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest
from click.testing import CliRunner
from hypothesis import given, strategies as st

from evals.dataset import load_dataset
from evals.fit.alter import CHANGES, say_otherwise
from evals.fit.verifier import (
    FREE,
    ClaimPair,
    ScoredPair,
    choose_pairs,
    fit_verifier,
    make_pairs,
    measure_verifier,
    read_free_pairs,
    read_written_pairs,
    score_pairs,
    write_verifier,
)
from index import Article, DatelineError, make_article
from index.text.sentences import split_sentences
from rag.english.compare.claims import ClaimComparison
from rag.verify.offline_verifier import VERIFIER_FILE, OfflineVerifier, count_signals
from rag.weights import Weights, read_weights
from tests.doubles import HashingEmbedder, OverlapReranker, WordReader
from ui.cli.evals.group import group

SEEDS = list(load_dataset("seeds").articles())
SENTENCES = [a.text[s.start : s.end] for a in SEEDS for s in split_sentences(a.text)]
NEARNESS = {"cosine", "cross_encoder", "overlap"}


def make_reader() -> OfflineVerifier:
    return OfflineVerifier(HashingEmbedder(), OverlapReranker(), WordReader())


def make_scored(
    article: str, kind: str, true: float, false: float, *, way: Literal["made", "written"] = "made"
) -> ScoredPair:
    pair = ClaimPair(article, kind, way, "It was so.", "It was not so.", ("It was so.",), ("It was so.",))
    return ScoredPair(pair, {"cosine": true, "days": 0.0}, {"cosine": false, "days": 1.0 - false})


@pytest.mark.parametrize("kind", CHANGES)
@given(st.sampled_from(SENTENCES), st.integers(0, 99))
def test_a_change_changes_one_place(kind: str, sentence: str, seed: int) -> None:
    random = Random(seed)
    changed = CHANGES[kind](sentence, random, [*SENTENCES[:40], SEEDS[-1].text])
    if changed in (None, sentence):  # nothing to change; the pair is not made
        return
    assert changed is not None
    before, after = re.findall(r"\S+", sentence), re.findall(r"\S+", changed)
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    tail = 0
    while tail < min(len(before), len(after)) - same and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    assert len(before) - same - tail <= 4, (before, after)
    assert len(after) - same - tail <= 4, (before, after)


@given(st.sampled_from(SENTENCES), st.integers(0, 99))
def test_other_words_are_the_same_for_the_same_chance(sentence: str, seed: int) -> None:
    said = say_otherwise(sentence, Random(seed))
    assert said == say_otherwise(sentence, Random(seed))
    assert said.strip()


def test_pairs_are_the_same_each_time_and_split_by_article() -> None:
    pairs = make_pairs(SEEDS, 2)
    assert pairs == make_pairs(SEEDS, 2)
    assert {p.kind for p in pairs} >= {"number", "date", "name", "negation", "attribution", "source"}
    halves = [{p.article for p in pairs if p.tuning == half} for half in (True, False)]
    assert halves[0]
    assert halves[1]
    assert not halves[0] & halves[1]
    for pair in pairs:
        assert (pair.true, pair.texts) != (pair.false, pair.false_texts)


def test_the_written_pairs_quote_the_sample_articles() -> None:
    pairs = read_written_pairs(SEEDS)
    assert len(pairs) >= 100
    assert all(p.way == "written" and p.true != p.false and p.texts for p in pairs)


def test_the_free_pairs_are_of_the_articles_that_are_there() -> None:
    rows = [json.loads(line) for line in FREE.read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 150
    assert read_free_pairs(SEEDS) == []
    first = rows[0]
    article = make_article("It began so. " * (1 + first["start"] // 10), id=first["article"], language="en")
    pairs = read_free_pairs([article])
    own = [row for row in rows if row["article"] == first["article"]]
    assert {(p.true, p.kind, p.false) for p in pairs} <= {
        (row["true"], kind, false) for row in own for kind, false in row["false"].items()
    }
    assert {p.true for p in pairs} >= {first["true"]}
    assert all(p.way == "free" and p.texts for p in pairs if p.true == first["true"])


def test_a_written_pair_that_quotes_nothing_is_named(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text(json.dumps({"article": SEEDS[0].id, "quote": "never said", "true": "a", "false": {"name": "b"}}))
    with pytest.raises(DatelineError, match="line 1"):
        read_written_pairs(SEEDS, file)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=30))
def test_balanced_accuracy_is_the_field_s(pairs: list[tuple[float, float]]) -> None:
    metrics: Any = pytest.importorskip("sklearn.metrics")
    scored = [make_scored("a", "number", true, false) for true, false in pairs]
    weights = Weights(-2.0, {"cosine": 4.0}, 0.5)
    figure = measure_verifier(scored, weights)["made"]["number"]
    truth = [1] * len(pairs) + [0] * len(pairs)
    judged = [int(true >= 0.5) for true, _ in pairs] + [int(false >= 0.5) for _, false in pairs]
    assert figure.pairs == len(pairs)
    assert figure.balanced_accuracy == pytest.approx(metrics.balanced_accuracy_score(truth, judged), abs=2e-3)


@given(st.integers(0, 999))
@pytest.mark.slow
def test_weights_are_fitted_to_one_half_and_never_against_their_sense(seed: int) -> None:
    random = Random(seed)
    scored = [
        make_scored(f"a{n}", kind, random.uniform(0.3, 1), random.uniform(0, 0.7), way="written" if n % 3 else "made")
        for n in range(24)
        for kind in ("number", "name")
    ]
    weights = fit_verifier(scored)
    assert all(value > 0 if name in NEARNESS else value < 0 for name, value in weights.signals.items())
    tuning = [s for s in scored if s.pair.tuning]
    assert fit_verifier(tuning) == weights, "the half held back was looked at"
    assert 0 < weights.threshold < 1


def test_written_weights_are_read_back_with_their_figures(tmp_path: Path) -> None:
    scored = [make_scored(f"a{n}", "number", 0.9, 0.1) for n in range(10)]
    weights = fit_verifier(scored)
    write_verifier(tmp_path / "w.json", weights, scored)
    assert read_weights(tmp_path / "w.json") == weights
    held = json.loads((tmp_path / "w.json").read_text())["held_back"]["made"]["number"]
    assert held["pairs"] == sum(not s.pair.tuning for s in scored)
    assert held["balanced_accuracy"] == 1


def test_the_stored_weights_weigh_signals_that_there_are() -> None:
    beside = {"cosine", "cross_encoder", "opposite", "reader", "swapped"}
    assert set(read_weights(VERIFIER_FILE).signals) <= {*count_signals(ClaimComparison()), *beside}
    held = json.loads(VERIFIER_FILE.read_text())["held_back"]
    assert sum(figure["pairs"] for figure in held["made"].values()) >= 250
    assert all(figure["balanced_accuracy"] >= 0.85 for figure in held["made"].values())


def test_pairs_are_scored_both_ways() -> None:
    chosen = choose_pairs(SEEDS, SEEDS, 6)
    assert sum(p.way == "made" for p in chosen) == 6
    for scored in score_pairs(chosen[:4], make_reader()):
        assert set(scored.true) == set(scored.false)


@pytest.mark.models
def test_the_command_prints_a_line_for_each_kind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def few(articles: Sequence[Article], samples: Sequence[Article], most: int) -> list[ClaimPair]:
        return [*make_pairs(SEEDS, 1)[:most], *read_written_pairs(SEEDS)[:10]]

    monkeypatch.setattr("evals.fit.verifier.choose_pairs", few)
    monkeypatch.setattr("rag.assemble.make_offline_verifier", lambda library: make_reader())
    file = tmp_path / "weights.json"
    args = ["verifier", "seeds", "--pairs", "40", "--fit", str(file)]
    run = CliRunner().invoke(group, args)
    assert run.exit_code == 0, run.output
    kinds = {(line.split()[0], line.split()[1]) for line in run.stdout.splitlines()[1:] if line.strip()}
    assert ("made", "number") in kinds
    run = CliRunner().invoke(group, [*args, "--json"])
    figures = json.loads(run.stdout)
    assert {(way, kind) for way, part in figures.items() for kind in part} == kinds
    assert read_weights(file).signals
