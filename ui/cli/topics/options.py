"""Options that the commands on a topic share, and how they end."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import click

from index import Filters, Place, UsageError, join_lines
from rag import Citation, read_chosen_filters
from ui.cli.options import (
    after_option,
    as_of_option,
    before_option,
    collection_option,
    json_option,
    language_option,
    library_option,
    source_option,
)
from ui.cli.terminal import print_source
from ui.presentation import SOURCES, show_citation

EXIT_NOTHING = 3
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute

_OPTIONS = (
    click.argument("topic", nargs=-1, required=True, metavar="TOPIC", callback=lambda _, __, words: " ".join(words)),
    *(library_option, as_of_option, after_option, before_option, source_option, language_option, collection_option),
    json_option,
    click.option("--csv", is_flag=True, help="Print comma-separated values on stdout, a line for each source."),
)


class TopicOptions(NamedTuple):
    """What a command on a topic was given."""

    topic: str
    library: Place | None
    as_of: str | None
    after: str | None
    before: str | None
    source: Sequence[str]
    language: Sequence[str]
    collection: Sequence[str]
    json: bool
    csv: bool

    def read(self) -> tuple[str, Filters, date | None]:
        """The topic, the filters, and as of when. Raises UsageError for days that there aren't."""
        named = self.source, self.language
        return self.topic, *read_chosen_filters(self.after, self.before, *named, self.as_of, self.collection)

    def check(self) -> None:
        """Raise UsageError for two formats at once."""
        if self.json and self.csv:
            raise UsageError("--json and --csv are two formats of the same lines. Give one of them.")


def topic_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the topic, the library, the filters of `ask`, `--json` and `--csv`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def print_sources(citations: Iterable[Citation]) -> None:
    """Print what lines cite, each source with its number and its quotes."""
    click.secho(f"\n{SOURCES}", bold=True)
    for citation in citations:
        print_source(show_citation(citation), f"[{citation.marker}] ")


def print_csv(rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows, which are not empty, as comma-separated values under their names (RFC 4180).

    What a spreadsheet would take for a formula has an apostrophe in front of it.
    """
    writer = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _write_cell(value) for name, value in row.items()} for row in rows)


def describe_source(citation: Citation) -> dict[str, object]:
    """The columns of a source: its marker, article, and quotes."""
    article = citation.hit.article
    return {
        "marker": citation.marker,
        "title": article.title,
        "source": article.attributed,
        "published": article.published.isoformat() if article.published else "",
        "url": article.url or "",
        "article": article.id,
        "quote": " … ".join(citation.quoted()),
    }


def end_with_nothing(reason: str) -> None:
    """Leave with exit code 3, and say on stderr why there is nothing to show."""
    click.echo(f"dateline: {join_lines(reason)}", err=True)
    raise click.exceptions.Exit(EXIT_NOTHING)


def _write_cell(value: object) -> str:
    written = join_lines(str(value))
    return f"'{written}" if written.startswith(_FORMULA) else written
