"""`dateline ask`, `search`, `chat` and `mcp`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from index import Filters, Library, Place, SearchMode, UsageError, join_lines, require
from rag import Answer, answer_to_dict, describe_corrections, hit_to_dict, read_chosen_filters
from ui.advice import ADD_ARTICLES
from ui.cli.last_answer import keep_last_answer
from ui.cli.options import (
    after_option,
    as_of_option,
    before_option,
    collection_option,
    end_with_damage,
    exact_option,
    join_words_or_none,
    json_option,
    language_option,
    library_option,
    model_option,
    open_library,
    print_json,
    question_argument,
    source_option,
    without_option,
)

EXIT_REFUSED = 3


@click.command()
@click.argument("question", nargs=-1, metavar="[QUESTION]", callback=join_words_or_none)
@library_option
@model_option
@as_of_option
@after_option
@before_option
@source_option
@language_option
@collection_option
@without_option
@exact_option
@click.option("--passages", is_flag=True, help="Where the articles don't say, show what the nearest of them say.")
@json_option
def ask(
    question: str | None,
    library: Place | None,
    model: str | None,
    as_of: str | None,
    after: str | None,
    before: str | None,
    source: Sequence[str],
    language: Sequence[str],
    collection: Sequence[str],
    without: Sequence[str],
    exact: bool,
    passages: bool,
    json: bool,
) -> None:
    """Answer a question, every sentence with its quote. Exits with 3 where the articles don't say.

    QUESTION needs no quotation marks. With `-` as QUESTION, it is read from standard input. Without QUESTION, on a
    terminal, a conversation begins: questions may lean on those before them; /help there says what else there is.
    """
    from ui.cli.growing import StageLine, print_growing, write_once

    if question is None and json:
        raise UsageError("--json answers one question. Write it behind `ask`, or leave --json out.")
    filters, day = read_chosen_filters(after, before, source, language, as_of, collection)
    with StageLine() as stage_line:
        stage_line.say("Opening the library")
        from rag import stream

        opened, settings = open_library(library, model=model)
        if question is None:
            from ui.cli.conversation.session import converse

            stage_line.erase()
            with opened:
                converse(opened, settings, filters, day, without, exact=exact)
            return
        with opened, write_once():
            opened.audit.note_question("ask", question)
            answers = stream(opened, question, (), settings, filters, day, without=without, exact=exact)
            if json:
                *_, answer = answers
                print_json(answer_to_dict(answer))
            else:
                answer = print_growing(answers, stage_line, passages=passages)
                _print_what_else(opened, answer)
            keep_last_answer(opened.folder, answer)
    if answer.refused:
        raise click.exceptions.Exit(EXIT_REFUSED)
    end_with_damage(opened)


def _print_what_else(library: Library, answer: Answer) -> None:
    """Print what can be done where there is no answer, or an old one."""
    from ui.cli.terminal import print_old_pile, print_way_without

    if not library.scope(Filters()).articles:
        click.echo(ADD_ARTICLES)
    elif answer.refused:
        print_way_without(answer.named)
    print_old_pile(answer.newest_day)


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
@collection_option
@without_option
@exact_option
@click.option("--explain", is_flag=True, help="Show what each stage gave each passage, and how long each took.")
@json_option
def search(
    question: str,
    library: Place | None,
    k: int,
    mode: SearchMode,
    after: str | None,
    before: str | None,
    source: Sequence[str],
    language: Sequence[str],
    collection: Sequence[str],
    without: Sequence[str],
    exact: bool,
    explain: bool,
    json: bool,
) -> None:
    """List the passages that fit a question best.

    With `-` as QUESTION, it is read from standard input.
    """
    from rag import search as search_library
    from ui.cli.terminal import print_hits, print_named, print_stages, print_way_without

    seconds: dict[str, float] | None = {} if explain else None
    filters = read_chosen_filters(after, before, source, language, None, collection).filters
    opened, _ = open_library(library)
    with opened:
        opened.audit.note_question("search", question)
        opened.warm()  # loading the models is no stage of a search
        found = search_library(opened, question, k, mode, filters, without, seconds, exact=exact)
    named = found.question.named
    print_named(named, found.question.counted_from, err=json)
    if searched := describe_corrections(found.question.corrections):
        click.secho(join_lines(searched), dim=True, err=json)
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
    library: Place | None,
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
def mcp(library: Place | None, model: str | None) -> None:
    """Serve the library to an MCP client on stdin and stdout."""
    require("chat", "the MCP server")
    from ui.api.mcp.server import serve_stdio

    opened, settings = open_library(library, model=model)
    with opened:
        serve_stdio(opened, settings)
