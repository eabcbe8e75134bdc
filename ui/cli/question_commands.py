"""`dateline ask`, `search`, `chat` and `mcp`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from index import Filters, SearchMode, UsageError, join_lines, require
from rag import answer_to_dict, hit_to_dict
from ui.advice import ADD_ARTICLES
from ui.cli.options import (
    after_option,
    as_of_option,
    before_option,
    end_with_damage,
    json_option,
    language_option,
    library_option,
    make_filters,
    model_option,
    open_library,
    print_json,
    question_argument,
    source_option,
    to_day,
    without_option,
)

EXIT_REFUSED = 3


@click.command()
@question_argument
@library_option
@model_option
@as_of_option
@after_option
@before_option
@source_option
@language_option
@without_option
@json_option
def ask(
    question: str,
    library: Path | None,
    model: str | None,
    as_of: datetime | None,
    after: datetime | None,
    before: datetime | None,
    source: Sequence[str],
    language: Sequence[str],
    without: Sequence[str],
    json: bool,
) -> None:
    """Answer a question, every sentence with its quote. Exits with 3 where the articles don't say.

    With `-` as QUESTION, it is read from standard input.
    """
    from rag import ask as ask_library

    opened, settings = open_library(library, model=model)
    with opened:
        filters = make_filters(after, before, source, language)
        answer = ask_library(opened, question, settings=settings, filters=filters, as_of=to_day(as_of), without=without)
        empty = not opened.scope(Filters()).articles
    if json:
        print_json(answer_to_dict(answer))
    else:
        from ui.cli.terminal import print_answer, print_named, print_way_without

        print_named(answer.named)
        print_answer(answer)
        if empty:
            click.echo(ADD_ARTICLES)
        elif answer.refused:
            print_way_without(answer.named)
    if answer.refused:
        raise click.exceptions.Exit(EXIT_REFUSED)
    end_with_damage(opened)


@click.command()
@question_argument
@library_option
@click.option("-k", type=click.IntRange(min=1), default=10, show_default=True, help="How many passages.")
@click.option(
    "--mode",
    type=click.Choice(["hybrid", "dense", "lexical"]),
    default="hybrid",
    show_default=True,
    help="Vectors, full text, or both.",
)
@after_option
@before_option
@source_option
@language_option
@without_option
@click.option("--explain", is_flag=True, help="Show what each stage gave each passage, and how long each took.")
@json_option
def search(
    question: str,
    library: Path | None,
    k: int,
    mode: SearchMode,
    after: datetime | None,
    before: datetime | None,
    source: Sequence[str],
    language: Sequence[str],
    without: Sequence[str],
    explain: bool,
    json: bool,
) -> None:
    """List the passages that fit a question best.

    With `-` as QUESTION, it is read from standard input.
    """
    from rag import search as search_library
    from ui.cli.terminal import print_hits, print_named, print_stages, print_way_without

    seconds: dict[str, float] | None = {} if explain else None
    opened, _ = open_library(library)
    with opened:
        opened.warm()  # loading the models is no stage of a search
        filters = make_filters(after, before, source, language)
        found = search_library(opened, question, k, mode, filters, without, seconds)
    named = found.question.named
    print_named(named, err=json)
    if json:
        hits = [hit_to_dict(hit) for hit in found.hits]
        print_json({"hits": hits, "seconds": seconds} if explain else hits)
    else:
        print_hits(found.hits, explain=explain)
        if seconds:
            print_stages(seconds)
    if not found.hits:
        if found.reason or not json:
            click.echo(join_lines(found.reason or "Nothing found."), err=json)
        print_way_without(named, err=json)
    end_with_damage(opened)


@click.command(short_help="Serve the chat page, and APIs for other programs.")
@library_option
@model_option
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; beyond this machine, a token is asked for.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=7860, show_default=True, help="Port to listen on.")
@click.option(
    "--runs",
    type=click.Path(path_type=Path),
    default="runs",
    show_default=True,
    metavar="DIR",
    help="Where the Evals tab looks for runs of `dateline eval run`.",
)
@click.option("--read-only", is_flag=True, help="Let nobody add or remove articles, or judge answers.")
@click.option(
    "--user-header",
    default="",
    metavar="NAME",
    help="Header in which a proxy says who the user is, instead of the token. Let nobody else reach the port.",
)
@click.option("--name", default="", metavar="HOST", help="With --user-header: the name that the proxy is reached by.")
def chat(
    library: Path | None,
    model: str | None,
    host: str,
    port: int,
    runs: Path,
    read_only: bool,
    user_header: str,
    name: str,
) -> None:
    """Serve the chat page, and on the same port the APIs for other programs: /api, /v1, /mcp, /metrics.

    Where there is no library, an empty one is made; articles can be added on the page. Conversations are kept in
    conversations.db, each for the browser or the user who asked. A library in a folder that can't be written is served
    as with --read-only, and conversations are kept until the server stops.
    """
    if name and not user_header:
        raise UsageError("--name goes with --user-header, behind a proxy. Leave it out, or name the header.")
    require("chat", "the chat page")
    from ui.server.serve import Access, serve

    opened, settings = open_library(library, create=True, model=model)
    with opened:
        serve(opened, settings, host, port, runs, Access(None, user_header, name, read_only))


@click.command()
@library_option
@model_option
def mcp(library: Path | None, model: str | None) -> None:
    """Serve the library to an MCP client on stdin and stdout."""
    require("chat", "the MCP server")
    from ui.api.mcp_server import serve_stdio

    opened, settings = open_library(library, model=model)
    with opened:
        serve_stdio(opened, settings)


COMMANDS = (ask, search, chat, mcp)
