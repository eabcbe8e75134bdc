"""How Dateline grows: the same measurements on ever more passages."""

from __future__ import annotations

import json
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.bench.speed import bench_corpus, check_rows
from evals.lines import read_jsonl
from evals.report.charts import Chart, Data, draw_svg
from index import IndexSettings, make_article, split_passages

_CHANGED = 3  # one word in so many is another one, once the corpus has run out
Figures = Mapping[str, Callable[[Mapping[str, Any]], float]]
FIGURES: Figures = {
    "build": lambda row: row["build_s"] / row["chunks"],
    "query": lambda row: row["query_ms"]["p50"],
    "cold start": lambda row: row["cold_start_s"],
    "memory": lambda row: row["peak_rss_mb"],
}


def bench_growth(folder: Path, mode: str, sizes: Sequence[int], out: Path) -> Iterator[dict[str, Any]]:
    """Measure one mode at about as many passages as each of `sizes`, the smallest first; give each row.

    Where the corpus in `folder` runs out, it comes again with other words. Writes `out`/growth-SIZE/MODE.json.
    Raises DatelineError as `bench_corpus` does.
    """
    check_rows(folder / "corpus.jsonl", ("id", "title", "text"))
    articles = [row.values for row in read_jsonl(folder / "corpus.jsonl")]
    for size in sorted(sizes):
        with tempfile.TemporaryDirectory(prefix="dateline-growth-") as made:
            with Path(made, "corpus.jsonl").open("w", encoding="utf-8") as lines:
                lines.writelines(json.dumps(row) + "\n" for row in repeat_articles(articles, size))
            shutil.copy(folder / "queries.jsonl", made)
            yield bench_corpus(Path(made), mode, out / f"growth-{size}")


def repeat_articles(articles: Sequence[Mapping[str, Any]], passages: int, seed: int = 0) -> Iterator[dict[str, str]]:
    """Give articles until they have `passages` passages, from the second round on with a third of the words changed.

    The other words are those of all articles, as often as they stand there.
    """
    vocabulary = [word for article in articles for word in article["text"].split()]
    size = IndexSettings().passage_words
    chance = random.Random(seed)  # noqa: S311 (no secret)
    count, again = 0, 0
    while True:
        for article in articles:
            text = str(article["text"])
            if again:
                words = text.split()
                text = " ".join(w if chance.randrange(_CHANGED) else chance.choice(vocabulary) for w in words)
            row = {"id": f"{article['id']}-{again}", "title": article["title"], "text": text}
            count += len(split_passages(make_article(**row), size))
            yield row
            if count >= passages:
                return
        again += 1


def draw_growth(
    rows: Sequence[Mapping[str, Any]], path: Path, figures: Figures = FIGURES, passages: str = "chunks"
) -> None:
    """Write how each figure grows, as times what it is at the first row, as an SVG. `passages` names their number."""
    lines = []
    for colour, (name, read) in enumerate(figures.items()):
        points = [(float(row[passages]), read(row) / read(rows[0])) for row in rows]
        lines.append(Data(colour, points, sizes=[0.1] * len(points), label=name))
    heights = [y for line in lines for _, y in line.points]
    chart = Chart(
        "Growth",
        "",
        "passages",
        f"times the value at {rows[0][passages]:,}",
        lines,
        (float(rows[0][passages]), float(rows[-1][passages])),
        (0.0, max(heights)),
        log_x=True,
    )
    path.write_text(draw_svg(chart) + "\n", encoding="utf-8")
