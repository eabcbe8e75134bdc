"""`dateline eval speakers`."""

from __future__ import annotations

import click

from ui.cli.evals.figures import print_figures
from ui.cli.options import json_option, print_json


@click.command(short_help="Measure who is found to say what.")
@click.argument("dataset", default="speakers")
@json_option
def speakers(dataset: str, json: bool) -> None:
    """Find who says what in DATASET's articles, and measure speakers and words by the quotations that are known.

    DATASET is speakers, speakers-held, or a folder with corpus.jsonl and quotations.jsonl. A quotation that is not
    found counts as wrong. The n is of quotations; the 95% interval is over articles.
    """
    from evals import interval_to_json, load_speaker_set, score_speakers, summarise_speakers

    scores = list(score_speakers(load_speaker_set(dataset)))
    figures = summarise_speakers(scores)
    if json:
        print_json({
            "dataset": dataset,
            "measures": {name: interval_to_json(figure) for name, figure in figures.items()},
            "articles": [{"id": s.id, **s.scores, "wrong": s.wrong} for s in scores],
        })  # fmt: skip
        return
    print_figures(figures)
    for score in scores:
        for wrong in score.wrong:
            click.echo(f"{score.id}: {wrong}")


COMMANDS = (speakers,)
