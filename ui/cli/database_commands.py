"""`dateline db`: the tables of a library in a PostgreSQL database."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

import click

from index import (
    TROUBLE,
    AddReport,
    Place,
    UsageError,
    Worker,
    describe_database,
    init_database,
    join_lines,
    upgrade_database,
)
from ui.advice import explain_in_terminal
from ui.cli.options import (
    embedder_option,
    find_library,
    json_option,
    library_option,
    open_library,
    print_json,
    read_settings,
)

_PAUSE_SECONDS = 5.0  # until a worker tries again what failed for no article's fault


@click.group("db", short_help="A library in PostgreSQL: its tables, and who may see what.")
def group() -> None:
    """Make the tables of a library in a PostgreSQL database, bring them up to date, and say who may see what in it.

    The database is named by --library or DATELINE_LIBRARY: postgresql://user@host/database. All tables stand in one
    schema, `dateline`, or another with ?schema=NAME.
    """


@group.command(short_help="Make the tables of an empty library.")
@embedder_option
@library_option
@json_option
def init(embedder: str | None, library: Place | None, json: bool) -> None:
    """Make the tables of an empty library; where there is one already, nothing changes."""
    place = find_library(library)
    is_new = init_database(place, read_settings(place, embedder=embedder))
    if json:
        print_json({"library": str(place), "made": is_new})
    else:
        click.echo(f"{place}: {'an empty library.' if is_new else 'there is a library already.'}")


@group.command(short_help="Bring the tables of an earlier Dateline up to date.")
@library_option
@json_option
def upgrade(library: Place | None, json: bool) -> None:
    """Bring the tables of an earlier Dateline up to date, each step in one transaction. Stop other programs first."""
    place = find_library(library)
    before, after = upgrade_database(place)
    if json:
        print_json({"library": str(place), "before": before, "version": after})
    elif before == after:
        click.echo(f"{place}: its tables are of version {after} already.")
    else:
        click.echo(f"{place}: its tables were of version {before}, and are of version {after} now.")


@group.command(short_help="Say of which version the tables are.")
@library_option
@json_option
def status(library: Place | None, json: bool) -> None:
    """Say of which version the tables are, and which this Dateline needs; exit code 1 where they differ."""
    place = find_library(library)
    state = describe_database(place)
    if json:
        print_json({"library": str(place), **state._asdict()})
    else:
        stands_on = f"PostgreSQL {state.server}, pgvector {state.pgvector}"
        click.echo(f"{place}: tables of version {state.version} of {state.known} ({stands_on}).")
    if state.version < state.known:
        click.echo("dateline: these tables are of an earlier Dateline. Run `dateline db upgrade`.", err=True)
    if state.version > state.known:
        click.echo("dateline: these tables are of a later Dateline. Use that one.", err=True)
    if state.version != state.known:
        raise click.exceptions.Exit(1)


@click.command(short_help="Embed and add the articles that wait in a database's queue.")
@click.option("--once", is_flag=True, help="End when the queue is empty.")
@click.option("--again", is_flag=True, help="Have those wait again first that were set aside, since they failed.")
@library_option
@json_option
def worker(once: bool, again: bool, library: Place | None, json: bool) -> None:
    """Embed and add the articles that `dateline add --queue` put into the queue of a library in a database.

    Start as many as the machines have room for: each takes another article, and a killed one loses nothing. An article
    that fails three times is set aside; `dateline status` shows why. Ctrl-C and SIGTERM end it after the article that
    it is at. With --once the exit code is 1 where an article failed.
    """
    if json and not once:
        raise UsageError("--json is one document, and a worker goes on for ever; say --once too.")
    opened, _ = open_library(library)
    with opened, _stopping() as stop:
        made = opened.make_worker()
        tried = made.try_again() if again else 0
        if tried and not json:
            click.echo(f"{tried:,} that were set aside wait again.")
        report = _work(made, stop, once=once, quiet=json)
    if json:
        failed = [{"article": failure.origin, "reason": failure.reason} for failure in report.failed]
        print_json({"added": report.added, "updated": report.updated, "unchanged": report.unchanged, "failed": failed})
    if once and report.failed:
        raise click.exceptions.Exit(1)


def _work(made: Worker, stop: Event, *, once: bool, quiet: bool) -> AddReport:
    """Work until the end, and say what became of each article. What is no article's fault may go better later."""
    whole = AddReport()
    trouble = ""  # which is said once, however long it lasts
    while not stop.is_set():
        try:
            for report in made.work(stop, once=once):
                if once:
                    whole = whole.join(report)
                _say(report, quiet=quiet)
                trouble = ""
            break
        except TROUBLE as error:
            if once:
                raise
            if str(error) != trouble:
                trouble = str(error)
                click.echo(f"dateline: {join_lines(explain_in_terminal(error))}", err=True)
            stop.wait(_PAUSE_SECONDS)
    return whole


def _say(report: AddReport, *, quiet: bool) -> None:
    for failure in report.failed:
        click.echo(f"dateline: {join_lines(f'{failure.origin}: {failure.reason}')}.", err=True)
    if not quiet:
        for name in ("added", "updated", "unchanged"):
            for article_id in getattr(report, name):
                click.echo(join_lines(f"{name} {article_id}"))


@contextmanager
def _stopping() -> Iterator[Event]:
    """What Ctrl-C and SIGTERM set, in place of ending the program; a second Ctrl-C ends it at once."""
    stop = Event()

    def ask_to_stop(number: int, _frame: object) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, ask_to_stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
