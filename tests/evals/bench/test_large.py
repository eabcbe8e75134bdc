"""A library of made passages is a library, and what is measured of it is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.bench.large import FILTERS, build, draw_table, find_best, measure
from evals.bench.synthetic_library import Pattern, make_pattern
from index import Library
from tests.doubles import HashingEmbedder
from tests.index.articles import make_fields

PASSAGES = 700
QUESTIONS = ["harbour treaty election", "volcano budget report", "the cathedral orchestra"]


@pytest.fixture
def pattern(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pattern:
    monkeypatch.setattr("index.library.make_embedder", lambda name, runtime="": HashingEmbedder())
    monkeypatch.setattr("evals.bench.large._ADDED", 20)
    monkeypatch.setattr("evals.bench.synthetic_library.RARE_SOURCE", ("The Hundredth", 9))
    monkeypatch.setattr("evals.bench.synthetic_library.RAREST_LANGUAGE", ("fr", 20))
    return make_pattern(tmp_path / "pattern", (make_fields(n) for n in range(30)))


def test_made_passages_are_those_of_a_whole_library(pattern: Pattern, tmp_path: Path) -> None:
    row = build(tmp_path / "library", pattern, PASSAGES)
    assert PASSAGES <= row["passages"] < PASSAGES + 10
    with Library.open(tmp_path / "library") as library:
        assert list(library._store.find_damage()) == []
        assert [line for line in library.check() if "passages" not in line and "vectors are those" not in line] == []
        assert library.search(QUESTIONS[0], rerank=False)
        texts = {a.text for a in library.articles()}
        assert len(texts) == row["articles"]
    again = build(tmp_path / "again", pattern, PASSAGES)
    with Library.open(tmp_path / "again") as library:
        assert {a.text for a in library.articles()} == texts
    assert again["passages"] == row["passages"]


def test_what_exact_search_finds_is_the_best(pattern: Pattern, tmp_path: Path) -> None:
    built = build(tmp_path / "library", pattern, PASSAGES)
    best = find_best(tmp_path / "library", QUESTIONS)
    row = {**built, **measure(tmp_path / "library", QUESTIONS, 0.0)}
    for name in FILTERS:
        found = row[name].pop("found")
        assert [set(numbers) for numbers in found] == [set(numbers) - {0} for numbers in best[name]]
        assert any(found), name
        row[name]["recall"] = 1.0
    assert "| passages |" in draw_table([row])
    with Library.open(tmp_path / "library") as library:
        assert library.status().articles == built["articles"]  # what was written to be timed is taken out again
