"""One measured process of `eval bench`: builds an index and asks every question, opens one and asks the first, or
tells what embedding it needs at least.

Run by `evals.bench.speed` as `python -m evals.bench.bench_process JOB.json`. Nothing of Dateline is imported at the
top, so that importing it is timed.
"""

from __future__ import annotations

import json
import platform
import resource
import statistics
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index import Library

_WARMUPS = 5  # questions asked before the clock counts
_PASSAGES_FOR_AN_ARTICLE = 5  # asked for at first; twice as many until there are `k` articles
_CONTEXT_WORDS = 400
_MINILM = "sentence-transformers/all-MiniLM-L6-v2"  # what the systems compared with use
JsonRow = Mapping[str, Any]


class Stopwatch:
    """Seconds by the clock, and seconds of this process's CPU."""

    def __enter__(self) -> Stopwatch:
        self._start, self._cpu_start = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall, self.cpu = time.perf_counter() - self._start, time.process_time() - self._cpu_start


def measure_corpus(
    corpus: Sequence[JsonRow], queries: Sequence[JsonRow], folder: Path, mode: str, k: int
) -> dict[str, Any]:
    """Build an index in `folder` and ask every question; the keys of result.json that one process can tell."""
    with Stopwatch() as importing:
        import index  # noqa: F401
    with Stopwatch() as loading:
        library = _open(folder, mode, create=True)
        library.search("load", limit=1)
    with library:
        with Stopwatch() as building:
            library.add({name: a.get(name) for name in ("id", "title", "text", "url")} for a in corpus)
            library.search("load", limit=1)
        passages = library.status().passages
        for query in queries[:_WARMUPS]:
            _rank(library, query["question"], mode, k, passages)
        with Stopwatch() as querying:
            asked = _ask_all(library, queries, mode, k, passages)
    return {
        "k": k,
        "articles": len(corpus),
        "chunks": passages,
        "import_s": importing.wall,
        "model_load_s": loading.wall,
        "build_s": building.wall,
        "build_cpu_s": building.cpu,
        "index_bytes": sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()),
        "query_ms": asked["query_ms"],
        "query_cpu_ms": querying.cpu * 1000 / len(queries),
        "queries_deepened": asked["queries_deepened"],
        "peak_rss_mb": _peak_memory(),
        "python": platform.python_version(),
        "rankings": asked["rankings"],
        "contexts": asked["contexts"],
    }


def _ask_all(library: Library, queries: Sequence[JsonRow], mode: str, k: int, passages: int) -> dict[str, Any]:
    """Rank for every question, each timed by itself."""
    rankings, contexts, milliseconds, deepened = {}, {}, [], 0
    for query in queries:
        start = time.perf_counter()
        ranking, depth, context = _rank(library, query["question"], mode, k, passages)
        milliseconds.append((time.perf_counter() - start) * 1000)
        rankings[query["id"]], contexts[query["id"]] = ranking, context
        deepened += depth > k * _PASSAGES_FOR_AN_ARTICLE
    times = {
        "p50": statistics.median(milliseconds),
        "p95": _percentile_95(milliseconds),
        "mean": statistics.fmean(milliseconds),
    }
    return {"query_ms": times, "queries_deepened": deepened, "rankings": rankings, "contexts": contexts}


def ask_first(queries: Sequence[JsonRow], folder: Path, mode: str, k: int) -> list[str]:
    """Open the index in `folder` and rank for the first question: what a cold start does."""
    with _open(folder, mode, create=False) as library:
        return _rank(library, queries[0]["question"], mode, k, library.status().passages)[0]


def measure_limit(folder: Path, mode: str) -> dict[str, Any]:
    """What embedding the index in `folder` takes, and how fast this machine multiplies."""
    from evals.bench.limit import count_multiply_adds, time_matrix_product
    from index import embedded_text, find_model

    with _open(folder, mode, create=False) as library:
        texts = (embedded_text(a, p.text) for a in library.articles() for p in library.passages(a))
        count = count_multiply_adds(find_model(library.embedder.name).folder, texts)
    return {"multiply_adds": count, "matrix_product_per_s": time_matrix_product()}


def _open(folder: Path, mode: str, *, create: bool) -> Library:
    from index import IndexSettings, Library, set_up_process

    set_up_process()
    settings = IndexSettings(embedder=_MINILM) if mode == "dense" else IndexSettings()
    return Library.open(folder, create=create, settings=settings)


def _rank(library: Library, question: str, mode: str, k: int, passages: int) -> tuple[list[str], int, str]:
    """At most `k` articles by their best passage, how many passages that took, and the words read first."""
    depth = min(k * _PASSAGES_FOR_AN_ARTICLE, passages)
    while True:
        dense = mode == "dense"
        hits = library.search(question, limit=depth, mode="dense" if dense else "hybrid", rerank=not dense)
        ids = list(dict.fromkeys(hit.article.id for hit in hits))
        if len(ids) >= k or depth >= passages:
            return ids[:k], depth, _first_words(hit.passage.text for hit in hits)
        depth = min(depth * 2, passages)


def _first_words(texts: Iterable[str]) -> str:
    words: list[str] = []
    for text in texts:
        words += text.split()
        if len(words) >= _CONTEXT_WORDS:
            break
    return " ".join(words[:_CONTEXT_WORDS])


def _percentile_95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[18] if len(values) > 1 else values[0]


def _peak_memory() -> float:
    """MiB of resident memory at most; the system counts in KiB, on macOS in bytes."""
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _read(path: str) -> list[JsonRow]:
    with Path(path).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def main() -> None:
    """Do the job that the file describes, and write what was measured where it says."""
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    queries, folder = _read(job["queries"]), Path(job["index"])
    found: Any
    match job["step"]:
        case "measure":
            found = measure_corpus(_read(job["corpus"]), queries, folder, job["mode"], job["k"])
        case "ask first":
            found = ask_first(queries, folder, job["mode"], job["k"])
        case "limit":
            found = measure_limit(folder, job["mode"])
    Path(job["out"]).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
