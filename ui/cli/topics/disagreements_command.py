"""`dateline disagreements`."""

from __future__ import annotations

from typing import Any

import click

from rag import Disagreement, Side, TopicDisagreements, find_disagreements, topic_to_dict
from ui.cli.options import end_with_damage, open_library, print_json
from ui.cli.terminal import print_disagreement
from ui.cli.topics.options import (
    TopicOptions,
    describe_source,
    end_with_nothing,
    print_csv,
    print_sources,
    topic_options,
)
from ui.disagreements import show_disagreement


@click.command(short_help="List what the articles on a topic contradict each other in.")
@topic_options
def disagreements(**given: Any) -> None:
    """List what different articles on TOPIC contradict each other in: numbers, dates, names, and what one denies.

    Each contradiction is listed once, with who says what and when. Exits with 3 where none was found.
    """
    options = TopicOptions(**given)
    options.check()
    opened, _ = open_library(options.library)
    with opened:
        opened.audit.note_question("disagreements", options.topic)
        found = find_disagreements(opened, *options.read())
    if options.json:
        print_json(topic_to_dict(found))
    elif options.csv and found.disagreements:
        print_csv([row for d in found.disagreements for side in d.sides for row in _list_rows(found, d, side)])
    elif found.disagreements:
        for disagreement in found.disagreements:
            print_disagreement(show_disagreement(disagreement))
        print_sources(found.citations)
    if not found.disagreements:
        end_with_nothing(found.reason)
    end_with_damage(opened)


def _list_rows(found: TopicDisagreements, disagreement: Disagreement, side: Side) -> list[dict[str, object]]:
    own = {
        "about": disagreement.about,
        "kind": disagreement.kind,
        "value": side.value,
        "newest": "yes" if side.newest else "no",
    }
    return [{**own, **describe_source(found.citations[marker - 1])} for marker in side.citations]
