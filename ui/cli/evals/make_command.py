"""`dateline eval make`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index import Place, UsageError
from ui.cli.evals.options import max_cost_option
from ui.cli.options import json_option, library_option, model_option, open_library, print_json

if TYPE_CHECKING:
    from evals import QuestionWriter
    from index import Library
    from rag import Settings


@click.command(short_help="Make a dataset of your own articles.")
@library_option
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", required=True, help="Folder for the dataset.")
@click.option(
    "--questions", type=click.IntRange(min=1), default=50, show_default=True, help="Articles to make a question on."
)
@model_option
@click.option("--from-feedback", is_flag=True, help="Make it of the thumbs up and down given in the chat.")
@max_cost_option
@json_option
def make(
    library: Place | None,
    out: Path,
    questions: int,
    model: str | None,
    from_feedback: bool,
    max_cost: float | None,
    json: bool,
) -> None:
    """Make a dataset of the articles of a library, for `eval run`.

    Offline, the questions ask for an article by words of its headline and lead. With --model, an LLM writes them,
    and the quote that answers each is looked up in the article. Every question is marked for review: fix or delete
    its line in DIR/queries.jsonl, and take `review` out.
    """
    from evals import choose_articles, make_from_feedback, make_known_items, write_dataset
    from rag import OFFLINE

    if from_feedback and model:
        raise UsageError("--from-feedback asks no model. Leave one of the two out.")
    opened, settings = open_library(library, model=model)
    writer = None
    with opened:
        if from_feedback:
            made = make_from_feedback(opened)
        elif settings.model == OFFLINE:
            made = make_known_items(opened, questions)
        else:
            writer = _make_writer(opened, settings, max_cost)
            made = writer.write(choose_articles(opened, questions))
        written = write_dataset(opened, made, out)
    _print_made(len(written), dict(writer.rejected) if writer else {}, out, json)


def _make_writer(library: Library, settings: Settings, max_cost: float | None) -> QuestionWriter:
    """Have an LLM write the questions; its replies are kept."""
    from functools import partial

    from evals import QuestionWriter, Replies, check_price, find_cache
    from rag import complete

    if max_cost is not None:
        check_price(settings.model)
    asked = partial(complete, timeout_seconds=settings.timeout_seconds, key_file=settings.key_file)
    return QuestionWriter(library, settings, Replies(find_cache() / "replies", asked, max_cost))


def _print_made(count: int, rejected: Mapping[str, int], out: Path, json: bool) -> None:
    if json:
        print_json({"out": str(out), "questions": count, "rejected": rejected})
        return
    for reason, left_out in rejected.items():
        click.echo(f"{left_out} left out: {reason}", err=True)
    noun = "question" if count == 1 else "questions"
    click.echo(f"{count} {noun} written to {out / 'queries.jsonl'}, each marked for review.")
    click.echo(f"Fix or delete lines there, take `review` out, then: dateline eval run {out}")


COMMANDS = (make,)
