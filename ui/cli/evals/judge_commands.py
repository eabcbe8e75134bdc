"""`dateline eval judge` and `dateline eval judge-check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.cli.evals.options import cache_option, concurrency_option, max_cost_option
from ui.cli.options import json_option, model_option, print_json

if TYPE_CHECKING:
    from evals import JudgeAgreement, RunOptions
    from rag import Settings


@click.command(short_help="Have an LLM grade the answers of a run.")
@click.argument("run", type=click.Path(path_type=Path))
@model_option
@concurrency_option
@max_cost_option
@cache_option
@json_option
def judge(
    run: Path, model: str | None, concurrency: int, max_cost: float | None, cache: Path | None, json: bool
) -> None:
    """Have the LLM that --model names grade whether each answer of RUN is correct, and whether its quotes support it.

    The grades join the run's other measures as judge_correctness and judge_groundedness. Try the judge first with
    `dateline eval judge-check`.
    """
    from evals import interval_to_json, judge_run, list_judge_measures
    from ui.cli.progress import track

    judged = judge_run(run, *_read_options(model, concurrency, max_cost, cache), track)
    measures = list_judge_measures(judged.summary)
    if json:
        found = {name: interval_to_json(interval) for name, interval in measures.items()}
        print_json({"judge": judged.summary.judge, "measures": found})
        return
    for name, m in measures.items():
        figure = "unscored" if m.mean is None else f"{m.mean:.3f} ({m.low:.3f} to {m.high:.3f}, n {m.n})"
        click.echo(f"{name:<22}{figure}")
    unread = sum("no grade can be read" in why for row in judged.scores for why in row.unscored.values())
    if unread:
        click.secho(f"{unread} grades could not be read and are unscored; scores.jsonl has their text", fg="red")


@click.command("judge-check", short_help="Measure whether an LLM can be trusted as judge.")
@model_option
@concurrency_option
@max_cost_option
@cache_option
@json_option
def judge_check(model: str | None, concurrency: int, max_cost: float | None, cache: Path | None, json: bool) -> None:
    """Compare an LLM's grades with those of people, on a small labelled set; exit with 1 where it agrees too little.

    The agreement is Cohen's kappa, with its 95% interval: 1 is full agreement, 0 what chance gives.
    """
    from evals import check_judge
    from ui.cli.progress import track

    found = check_judge(*_read_options(model, concurrency, max_cost, cache), track)
    if json:
        print_json([_to_dict(agreement) for agreement in found])
    else:
        for agreement in found:
            _print_agreement(agreement)
    if not all(agreement.is_enough for agreement in found):
        raise click.exceptions.Exit(1)


def _read_options(
    model: str | None, concurrency: int, max_cost: float | None, cache: Path | None
) -> tuple[Settings, RunOptions]:
    from evals import RunOptions, find_cache
    from index import load_settings
    from rag import Settings

    settings = load_settings(Settings, None, {"model": model})
    return settings, RunOptions(cache or find_cache(), concurrency=concurrency, max_cost=max_cost)


def _to_dict(found: JudgeAgreement) -> dict[str, object]:
    return {
        "measure": found.rubric,
        "kappa": found.kappa._asdict(),
        "unreadable": found.unreadable,
        "enough": found.is_enough,
        "disagreements": [
            {"id": labelled.row.id, "people": labelled.grades[found.rubric], "judge": said.grade, "text": said.text}
            for labelled, said in found.disagreements
        ],
    }


def _print_agreement(found: JudgeAgreement) -> None:
    from evals import LEAST_KAPPA
    from ui.cli.terminal import print_wrapped

    kappa = found.kappa
    figure = "undefined" if kappa.mean is None else f"{kappa.mean:.2f} ({kappa.low:.2f} to {kappa.high:.2f})"
    word = click.style("can be used", fg="green") if found.is_enough else click.style("too low to be used", fg="red")
    unread = f", {found.unreadable} without a grade" if found.unreadable else ""
    click.echo(f"{found.rubric:<14}kappa {figure}, n {kappa.n}{unread}: {word}; it must be above {LEAST_KAPPA:g}")
    for labelled, said in found.disagreements[:5]:
        row = labelled.row
        print_wrapped(
            f"{row.id}: people say {labelled.grades[found.rubric]}, the judge says {said.grade}", "  ", "    "
        )
        print_wrapped(f"{row.question} {row.text}", "    ", "    ")


COMMANDS = (judge, judge_check)
