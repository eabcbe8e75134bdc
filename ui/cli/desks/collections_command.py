"""`dateline collections`: which there are, and which articles are in which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from index import Place, UsageError, join_lines, read_collections
from rag import read_chosen_filters
from ui.cli.options import (
    after_option,
    before_option,
    collection_option,
    end_with_damage,
    json_option,
    language_option,
    library_option,
    open_library,
    print_json,
    source_option,
)

_NONE = "There are no collections yet. `dateline add FOLDER --collection NAME` makes one."
_CHOICE = (
    click.argument("name", metavar="NAME"),
    click.argument("ids", nargs=-1, metavar="[ID]..."),
    *(after_option, before_option, source_option, language_option, collection_option, library_option, json_option),
)


@click.group("collections", invoke_without_command=True, short_help="List collections; put articles into one.")
@library_option
@json_option
@click.pass_context
def group(context: click.Context, library: Place | None, json: bool) -> None:
    """List the collections, and how many articles are in each. An article may be in several, or in none.

    `add --collection NAME` puts articles into one as they come, and --collection limits questions and lists to one.
    """
    if context.invoked_subcommand:
        if library is not None or json:
            raise UsageError(f"write --library and --json behind `collections {context.invoked_subcommand}`.")
        return
    opened, _ = open_library(library)
    with opened:
        found = opened.collections()
    if json:
        print_json(found)
        return
    for name, count in found.items():
        click.echo(f"{name:<20} {count:,} article{'' if count == 1 else 's'}")
    if not found:
        click.echo(_NONE)


def _choose(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the name of a collection, and what chooses articles."""
    for option in reversed(_CHOICE):
        command = option(command)
    return command


@group.command(short_help="Put articles into a collection.")
@_choose
def add(name: str, ids: Sequence[str], **given: Any) -> None:
    """Put the articles whose ids are ID, or begin so, into the collection NAME; or all within the filters."""
    _change(name, ids, into=True, **given)


@group.command(short_help="Take articles out of a collection.")
@_choose
def remove(name: str, ids: Sequence[str], **given: Any) -> None:
    """Take the articles whose ids are ID, or begin so, out of the collection NAME; or all within the filters.

    They stay in the library. A collection with no article is none any more.
    """
    _change(name, ids, into=False, **given)


def _change(
    name: str,
    ids: Sequence[str],
    after: str | None,
    before: str | None,
    source: Sequence[str],
    language: Sequence[str],
    collection: Sequence[str],
    library: Place | None,
    json: bool,
    *,
    into: bool,
) -> None:
    (name,) = read_collections([name])
    filters = read_chosen_filters(after, before, source, language, None, collection).filters
    if bool(ids) == bool(filters):
        raise UsageError("name the articles: either IDs, or filters as --source, --before and --collection.")
    opened, _ = open_library(library)
    with opened:
        chosen = [opened.get(article_id).id for article_id in ids] or [a.id for a in opened.articles(filters)]
        changed = opened.change_collections(chosen, [name] if into else (), () if into else [name])
        if json:
            print_json({"collection": name, "changed": changed, "articles": opened.collections().get(name, 0)})
        else:
            done = "went into" if into else "were taken out of"
            click.echo(join_lines(f"{len(changed):,} of {len(chosen):,} articles {done} {name}."))
        end_with_damage(opened)
