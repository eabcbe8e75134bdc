"""`dateline eval bench`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ui.options import json_option, print_json

_MODES = ("dense", "hybrid")


@click.command(short_help="Measure speed, memory and rankings on a corpus.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", required=True, help="Folder for dense.json, hybrid.json."
)
@click.option(
    "--mode", "modes", type=click.Choice(_MODES), multiple=True, help="Measure this one alone. Default: both."
)
@json_option
def bench(folder: Path, out: Path, modes: Sequence[str], json: bool) -> None:
    """Build an index of FOLDER's corpus.jsonl and ask its queries.jsonl, in processes of their own.

    `dense` is all-MiniLM-L6-v2 and vectors alone, as other systems are measured; `hybrid` is Dateline's defaults.
    Each gives one JSON file with build and query times, memory, cold start and rankings.
    """
    from evals.bench import MODES, bench_corpus

    results = []
    for mode in modes or _MODES:
        click.echo(f"{mode}: {MODES[mode]}", err=True)
        result = bench_corpus(folder, mode, out)
        results.append({name: value for name, value in result.items() if name not in ("rankings", "contexts")})
        if not json:
            query, size = result["query_ms"], result["index_bytes"] / 1e6
            click.echo(f"  build {result['build_s']:.1f} s, {result['chunks']} passages, {size:.1f} MB on disk")
            click.echo(f"  query {query['p50']:.1f} ms (p50), {query['p95']:.1f} ms (p95)")
            click.echo(f"  cold start {result['cold_start_s']:.2f} s, memory {result['peak_rss_mb']:.0f} MiB at most")
            click.echo(f"  written to {out / mode}.json")
    if json:
        print_json(results)


COMMANDS = (bench,)
