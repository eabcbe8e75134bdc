"""`dateline brief`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from index import UsageError
from rag import Brief, brief_to_dict, make_brief
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


@click.command(short_help="Sum up a topic: what happened, how things stand, what isn't known.")
@click.option("--markdown", is_flag=True, help="Print Markdown on stdout.")
@click.option("--docx", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write a Word file.")
@topic_options
def brief(markdown: bool, docx: Path | None, **given: Any) -> None:
    """Sum up TOPIC in the articles' own words: what happened, how things stand, what is disputed.

    Each line has its day and its sources. What happened is in order; the rest has the newest articles first, and their
    day. Exits with 3 where nothing is found.
    """
    options = TopicOptions(**given)
    options.check()
    if markdown and (options.json or options.csv):
        raise UsageError("--markdown is another format than --json and --csv. Give one of them.")
    opened, _ = open_library(options.library)
    with opened:
        opened.audit.note_question("brief", options.topic)
        found = make_brief(opened, *options.read())
    if docx and found.sections:
        from ui.export.briefs import write_brief_docx  # python-docx takes as long to load as a search

        docx.write_bytes(write_brief_docx(found))
    if options.json:
        print_json(brief_to_dict(found))
    elif found.sections and options.csv:
        print_csv(_list_rows(found))
    elif found.sections and markdown:
        from ui.export.briefs import write_brief_markdown

        click.echo(write_brief_markdown(found), nl=False)
    elif found.sections and docx:
        click.echo(f"Written to {docx}")
    elif found.sections:
        print_brief(found)
    if not found.sections:
        end_with_nothing(found.reason)
    end_with_damage(opened)


def _list_rows(found: Brief) -> list[dict[str, object]]:
    """A row for each source of each line."""
    return [
        {
            "section": section.heading,
            "when": line.when,
            "text": line.text,
            **describe_source(found.citations[marker - 1]),
        }
        for section in found.sections
        for line in section.lines
        for marker in line.citations
    ]


def print_brief(found: Brief) -> None:
    """Print the sections, a line after the other, and their sources."""
    for section in found.sections:
        click.secho(section.heading, bold=True)
        for line in section.lines:
            markers = " ".join(f"[{marker}]" for marker in line.citations)
            print_wrapped(f"{mute_markers(line.text)} {markers}", "    ", f"  {line.when}: ")
        click.echo()
    for note in found.notes:
        click.secho(note, fg="yellow")
    print_sources(found.citations)
