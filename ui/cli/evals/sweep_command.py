"""`dateline eval sweep`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.cli.evals.options import cache_option, concurrency_option, max_cost_option, remove_evidence_option
from ui.cli.options import json_option, print_json

if TYPE_CHECKING:
    from evals import Interval, RunOptions, Sweep, SweepPoint


@click.command(short_help="Run a grid of settings, and compare what they give and cost.")
@click.argument("sweep", type=click.Path(path_type=Path), metavar="SWEEP.toml")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder for the runs. Default: runs/SWEEP.")
@remove_evidence_option
@concurrency_option
@max_cost_option
@cache_option
@json_option
def sweep(
    sweep: Path,
    out: Path | None,
    remove_evidence: bool,
    concurrency: int,
    max_cost: float | None,
    cache: Path | None,
    json: bool,
) -> None:
    """Make a run for each combination of the settings in SWEEP.toml, a table of them, and a picture.

    \b
    dataset = "seeds"
    measure = "ndcg@10"            # what the picture shows against milliseconds
    [settings]                     # the same in every run
    passages = 8
    [grid]                         # every combination of these
    rerank_depth = [0, 8, 20]
    passage_words = [40, 60]

    A sweep that was stopped goes on when the command is given again. --max-cost holds for each run.
    """
    from evals import SWEEP_PICTURE, RunOptions, draw_sweep, find_cache, read_sweep

    described = read_sweep(sweep)
    folder = out or Path("runs", sweep.stem)
    points = _make_runs(
        described, sweep, folder, RunOptions(cache or find_cache(), remove_evidence, concurrency, max_cost)
    )
    draw_sweep(points, described.measure, folder / SWEEP_PICTURE)
    if json:
        print_json([{**_to_dict(point), "run": str(point.run.path)} for point in points])
        return
    _print_points(points, described.measure)
    click.echo(f"Picture in {folder / SWEEP_PICTURE}")


def _make_runs(described: Sweep, path: Path, folder: Path, options: RunOptions) -> list[SweepPoint]:
    """Make each run, and say on stderr when it is done."""
    from evals import expand_grid, load_dataset, run_sweep
    from ui.cli.progress import track

    total = len(expand_grid(described, path))
    dataset = load_dataset(described.dataset)
    for note in dataset.notes:
        click.echo(f"{dataset.name}: {note}", err=True)
    points = []
    for point in run_sweep(described, path, dataset, folder, options, track):
        points.append(point)
        click.echo(f"{len(points)} of {total}: {point.run.path}", err=True)
    return points


def _to_dict(point: SweepPoint) -> dict[str, object]:
    from evals import interval_to_json

    return {
        "values": point.values,
        "milliseconds": point.milliseconds,
        "measures": {name: interval_to_json(found) for name, found in point.run.summary.measures.items()},
        "errors": point.run.summary.errors,
    }


def _print_points(points: Sequence[SweepPoint], measure: str) -> None:
    from evals import find_best_points, list_measures

    best = find_best_points(points, measure)
    shown = [measure, *(m.name for m in list_measures() if m.in_sweeps and m.name != measure)]
    rows = [[*points[0].values, *shown, "ms", ""]]
    for point in points:
        measures = point.run.summary.measures
        figures = [*(_show(measures.get(name)) for name in shown), f"{point.milliseconds:.0f}"]
        rows.append([*map(str, point.values.values()), *figures, "best" if point in best else ""])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        line = "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        click.secho(line, bold=number == 0)
    click.echo("\nbest: no other run is both better and quicker")


def _show(found: Interval | None) -> str:
    return "–" if found is None or found.mean is None else f"{found.mean:.3f}"


COMMANDS = (sweep,)
