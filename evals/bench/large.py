"""How a large library searches: `python -m evals.bench.large FOLDER --passages 10000 --passages 1000000 --out DIR`.

FOLDER holds corpus.jsonl (id, title, text) and queries.jsonl (id, question). Each size is measured in a process of its
own; DIR gets a row of JSON a size, the table as Markdown, and how figures grow as a plot. `--database ADDRESS` has
each made there too, in a schema of its own, which stays.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from evals.bench.growth import Figures, draw_growth
from evals.bench.synthetic_library import (
    RARE_SOURCE,
    RAREST_LANGUAGE,
    Pattern,
    fill_library,
    make_pattern,
    read_vectors,
)
from evals.lines import read_jsonl
from index import NO_FILTERS, Address, DatelineError, Filters, Library, Place, read_address, read_place, set_up_process

_K = 10
_QUESTIONS = 100
_WRITES = 7
_CLIENTS = 20
FOLDER = "a folder"
_ADDED = 1_000  # articles in one go
FILTERS: Mapping[str, Filters] = {
    "all": NO_FILTERS,
    "10%": Filters(after=date(2020, 1, 1), before=date(2020, 12, 31)),
    "1%": Filters(sources=(RARE_SOURCE[0],)),
    "0.1%": Filters(languages=(RAREST_LANGUAGE[0],)),
}
Row = dict[str, Any]


def build(place: Place, pattern: Pattern, passages: int) -> Row:
    """Make the library, and its indexes; seconds of each part. Raises DatelineError where there is one."""
    with Library.open(place, create=True) as library:
        if library.status().articles:
            raise DatelineError(f"{place} has articles already. Name another database.")
        stored = _time(lambda: fill_library(library, pattern, passages))
        text = _time(library._indexes.catch_up)
        vectors = _time(lambda: library.search("load", mode="dense", rerank=False))
        library._indexes.save()
        trained = _time(library._backend.wait)
        return {
            "passages": library.status().passages,
            "articles": library.status().articles,
            "index": library.status().vector_search,
            "stored_s": stored,
            "full_text_s": text,
            "vectors_s": vectors,
            "trained_s": trained,
            "kept_in": "PostgreSQL" if isinstance(place, Address) else FOLDER,
            "disk_mb": _measure_disk(library),
        }


def _measure_disk(library: Library) -> dict[str, float]:
    """MB of each part that lies by itself."""
    if isinstance(library.place, Address):
        return {"tables": library.status().size_bytes / 1e6}
    return {part: _size(library.place, part) for part in ("dateline.db", "vectors", "lexical")}


def measure(place: Place, questions: Sequence[str], began: float) -> Row:
    """What one process takes: until its first answer, for each question, with filters, for writing an article."""
    with Library.open(place) as library:
        library.search(questions[0], limit=_K, rerank=False)
        row: Row = {"first_answer_s": time.time() - began, "memory_mb": {"first answer": _memory()}}
        for name, filters in FILTERS.items():
            row[name] = _ask_all(library, questions, filters)
        row["memory_mb"]["questions"] = _memory()
        row["at_once_ms"], row["at_once_a_second"] = _ask_at_once(library, questions)
        written = [_write(library, number) for number in range(_WRITES)]
        row["write_s"], row["write_cpu_s"] = (statistics.median(times) for times in zip(*written, strict=True))
        library.remove_all([f"written-{number}" for number in range(_WRITES)])
        computed = time.process_time()
        row["add_s"] = _time(lambda: library.add(_make_articles(_ADDED)))
        row["add_cpu_s"] = time.process_time() - computed
        library.remove_all([f"added-{number}" for number in range(_ADDED)])
    return row


def _ask_all(library: Library, questions: Sequence[str], filters: Filters) -> Row:
    """Milliseconds of hybrid search, of its stages, and the passages that vector search finds for each question."""
    library.search(questions[0], limit=_K, rerank=False, filters=filters)
    whole, cpu, vectors_cpu, stages, found = [], [], [], [], []
    for question in questions:
        seconds: dict[str, float] = {}
        start, computed = time.perf_counter(), time.process_time()
        library.search(question, limit=_K, rerank=False, filters=filters, seconds=seconds)
        whole.append(time.perf_counter() - start)
        cpu.append(time.process_time() - computed)
        stages.append(seconds)
        with library._indexes.snapshot() as snapshot:
            allowed = library._indexes.find_allowed(filters) if filters else None
            query = library.embedder.embed_query(question)
            computed = time.process_time()
            found.append([number for number, _ in snapshot.vectors.search(query, _K, allowed)])
            vectors_cpu.append(time.process_time() - computed)
    return {
        "hybrid_ms": _percentiles(whole),
        "hybrid_cpu_ms": _percentiles(cpu),
        "vectors_cpu_ms": _percentiles(vectors_cpu),
        "stages_ms": {name: _percentiles([stage[name] for stage in stages])[0] for name in stages[0]},
        "found": found,
    }


def _ask_at_once(library: Library, questions: Sequence[str]) -> tuple[tuple[float, float], float]:
    """Milliseconds of hybrid search while 20 clients ask, and how many are answered in a second."""
    with ThreadPoolExecutor(_CLIENTS) as clients:
        began = time.perf_counter()
        taken = list(
            clients.map(lambda q: _time(lambda: library.search(q, limit=_K, rerank=False)), list(questions) * 3)
        )
        return _percentiles(taken), len(taken) / (time.perf_counter() - began)


def _write(library: Library, number: int) -> tuple[float, float]:
    """Seconds that writing an article takes, and seconds of computing."""
    text = f"The bridge number {number} over the Quvex river opened on Monday. It cost {number} million euros. " * 5
    computed = time.process_time()
    taken = _time(lambda: library.add([{"id": f"written-{number}", "title": f"Bridge {number}", "text": text}]))
    return taken, time.process_time() - computed


def _make_articles(count: int) -> Iterator[dict[str, str]]:
    """So many short articles of words that are no copies of one another."""
    chance = random.Random(0)  # noqa: S311 (no secret)
    words = [
        f"{a}{b}" for a in ("har", "vol", "sen", "mar", "tol", "bri") for b in ("bour", "cano", "ate", "ket", "dge")
    ]
    for number in range(count):
        text = " ".join(chance.choice(words) for _ in range(60))
        yield {"id": f"added-{number}", "title": f"Report {number}", "text": f"{text.capitalize()}."}


def find_best(place: Place, questions: Sequence[str]) -> dict[str, list[list[int]]]:
    """For each filter and question, the passages nearest to it: all vectors are compared."""
    with Library.open(place) as library:
        queries = np.stack([library.embedder.embed_query(question) for question in questions])
        allowed = {name: np.array(library._indexes.find_allowed(filters)) for name, filters in FILTERS.items()}
        best = {name: (np.full((len(queries), _K), -2.0), np.zeros((len(queries), _K), int)) for name in FILTERS}
        for numbers, vectors in read_vectors(library):
            scores = queries @ vectors.T
            for name, (high, which) in best.items():
                inside = np.isin(numbers, allowed[name])
                together = np.hstack([high, scores[:, inside]])
                known = np.hstack([which, np.tile(np.array(numbers)[inside], (len(queries), 1))])
                order = np.argsort(-together, axis=1)[:, :_K]
                best[name] = np.take_along_axis(together, order, 1), np.take_along_axis(known, order, 1)
    return {name: which.tolist() for name, (_, which) in best.items()}


def _recall(found: Sequence[Sequence[int]], best: Sequence[Sequence[int]]) -> float:
    wanted = [{number for number in numbers if number} for numbers in best]
    return sum(len(w & set(f)) for w, f in zip(wanted, found, strict=True)) / sum(map(len, wanted))


def read_questions(corpus: Path) -> list[str]:
    """The first hundred questions that are asked."""
    return [str(row.values["question"]) for row in islice(read_jsonl(corpus / "queries.jsonl"), _QUESTIONS)]


def bench_large(corpus: Path, sizes: Sequence[int], out: Path, database: Address | None = None) -> list[Row]:
    """Measure each size, the smallest first, in a folder and in the database, and write what was found after each."""
    questions = read_questions(corpus)
    with tempfile.TemporaryDirectory(prefix="dateline-large-") as made:
        pattern = make_pattern(Path(made), (row.values for row in read_jsonl(corpus / "corpus.jsonl")))
    rows: list[Row] = []
    for size in sorted(sizes):
        folder = out / f"library-{size}"
        shutil.rmtree(folder, ignore_errors=True)
        for place in (folder, database.with_schema(f"large_{size}") if database else None):
            if place is not None:
                rows.append(_bench(corpus, place, pattern, size, questions))
                (out / "large.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
                (out / "large.md").write_text(draw_table(rows), encoding="utf-8")
        draw_growth([row for row in rows if row["kept_in"] == FOLDER], out / "large.svg", _FIGURES, "passages")
        shutil.rmtree(folder)
    return rows


def _bench(corpus: Path, place: Place, pattern: Pattern, size: int, questions: Sequence[str]) -> Row:
    row = build(place, pattern, size)
    best = find_best(place, questions)
    command = [sys.executable, "-m", "evals.bench.large", str(corpus), "--measure", str(place)]
    done = subprocess.run(  # noqa: S603 (our own file)
        [*command, "--began", str(time.time())], check=True, stdout=subprocess.PIPE
    )
    row.update(json.loads(done.stdout))
    for name in FILTERS:
        row[name]["recall"] = _recall(row[name].pop("found"), best[name])
    return row


_LINES: Mapping[str, Callable[[Row], str]] = {
    "vector index": lambda row: row["index"].partition(", ")[0],
    "vector search, ms (p50)": lambda row: f"{row['all']['stages_ms']['vectors']:.1f}",
    "vector search, ms of computing": lambda row: f"{row['all']['vectors_cpu_ms'][0]:.1f}",
    "its recall@10": lambda row: f"{row['all']['recall']:.3f}",
    "full text, ms (p50)": lambda row: f"{row['all']['stages_ms']['full text']:.1f}",
    "hybrid search without reranking, ms (p50, p95)": lambda row: _show(row["all"]["hybrid_ms"]),
    "hybrid search, ms of computing (p50, p95)": lambda row: _show(row["all"]["hybrid_cpu_ms"]),
    "a filter of 10%, ms (p50, p95); recall@10": lambda row: _show_filter(row["10%"]),
    "a filter of 1%": lambda row: _show_filter(row["1%"]),
    "a filter of 0.1%": lambda row: _show_filter(row["0.1%"]),
    "start to first answer, s": lambda row: f"{row['first_answer_s']:.2f}",
    "memory after it, after all questions, MiB": lambda row: " / ".join(f"{v:,.0f}" for v in row["memory_mb"].values()),
    "20 clients at once, ms (p50, p95); answers a second": lambda row: (
        f"{_show(row['at_once_ms'])}; {row['at_once_a_second']:.0f}"
    ),
    "database, vectors, full text on disk, MB": lambda row: " / ".join(f"{v:,.0f}" for v in row["disk_mb"].values()),
    "writing one article, s; s of computing": lambda row: f"{row['write_s']:.2f}; {row['write_cpu_s']:.2f}",
    f"adding {_ADDED:,} short articles, s; s of computing": lambda row: f"{row['add_s']:.1f}; {row['add_cpu_s']:.1f}",
    "rows, full text, vectors, training: made in s": lambda row: (
        f"{row['stored_s']:.0f} / {row['full_text_s']:.0f} / {row['vectors_s']:.0f} / {row['trained_s']:.0f}"
    ),
}


# Of computing where others may use the machine too.
_FIGURES: Figures = {
    "vector search": lambda row: row["all"]["vectors_cpu_ms"][0],
    "hybrid search": lambda row: row["all"]["hybrid_cpu_ms"][0],
    f"adding {_ADDED:,} articles": lambda row: row["add_cpu_s"],
    "memory": lambda row: row["memory_mb"]["questions"],
}


def draw_table(rows: Sequence[Row]) -> str:
    """The figures as a table in Markdown, a column for each size."""
    counts = " | ".join(f"{row['passages']:,} in {row['kept_in']}" for row in rows)
    lines = [f"| passages | {counts} |", f"| --- |{' --- |' * len(rows)}"]
    lines += [f"| {name} | {' | '.join(show(row) for row in rows)} |" for name, show in _LINES.items()]
    return "\n".join(lines) + "\n"


def _show_filter(row: Row) -> str:
    return f"{_show(row['hybrid_ms'])}; {row['recall']:.3f}"


def _show(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.1f}" for value in values)


def _time(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """Milliseconds at the median, and at 95%."""
    return float(np.percentile(seconds, 50) * 1000), float(np.percentile(seconds, 95) * 1000)


def _size(folder: Path, part: str) -> float:
    """MB of a file, or of all in a folder."""
    files = [folder / part, *(folder / part).rglob("*")]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def _memory() -> float:
    """MiB that this process has resident now."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def main() -> None:
    """Measure what the command names."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.large", description=__doc__)
    parser.add_argument("corpus", type=Path, metavar="FOLDER")
    parser.add_argument("--passages", type=int, action="append", default=[])
    parser.add_argument("--out", type=Path, default=Path("runs/large"))
    parser.add_argument("--database", type=read_address, metavar="ADDRESS")
    parser.add_argument("--measure", type=read_place, help=argparse.SUPPRESS)
    parser.add_argument("--began", type=float, default=time.time(), help=argparse.SUPPRESS)
    given = parser.parse_args()
    set_up_process()
    if given.measure:
        print(json.dumps(measure(given.measure, read_questions(given.corpus), given.began)))  # noqa: T201
        return
    given.out.mkdir(parents=True, exist_ok=True)
    bench_large(given.corpus, given.passages or [10_000, 100_000, 1_000_000], given.out, given.database)
    print((given.out / "large.md").read_text(encoding="utf-8"))  # noqa: T201


if __name__ == "__main__":
    main()
