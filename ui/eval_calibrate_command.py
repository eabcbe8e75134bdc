"""`dateline eval calibrate`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ui.options import json_option, print_json


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

    from evals.calibrate import fit_confidence, list_shown, measure_confidence, write_confidence
    from evals.folder import read_run
    from rag.confidence import WEIGHTS_FILE
    from rag.weights import read_weights

    opened = {str(path): list_shown([read_run(path)]) for path in runs}
    weights = read_weights(WEIGHTS_FILE)
    if fit:
        weights = fit_confidence([s for shown in opened.values() for s in shown])
    held = {name: [s for s in shown if not s.tuning] for name, shown in opened.items()}
    figures = {name: measure_confidence(shown, weights) for name, shown in held.items() if shown}
    if fit:
        write_confidence(fit, weights, {Path(name).name: figure for name, figure in figures.items()})
    if json:
        print_json({name: asdict(figure) for name, figure in figures.items()})
        return
    click.echo(f"{'run':<30}{'n':>6}{'right':>8}{'AUROC':>8}{'calibration error':>20}{'F1 of refusing':>17}")
    for name, f in figures.items():
        auroc = "–" if f.auroc is None else f"{f.auroc:.3f}"
        click.echo(f"{name:<30}{f.n:>6}{f.right:>8.3f}{auroc:>8}{f.calibration_error:>20.3f}{f.refusal_f1:>17.3f}")


COMMANDS = (calibrate,)
