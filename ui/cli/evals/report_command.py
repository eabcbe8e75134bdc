"""`dateline eval report`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click


@click.command(short_help="Write one HTML page of one or more runs.")
@click.argument("runs", type=click.Path(path_type=Path), metavar="RUN...", nargs=-1, required=True)
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="The page. Default: report.html in the first run."
)
def report(runs: Sequence[Path], out: Path | None) -> None:
    """Write one HTML page: figures with intervals, plots, and every question with its answers and their sources.

    It needs nothing from outside, and can be sent to anyone. Several runs must have asked the same questions.
    """
    from evals import read_run, write_report

    page = out or runs[0] / "report.html"
    write_report([read_run(run) for run in runs], page)
    click.echo(f"Written to {page}")


COMMANDS = (report,)
