"""`dateline eval bench`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from ui.cli.options import json_option, print_json

_MODES = ("dense", "hybrid")


@click.command(short_help="Measure speed, memory and rankings on a corpus.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", required=True, help="Folder for dense.json, hybrid.json."
)
@click.option(
    "--mode", "modes", type=click.Choice(_MODES), multiple=True, help="Measure this one alone. Default: both."
)
@click.option(
    "--passages",
    "sizes",
    type=click.IntRange(min=1),
    multiple=True,
    metavar="N",
    help="Measure a corpus of N passages; give it several times to see how Dateline grows.",
)
@json_option
def bench(folder: Path, out: Path, modes: Sequence[str], sizes: Sequence[int], json: bool) -> None:
    """Build an index of FOLDER's corpus.jsonl and ask its queries.jsonl, in processes of their own.

    `dense` is all-MiniLM-L6-v2 and vectors alone, as other systems are measured; `hybrid` is Dateline's defaults.
    Each gives one JSON file with build and query times, memory, cold start and rankings. With --passages, the corpus
    is cut there, or comes again with other words, and each mode also gives growth-MODE.svg.
    """
    from evals import BENCH_MODES, bench_corpus

    results = []
    for mode in modes or _MODES:
        click.echo(f"{mode}: {BENCH_MODES[mode]}", err=True)
        if sizes:
            from evals import bench_growth, draw_growth

            rows = []
            for row in bench_growth(folder, mode, sizes, out):
                rows.append(row)
                _print_row(row, json)
            draw_growth(rows, out / f"growth-{mode}.svg")
        else:
            rows = [bench_corpus(folder, mode, out)]
            _print_row(rows[0], json)
        results += [{name: row[name] for name in row if name not in ("rankings", "contexts")} for row in rows]
    if json:
        print_json(results)
    else:
        click.echo(f"Written to {out}")


def _print_row(row: Mapping[str, Any], json: bool) -> None:
    if json:
        return
    query, size = row["query_ms"], row["index_bytes"] / 1e6
    click.echo(f"  build {row['build_s']:.1f} s, {row['chunks']} passages, {size:.1f} MB on disk")
    click.echo(f"  query {query['p50']:.1f} ms (p50), {query['p95']:.1f} ms (p95)")
    click.echo(f"  cold start {row['cold_start_s']:.2f} s, memory {row['peak_rss_mb']:.0f} MiB at most")
    click.echo(f"  embedding, as one matrix product, would take {row['share_of_limit']:.0%} of the build")


COMMANDS = (bench,)
