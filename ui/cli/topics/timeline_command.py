"""`dateline timeline`."""

from __future__ import annotations

from typing import Any

import click

from rag import Timeline, make_timeline, timeline_to_dict
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


@click.command(short_help="List what happened about a topic, in order.")
@click.option("--most", type=click.IntRange(min=1), default=40, show_default=True, help="How many events at most.")
@topic_options
def timeline(most: int, **given: Any) -> None:
    """List what the articles report that happened about TOPIC, in order: the day, a sentence, and its sources.

    Each event is one line with all its sources. The day is the event's own: the one that the sentence names, or that
    its "yesterday" means; a month where no more is known. Exits with 3 where nothing dated is found.
    """
    options = TopicOptions(**given)
    options.check()
    opened, _ = open_library(options.library)
    with opened:
        opened.audit.note_question("timeline", options.topic)
        found = make_timeline(opened, *options.read(), most)
    if options.json:
        print_json(timeline_to_dict(found))
    elif options.csv and found.events:
        print_csv(
            [{"date": e.when, "text": e.text, **describe_source(c)} for e in found.events for c in found.cited(e)]
        )
    elif found.events:
        print_timeline(found)
    if not found.events:
        end_with_nothing(found.reason)
    end_with_damage(opened)


def print_timeline(found: Timeline) -> None:
    """Print the events, the days in front of them, and their sources."""
    width = max(len(event.show_date()) for event in found.events)
    for event in found.events:
        markers = " ".join(f"[{marker}]" for marker in event.citations)
        day = f"{event.show_date():<{width}}  "
        print_wrapped(f"{mute_markers(event.text)} {markers}", " " * len(day), day)
    for note in found.notes:
        click.secho(note, fg="yellow")
    print_sources(found.citations)
