"""`dateline ask`, `search` and `chat`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import typer

from rag.records import answer_to_dict, hit_to_dict
from ui.options import (
    AfterOption,
    AsOfOption,
    BeforeOption,
    JsonOption,
    LibraryOption,
    ModelOption,
    SourceOption,
    make_filters,
    open_library,
    print_json,
    to_day,
)

EXIT_REFUSED = 3


class SearchMode(StrEnum):
    """The values of `--mode`."""

    hybrid = "hybrid"
    dense = "dense"
    lexical = "lexical"


def register(app: typer.Typer) -> None:
    """Add the commands to `app`, in the order in which help lists them."""
    for command in (ask, search, chat):
        app.command()(command)


def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotes.")],
    library: LibraryOption = None,
    model: ModelOption = None,
    as_of: AsOfOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    source: SourceOption = None,
    json: JsonOption = False,
) -> None:
    """Answer a question, every sentence with its quote. Exits with 3 where the articles don't say."""
    from rag import ask as ask_library

    opened, settings = open_library(library, model=model)
    with opened:
        filters = make_filters(after, before, source)
        answer = ask_library(opened, question, settings=settings, filters=filters, as_of=to_day(as_of))
    if json:
        print_json(answer_to_dict(answer))
    else:
        from ui.terminal import print_answer

        print_answer(answer)
    if answer.refused:
        raise typer.Exit(EXIT_REFUSED)


def search(
    question: Annotated[str, typer.Argument(help="What to look for, in quotes.")],
    library: LibraryOption = None,
    k: Annotated[int, typer.Option("-k", help="How many passages.", min=1)] = 10,
    mode: Annotated[SearchMode, typer.Option(help="Vectors, full text, or both.")] = SearchMode.hybrid,
    after: AfterOption = None,
    before: BeforeOption = None,
    source: SourceOption = None,
    json: JsonOption = False,
) -> None:
    """List the passages that fit a question best."""
    opened, _ = open_library(library)
    chosen: Literal["dense", "lexical", "hybrid"] = mode.value
    with opened:
        hits = opened.search(question, limit=k, mode=chosen, filters=make_filters(after, before, source))
    if json:
        print_json([hit_to_dict(hit) for hit in hits])
        return
    from ui.terminal import print_hits

    print_hits(hits)
    if not hits:
        typer.echo("Nothing found.")


def chat(
    library: LibraryOption = None,
    model: ModelOption = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 7860,
) -> None:
    """Serve the chat page."""
    from ui.chat.serve import serve

    opened, settings = open_library(library, model=model)
    with opened:
        serve(opened, settings, host, port)
