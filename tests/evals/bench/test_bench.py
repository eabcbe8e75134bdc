"""`eval bench` in real processes, checked by the scorer that it is made for."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from evals.bench import speed
from index import DatelineError
from tests.conftest import ROOT

SCORER = ROOT.parent / "shared" / "peers" / "score.py"
TOWNS = "Arlit Bilma Dosso Filingué Gaya Iférouane Kollo Maradi Niamey Say Téra Zinder".split()


def write_corpus(folder: Path) -> Path:
    folder.mkdir()
    corpus = [
        {"id": f"a{n}", "title": f"Market day in {town}", "text": f"The market\u2028of {town} opened. " * 9}
        for n, town in enumerate(TOWNS)
    ]
    queries: list[dict[str, Any]] = [
        {"id": f"q{n}", "question": f"Which market opened in {town}?", "answers": [town], "relevant": [f"a{n}"]}
        for n, town in enumerate(TOWNS[:7])
    ]
    for name, rows in (("corpus", corpus), ("queries", queries)):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder


def load_scorer() -> ModuleType:
    if not SCORER.is_file():
        pytest.skip("../shared/peers is not there")
    sys.path.insert(0, str(SCORER.parent))
    try:
        spec = importlib.util.spec_from_file_location("peers_score", SCORER)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(SCORER.parent))
    return module


@pytest.fixture(scope="module")
def benched(tmp_path_factory: pytest.TempPathFactory, run_models: None) -> tuple[Path, Path]:
    """A corpus, and the folder with a row for each mode."""
    folder = write_corpus(tmp_path_factory.mktemp("bench") / "corpus")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(speed, "_COLD_STARTS", 1)
        for mode in ("dense", "hybrid"):
            speed.bench_corpus(folder, mode, folder.parent / "out")
    return folder, folder.parent / "out"


@pytest.mark.parametrize("mode", ["dense", "hybrid"])
def test_the_scorer_takes_a_row(benched: tuple[Path, Path], mode: str) -> None:
    scorer = load_scorer()
    folder, out = benched
    result = json.loads((out / f"{mode}.json").read_text(encoding="utf-8"))
    queries = scorer.read_jsonl(folder / "queries.jsonl")
    assert scorer.check(result, queries, {row["id"] for row in scorer.read_jsonl(folder / "corpus.jsonl")}) == []
    assert result["queries_sha256"] == scorer.sha256(folder / "queries.jsonl")
    means, _ = scorer.quality(result, queries)
    assert means["MRR@10"] == 1.0


def test_a_row_holds_what_was_measured_and_no_index_stays(benched: tuple[Path, Path]) -> None:
    _, out = benched
    assert sorted(path.name for path in out.iterdir()) == ["dense.json", "hybrid.json"]
    for path in out.iterdir():
        row = json.loads(path.read_text(encoding="utf-8"))
        assert (row["articles"], len(row["rankings"]), row["k"]) == (12, 7, 10)
        assert all(len(ids) == 10 for ids in row["rankings"].values())
        assert row["query_ms"]["p50"] <= row["query_ms"]["p95"]
        assert min(row["import_s"], row["cold_start_s"], row["build_s"]) > 0
        assert row["peak_rss_mb"] > 50
        assert len(row["cold_all_s"]) == 1
        assert row["multiply_adds"] > 12 * 6 * 12 * 384**2  # six layers at least, and more than 12 tokens
        assert row["share_of_limit"] > 0


@pytest.mark.parametrize("text", ["{}\n", "[]\n", "{\n", '{"id": [], "question": "x"}\n', ""])
def test_a_row_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "queries.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DatelineError, match="line 1" if text else "empty"):
        speed.check_rows(file, ("id", "question"))


def test_a_folder_without_a_corpus_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match=r"corpus\.jsonl can't be read"):
        speed.bench_corpus(tmp_path, "dense", tmp_path / "out")
