"""`dateline eval run` and `dateline eval datasets`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.options import json_option, model_option, print_json

if TYPE_CHECKING:
    from evals.run import Outcome, Run

_LABELS = {
    "ndcg@10": "right articles, nDCG@10",
    "recall@5": "right articles, recall@5",
    "mrr@10": "right articles, MRR@10",
    "answer_inclusion": "answers with the expected words",
    "right_quote": "answers with a quote that has them",
    "sentence_quote": "sentences whose quote has them",
    "quote_exact": "quotes that are the article's words",
    "refusal_precision": "refusals that were right",
    "refusal_recall": "unanswerable ones refused",
    "seconds": "seconds for an answer",
    "errors": "questions that failed",
}


@click.command()
@click.argument("dataset")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder for the run. Default: runs/DATASET."
)
@model_option
@click.option("--misses", is_flag=True, help="List the questions that went wrong.")
@json_option
def run(dataset: str, out: Path | None, model: str | None, misses: bool, json: bool) -> None:
    """Ask every question of DATASET, score the answers, and write the run as JSON.

    DATASET is `seeds`, or `seeds-held`, to whose questions no weight was fitted.
    """
    from evals.dataset import load_dataset
    from evals.run import open_system, run_dataset, write_run
    from index.settings import load_settings
    from rag.settings import Settings
    from ui.progress import track

    loaded = load_dataset(dataset)
    settings = load_settings(Settings, None, {"model": model})
    folder = out or Path("runs", dataset)
    with (
        open_system(loaded, settings) as (search, ask),
        track("Asking", len(loaded.questions), "questions") as advance,
    ):
        finished = run_dataset(loaded, search, ask, advance)
    write_run(finished, folder)
    if json:
        measures = {name: asdict(m) for name, m in finished.measures.items()}
        print_json({"dataset": dataset, "questions": len(finished.outcomes), "measures": measures})
        return
    _print_table(finished)
    if misses:
        _print_misses(finished.outcomes)
    click.echo(f"\nWritten to {folder / 'summary.json'} and {folder / 'answers.jsonl'}")


def _print_table(finished: Run) -> None:
    click.secho(f"{finished.dataset}: {len(finished.outcomes)} questions\n", bold=True)
    click.echo(f"{'measure':<38}{'mean':>7}{'of n':>7}")
    for name, mean in finished.measures.items():
        value = "–" if mean.mean is None else f"{mean.mean:.0f}" if name == "errors" else f"{mean.mean:.3f}"
        click.echo(f"{_LABELS[name]:<38}{value:>7}{mean.n:>7}")


def _print_misses(outcomes: tuple[Outcome, ...]) -> None:
    from evals.measures.answers import score_inclusion
    from ui.terminal import print_wrapped

    for o in outcomes:
        said = o.error or (o.answer.text() if o.answer else "")
        refused = o.answer is not None and o.answer.refused
        if o.question.unanswerable and not refused:
            why = "answered, though the articles don't say"
        elif not o.question.unanswerable and not (o.answer and score_inclusion(o.answer, o.question.answers)):
            why = "refused" if refused else f"lacks {' / '.join(o.question.answers)}"
        else:
            continue
        click.echo()
        print_wrapped(f"{o.question.id}: {o.question.question}")
        print_wrapped(f"{why}: {said}", "    ", "    ")


COMMANDS = (run,)
