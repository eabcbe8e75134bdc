"""`dateline db`: the tables of a library in a PostgreSQL database."""

from __future__ import annotations

import click

from index import Place, describe_database, init_database, upgrade_database
from ui.cli.options import embedder_option, find_library, json_option, library_option, print_json, read_settings


@click.group("db", short_help="Make and upgrade the tables of a library in a PostgreSQL database.")
def group() -> None:
    """Make the tables of a library in a PostgreSQL database, bring them up to date, and say of which version they are.

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
