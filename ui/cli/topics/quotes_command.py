"""`dateline quotes`."""

from __future__ import annotations

from typing import Any

import click

from rag import Statement, Statements, find_statements, statements_to_dict
from ui.cli.options import end_with_damage, open_library, print_json
from ui.cli.terminal import print_wrapped
from ui.cli.topics.options import (
    TopicOptions,
    describe_source,
    end_with_nothing,
    print_csv,
    print_sources,
    topic_options,
)
from ui.escape import mute_markers


@click.command(short_help="List who said what about a topic, or what one person said.")
@click.option("--most", type=click.IntRange(min=1), default=30, show_default=True, help="How many quotations at most.")
@topic_options
def quotes(most: int, **given: Any) -> None:
    """List who said what about TOPIC, the newest first: speaker, day, outlet, the words, and the source.

    TOPIC is a name, a topic or both: "Tiani", "the deal", "Tiani about the deal". Words in quotation marks are the
    speaker's own; of reported speech the sentence is printed, and its words are in --json and --csv. The same words in
    several articles are listed once. Exits with 3 where nobody is quoted.
    """
    options = TopicOptions(**given)
    options.check()
    opened, _ = open_library(options.library)
    with opened:
        opened.audit.note_question("quotes", options.topic)
        found = find_statements(opened, *options.read(), most)
    if options.json:
        print_json(statements_to_dict(found))
    elif options.csv and found.statements:
        print_csv([_to_row(found, statement) for statement in found.statements])
    elif found.statements:
        print_statements(found)
    if not found.statements:
        end_with_nothing(found.reason)
    end_with_damage(opened)


def print_statements(found: Statements) -> None:
    """Print the statements, each below its speaker, day and outlet, and their sources."""
    quotations: list[list[Statement]] = []
    for statement in found.list_lines():
        if not statement.continues:
            quotations.append([statement])
        elif statement.direct:
            quotations[-1].append(statement)
    for pieces in quotations:
        click.secho(_describe(found, pieces[0]), bold=True)
        print_wrapped(_quote(pieces), "  ", "  ")
    if (left := found.found - len(quotations)) > 0:
        click.secho(f"{left} more; --most shows them.", fg="yellow")
    print_sources(found.citations)


def _describe(found: Statements, statement: Statement) -> str:
    citation = found.citation(statement.marker)
    outlet = citation.hit.article.attributed if citation else ""
    day = f"{statement.said:%-d %B %Y}" if statement.said else "undated"
    return " · ".join(filter(None, map(mute_markers, (statement.speaker, day, outlet))))


def _quote(pieces: list[Statement]) -> str:
    """The speaker's own words in quotation marks, or the sentence that reports them, with their marker."""
    words = f"“{' … '.join(piece.words for piece in pieces)}”" if pieces[0].direct else pieces[0].shown
    markers = " ".join(dict.fromkeys(f"[{piece.marker}]" for piece in pieces))
    return f"{mute_markers(words)} {markers}"


def _to_row(found: Statements, statement: Statement) -> dict[str, object]:
    citation = found.citation(statement.marker)
    assert citation is not None
    said = statement.said.isoformat() if statement.said else ""
    direct = "yes" if statement.direct else "no"
    own = {"speaker": statement.speaker, "said": said, "direct": direct}
    return {**own, **describe_source(citation), "quote": statement.words}
