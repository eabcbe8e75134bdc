"""`dateline eval sweep`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.cli.evals.options import cache_option, concurrency_option, max_cost_option, remove_evidence_option
from ui.cli.options import json_option, print_json

if TYPE_CHECKING:
    from evals import SweepPoint

_SHOWN = ("ndcg@10", "recall@10", "answer_inclusion", "citation_precision", "refusal_f1")


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
    from evals import (
        SWEEP_PICTURE,
        RunOptions,
        default_cache,
        draw_picture,
        expand_grid,
        load_dataset,
        read_sweep,
        run_sweep,
    )
    from ui.cli.progress import track

    described = read_sweep(sweep)
    combinations = expand_grid(described, sweep)
    dataset = load_dataset(described.dataset)
    for note in dataset.notes:
        click.echo(f"{dataset.name}: {note}", err=True)
    folder = out or Path("runs", sweep.stem)
    options = RunOptions(cache or default_cache(), remove_evidence, concurrency, max_cost)
    points: list[SweepPoint] = []
    for point in run_sweep(described, sweep, dataset, folder, options, track):
        points.append(point)
        click.echo(f"{len(points)} of {len(combinations)}: {point.run.path}", err=True)
    draw_picture(points, described.measure, folder / SWEEP_PICTURE)
    if json:
        print_json([{**_to_dict(point), "run": str(point.run.path)} for point in points])
        return
    _print_points(points, described.measure)
    click.echo(f"Picture in {folder / SWEEP_PICTURE}")


def _to_dict(point: SweepPoint) -> dict[str, object]:
    return {
        "values": point.values,
        "milliseconds": point.milliseconds,
        "measures": point.run.summary["measures"],
        "errors": point.run.summary["errors"],
    }


def _print_points(points: Sequence[SweepPoint], measure: str) -> None:
    from evals import find_best

    best = find_best(points, measure)
    shown = [measure, *(name for name in _SHOWN if name != measure)]
    rows = [[*points[0].values, *shown, "ms", ""]]
    for point in points:
        measures = point.run.summary["measures"]
        figures = [*(_show(measures.get(name)) for name in shown), f"{point.milliseconds:.0f}"]
        rows.append([*map(str, point.values.values()), *figures, "best" if point in best else ""])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        line = "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        click.secho(line, bold=number == 0)
    click.echo("\nbest: no other run is both better and quicker")


def _show(found: dict[str, float] | None) -> str:
    return "–" if found is None or found["mean"] is None else f"{found['mean']:.3f}"


COMMANDS = (sweep,)
