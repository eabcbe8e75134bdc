"""`dateline eval calibrate`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ui.cli.options import json_option, print_json


@click.command(short_help="Measure the confidence of runs, and fit it.")
@click.argument("runs", type=click.Path(path_type=Path), metavar="RUN...", nargs=-1, required=True)
@click.option(
    "--fit", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Fit weights, and write them here."
)
@json_option
def calibrate(runs: Sequence[Path], fit: Path | None, json: bool) -> None:
    """Measure how well the offline answerer's confidence tells right answers from wrong ones.

    Each RUN was made with DATELINE_MIN_CONFIDENCE=0, so that no answer was kept back. The figures are of the half of
    the articles that weights are not fitted to.
    """
    from dataclasses import asdict

    from evals import fit_confidence, list_shown, measure_confidence, read_run, write_confidence
    from rag import CONFIDENCE_FILE, read_weights

    opened = {str(path): list_shown(read_run(path)) for path in runs}
    weights = read_weights(CONFIDENCE_FILE)
    if fit:
        weights = fit_confidence(list(opened.values()))
    held = {name: [s for s in shown if not s.tuning] for name, shown in opened.items()}
    figures = {name: measure_confidence(shown, weights) for name, shown in held.items() if shown}
    if fit:
        write_confidence(fit, weights, {Path(name).name: figure for name, figure in figures.items()})
    if json:
        print_json({name: asdict(figure) for name, figure in figures.items()})
        return
    columns = ("n", "right", "AUROC", "calibration error", "F1 of refusing", "answered rightly")
    click.echo(f"{'run':<24}" + "".join(f"{name:>19}" for name in columns))
    for name, figure in figures.items():
        cells = ["–" if value is None else f"{value:,}" for value in asdict(figure).values()]
        click.echo(f"{name:<24}" + "".join(f"{cell:>19}" for cell in cells))


COMMANDS = (calibrate,)
