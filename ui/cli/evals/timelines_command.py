"""`dateline eval timelines`."""

from __future__ import annotations

from pathlib import Path

import click

from ui.cli.evals.figures import print_figures
from ui.cli.options import json_option, print_json


@click.command(short_help="Measure timelines of topics whose events are known.")
@click.argument("dataset", default="timelines")
@json_option
def timelines(dataset: str, json: bool) -> None:
    """Make the timelines of DATASET's topics and measure their dates, their words, and that each event is listed once.

    DATASET is timelines, timelines-held, or a folder with corpus.jsonl and topics.jsonl. The n is of lines, events or
    quotes; the 95% interval is over topics.
    """
    from tempfile import TemporaryDirectory

    from evals import interval_to_json, load_timeline_set, score_topics, summarise_topics
    from index import Library
    from ui.cli.progress import track

    chosen = load_timeline_set(dataset)
    with TemporaryDirectory() as folder, Library.open(Path(folder) / "library", create=True) as library:
        library.add(chosen.articles())
        with track("Making timelines", len(chosen.topics), "topics") as advance:
            scores = list(advance(score_topics(library, chosen.topics)))
    figures = summarise_topics(scores)
    if json:
        print_json({
            "dataset": dataset,
            "measures": {name: interval_to_json(figure) for name, figure in figures.items()},
            "topics": [{"id": s.id, **s.scores, "missed": s.missed, "wrong": s.wrong} for s in scores],
        })  # fmt: skip
        return
    print_figures(figures)
    for score in scores:
        click.echo(f"\n{score.id}: missed {', '.join(score.missed) or 'none'}")
        for wrong in score.wrong:
            click.echo(f"  not expected: {wrong}")


COMMANDS = (timelines,)
