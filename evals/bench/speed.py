"""What Dateline costs and finds on a corpus, measured in processes of its own.

The result has the keys of result.json, schema 2, by which retrieval systems on one corpus are compared.
"""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.lines import get_text, naming, read_jsonl
from index import DatelineError, hash_file

BENCH_MODES = {
    "dense": "all-MiniLM-L6-v2, vectors only, no reranking; passages of about 60 words",
    "hybrid": "the defaults: bge-small, vectors and BM25 fused by rank, the first read by a cross-encoder",
}
_K = 10
_COLD_STARTS = 3
_PACKAGES = ("dateline", "faiss-cpu", "tantivy", "onnxruntime")


def bench_corpus(folder: Path, mode: str, out: Path) -> dict[str, Any]:
    """Measure one mode on `folder`, which holds corpus.jsonl (id, title, text) and queries.jsonl (id, question).

    Writes `out`/MODE.json and returns it: seconds, milliseconds a query, MiB of memory, rankings and contexts.
    `share_of_limit` is the time that the model's multiply-adds would take as one float32 matrix product, over the time
    that the build took.
    Raises DatelineError where a file is missing or a measured process fails.
    """
    corpus, queries = folder / "corpus.jsonl", folder / "queries.jsonl"
    check_rows(corpus, ("id", "title", "text"))
    check_rows(queries, ("id", "question"))
    out.mkdir(parents=True, exist_ok=True)
    index = out / f"{mode}.index"
    shutil.rmtree(index, ignore_errors=True)
    job = {"corpus": str(corpus), "queries": str(queries), "index": str(index), "mode": mode, "k": _K}
    measured = _run_process({**job, "step": "measure"})
    seconds = _time_cold_starts(job, measured["rankings"])
    limit = _run_process({**job, "step": "limit"})
    result = {
        "schema": 2,
        "system": "dateline",
        "mode": mode,
        "kind": "ours",
        "corpus_sha256": hash_file(corpus),
        "queries_sha256": hash_file(queries),
        **measured,
        "cold_start_s": statistics.median(seconds),
        "cold_all_s": seconds,
        "cold_same_ranking": True,
        "persists": "yes",
        **limit,
        "share_of_limit": limit["multiply_adds"] / limit["matrix_product_per_s"] / measured["build_s"],
        "defaults": BENCH_MODES[mode],
        "versions": {name: importlib.metadata.version(name) for name in _PACKAGES},
    }
    (out / f"{mode}.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    shutil.rmtree(index)
    return result


def _time_cold_starts(job: Mapping[str, Any], rankings: Mapping[str, Sequence[str]]) -> list[float]:
    """Seconds from the start of a process to its first ranking, which must be the one of before."""
    seconds, first = [], next(iter(rankings))
    for _ in range(_COLD_STARTS):
        start = time.perf_counter()
        ranking = _run_process({**job, "step": "ask first"})
        seconds.append(time.perf_counter() - start)
        if ranking != rankings[first]:
            raise DatelineError(
                f"the index in {job['index']} ranks question {first} otherwise once it is opened again."
            )
    return seconds


def check_rows(path: Path, names: Sequence[str]) -> None:
    """Raise DatelineError that names the line where a row lacks one of `names`, or where there is no row."""
    count = 0
    for row in read_jsonl(path):
        count += 1
        with naming(row.place):
            for name in names:
                get_text(row.values, name)
    if not count:
        raise DatelineError(f"{path} is empty. Name a folder with corpus.jsonl and queries.jsonl.")


def _run_process(job: dict[str, Any]) -> Any:
    """Run `evals.bench.bench_process` on a job in a process of its own, and return what it measured."""
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        written, out = Path(folder, "job.json"), Path(folder, "measured.json")
        written.write_text(json.dumps({**job, "out": str(out)}), encoding="utf-8")
        command = [sys.executable, "-m", "evals.bench.bench_process", str(written)]
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 (our own file)
        if done.returncode:
            last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            why = last.rpartition("Error: ")[2] or f"exit code {done.returncode}"
            raise DatelineError(f"the measured process failed: {why}")
        return json.loads(out.read_text(encoding="utf-8"))
