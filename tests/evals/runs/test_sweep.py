"""A grid of settings, run for real on the small set."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from evals.dataset import load_dataset
from evals.report.sweep_picture import SWEEP_PICTURE
from evals.rows import Timing
from evals.runs.run_folder import SUMMARY_FILE
from evals.runs.sweep import SweepPoint, expand_grid, find_best_points, read_mean, read_sweep
from evals.runs.system import find_index
from index import UsageError
from rag.settings import Settings
from tests.cli.running import assert_one_line, dateline
from tests.evals.make import write_dateline
from tests.evals.run_material import write_run


def write_sweep(folder: Path, text: str) -> Path:
    """A sweep file."""
    path = folder / "depths.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_combination_is_one_run(tmp_path: Path) -> None:
    text = 'dataset = "seeds"\n[settings]\npassages = 3\n[grid]\nrerank_depth = [0, 4, 4]\npassage_words = [40, 60]\n'
    path = write_sweep(tmp_path, text)
    points = expand_grid(read_sweep(path), path)
    assert [tuple(values.values()) for values, _ in points] == [(0, 40), (0, 60), (4, 40), (4, 60)]
    assert all((s.rerank_depth, s.passage_words) == tuple(values.values()) for values, s in points)
    assert {s.passages for _, s in points} == {3}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("dataset = ", "TOML"),
        ("dataset = 3\n[grid]\npassages = [1]", "`dataset`"),
        ('dataset = "seeds"', "[grid]"),
        ('dataset = "seeds"\n[grid]\npassages = 3', "a list"),
        ('dataset = "seeds"\n[grid]\npassages = []', "a list"),
        ('dataset = "seeds"\ncolour = 1\n[grid]\npassages = [1]', "'colour'"),
        ('dataset = "seeds"\n[grid]\npasages = [1]', "`passages`"),
        ('dataset = "seeds"\n[grid]\npassages = ["many"]', "a whole number"),
    ],
)
def test_a_sweep_that_is_none_is_refused(tmp_path: Path, text: str, says: str) -> None:
    path = write_sweep(tmp_path, text)
    with pytest.raises(UsageError) as refused:
        expand_grid(read_sweep(path), path)
    assert says in str(refused.value)
    assert str(path) in str(refused.value)


def make_point(folder: Path, quality: float, seconds: float) -> SweepPoint:
    """A run of one question that took so long."""
    run = write_run(folder, [{"m": quality}])
    timings = replace(run.timings, questions=(Timing("q0", "asked", {"total": seconds}),))
    object.__setattr__(run, "timings", timings)
    return SweepPoint({"x": folder.name}, Settings(), run)


def test_the_best_are_those_that_none_beats_in_both(tmp_path: Path) -> None:
    made = {"a": (0.5, 0.1), "b": (0.6, 0.2), "c": (0.6, 0.3), "d": (0.4, 0.2), "e": (0.9, 0.9)}
    points = [make_point(tmp_path / name, *figures) for name, figures in made.items()]
    assert [point.values["x"] for point in find_best_points(points, "m")] == ["a", "b", "e"]
    with pytest.raises(UsageError, match="'ndcg'"):
        read_mean(points[0], "ndcg")


@pytest.mark.models
def test_each_way_of_embedding_has_an_index_of_its_own(tmp_path: Path) -> None:
    write_dateline(tmp_path / "small")
    dataset = load_dataset(str(tmp_path / "small"))
    minilm = "sentence-transformers/all-MiniLM-L6-v2"
    ways = [("", ""), (minilm, ""), (minilm, "float32"), (minilm, "int8")]
    found = [find_index(dataset, Settings(embedder=name, embedder_runtime=way), tmp_path) for name, way in ways]
    assert len(set(found)) == 3
    assert found[1] == found[3], "int8 is the first that works"


def test_a_sweep_is_a_run_for_each_a_table_and_a_picture(tmp_path: Path) -> None:
    write_dateline(tmp_path / "small")
    write_sweep(tmp_path, 'dataset = "small"\n[grid]\nrerank_depth = [0, 4]\n')
    args = ("eval", "sweep", "depths.toml", "--cache", "cache")
    done = dateline(*args, cwd=tmp_path)
    assert done.code == 0, done.err
    assert "rerank_depth" in done.out
    ElementTree.parse(tmp_path / "runs" / "depths" / SWEEP_PICTURE)
    folders = [tmp_path / "runs" / "depths" / f"rerank_depth={depth}" for depth in (0, 4)]
    written = [(folder / SUMMARY_FILE).stat().st_mtime_ns for folder in folders]
    assert len(list((tmp_path / "cache" / "indexes").iterdir())) == 1, "reranking needs no other index"
    again = dateline(*args, "--json", cwd=tmp_path)
    assert [point["values"] for point in json.loads(again.out)] == [{"rerank_depth": 0}, {"rerank_depth": 4}]
    assert [(folder / SUMMARY_FILE).stat().st_mtime_ns for folder in folders] == written, "what is finished is kept"
    assert_one_line(dateline("eval", "sweep", "none.toml", cwd=tmp_path), 2, "none.toml")
