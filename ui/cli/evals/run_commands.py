"""`dateline eval run` and `dateline eval datasets`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from index import Address
from ui.cli.evals.figures import print_figures
from ui.cli.evals.options import (
    cache_option,
    concurrency_option,
    database_option,
    max_cost_option,
    remove_evidence_option,
)
from ui.cli.options import collection_option, json_option, model_option, print_json

if TYPE_CHECKING:
    from evals import AnswerRow, RunFolder, Timings


@click.command(short_help="Ask every question of a dataset, and score the answers.")
@click.argument("dataset")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for the run. Default: runs/DATASET.",
)
@model_option
@remove_evidence_option
@concurrency_option
@max_cost_option
@cache_option
@database_option
@collection_option
@click.option("--misses", is_flag=True, help="List the questions that went wrong.")
@json_option
def run(
    dataset: str,
    out: Path | None,
    model: str | None,
    remove_evidence: bool,
    concurrency: int,
    max_cost: float | None,
    cache: Path | None,
    database: Address | None,
    collection: tuple[str, ...],
    misses: bool,
    json: bool,
) -> None:
    """Ask every question of DATASET, score the answers, and write the run.

    DATASET is a built-in one or a folder: `dateline eval datasets` lists both. A run that was stopped goes on
    when the command is given again.
    """
    from evals import RunOptions, find_cache, load_dataset, run_dataset, summary_to_json
    from index import load_settings
    from rag import Settings
    from ui.cli.progress import track

    loaded = load_dataset(dataset)
    for note in loaded.notes:
        click.echo(f"{loaded.name}: {note}", err=True)
    settings = load_settings(Settings, None, {"model": model})
    options = RunOptions(cache or find_cache(), remove_evidence, concurrency, max_cost, database, collection)
    finished = run_dataset(loaded, settings, out or Path("runs", loaded.name), options, track)
    if json:
        print_json(summary_to_json(finished.summary))
        return
    _print_table(finished)
    if misses:
        _print_misses(finished.answers)
    click.echo(f"\nWritten to {finished.path}")


@click.command()
@json_option
def datasets(json: bool) -> None:
    """List the datasets that `eval run` can read."""
    from evals import BUILT_IN_DATASETS, DATASET_FORMATS

    formats = {kind.NAME: kind.HOLDS for kind in DATASET_FORMATS}
    if json:
        print_json({"built_in": BUILT_IN_DATASETS, "formats": formats})
        return
    width = max(map(len, BUILT_IN_DATASETS)) + 2
    click.secho("Built in", bold=True)
    for name, what in BUILT_IN_DATASETS.items():
        click.echo(f"  {name:<{width}}{what}")
    click.secho("\nA folder with the files of", bold=True)
    for name, holds in formats.items():
        click.echo(f"  {name:<{width}}{holds}")


def _print_table(finished: RunFolder) -> None:
    from evals import name_measure

    summary = finished.summary
    click.secho(f"{summary.dataset}: {summary.questions} questions\n", bold=True)
    print_figures({name_measure(name): found for name, found in summary.measures.items()})
    unscored = [name for name, found in summary.measures.items() if found.mean is None]
    if unscored:
        click.echo(f"Without a label to tell by: {', '.join(unscored)}")
    if summary.errors:
        click.secho(f"{summary.errors} of {summary.rows} questions failed; answers.jsonl says why", fg="red")
    _print_timings(finished.timings)


def _print_timings(timings: Timings) -> None:
    asked = len(timings.questions)
    each = timings.seconds["total"] / asked if asked else 0.0
    overhead = "" if timings.overhead is None else f", {timings.overhead:.1%} of the time outside of that"
    click.echo(f"{each:.2f} seconds for each of {asked} askings{overhead}")
    if timings.cost_usd:
        click.echo(f"Cost ${timings.cost_usd:.4f}, of which ${timings.spent_usd:.4f} were spent now")


def _print_misses(rows: tuple[AnswerRow, ...]) -> None:
    from evals import score_inclusion
    from ui.cli.terminal import print_wrapped

    for row in rows:
        if row.should_refuse and not row.refused:
            why = "answered, though the articles don't say"
        elif not row.should_refuse and score_inclusion(row) == 0:
            why = "refused" if row.refused else f"lacks {' / '.join(row.answers)}"
        else:
            continue
        click.echo()
        print_wrapped(f"{row.id}: {row.question}")
        print_wrapped(f"{why}: {row.error or row.text}", "    ", "    ")


COMMANDS = (run, datasets)
