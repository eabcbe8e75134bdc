"""Options that several eval commands share."""

from __future__ import annotations

from pathlib import Path

import click

from index import Address, UsageError
from ui.cli.options import read_library


def read_database(context: click.Context, parameter: click.Parameter, text: str | None) -> Address | None:
    """The database that was named. Raises UsageError for a folder."""
    place = read_library(context, parameter, text)
    if isinstance(place, Path):
        raise UsageError(f"--database takes postgresql://…, and {place} is a folder. That of indexes is --cache.")
    return place


concurrency_option = click.option(
    "--concurrency", type=click.IntRange(1, 64), default=1, show_default=True, help="Questions asked at a time."
)
max_cost_option = click.option(
    "--max-cost", type=click.FloatRange(0, min_open=True), metavar="DOLLARS", help="Stop before spending more."
)
cache_option = click.option(
    "--cache",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where indexes and replies of models are kept. Default: ~/.cache/dateline.",
)
database_option = click.option(
    "--database",
    callback=read_database,
    metavar="ADDRESS",
    help="Keep the index in this database (postgresql://…), in a schema of its own, and measure that.",
)
remove_evidence_option = click.option(
    "--remove-evidence",
    is_flag=True,
    help="Ask each question again without the articles that answer it: a test of refusing.",
)
