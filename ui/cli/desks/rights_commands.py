"""`dateline db grant`, `revoke` and `rights`: who may see and change which collections of a library in a database."""

from __future__ import annotations

import click

from index import Place, Right, grant_right, join_lines, list_rights, read_collections, revoke_rights
from ui.cli.options import find_library, json_option, library_option, print_json

_ALL = "the whole library"
_collection_option = click.option(
    "--collection", metavar="NAME", help="The right is for this collection. Default: the whole library."
)


@click.command(short_help="Let a role of the database see or change a collection.")
@click.argument("member", metavar="USER")
@_collection_option
@click.option(
    "--role",
    type=click.Choice(["reader", "editor", "admin"]),
    default="reader",
    show_default=True,
    help="Readers ask and read; editors add, change and remove too; admins give rights too.",
)
@library_option
@json_option
def grant(member: str, collection: str | None, role: str, library: Place | None, json: bool) -> None:
    """Let USER, a role of the database or whom a proxy names so, see a collection; others see nothing of it.

    The role is made where there is none. From the first grant on, everybody that a proxy names needs rights.
    """
    right = Right(member, _read_name(collection) or "", role)
    grant_right(find_library(library), right)
    if json:
        print_json(right._asdict())
    else:
        click.echo(join_lines(f"{member} is {role} of {right.collection or _ALL}."))


@click.command(short_help="Take rights back.")
@click.argument("member", metavar="USER")
@click.option("--collection", metavar="NAME", help="Take the right in this collection alone. Default: all rights.")
@library_option
@json_option
def revoke(member: str, collection: str | None, library: Place | None, json: bool) -> None:
    """Take all rights of USER back, or the one in a collection. Exit code 1 where there was none."""
    taken = revoke_rights(find_library(library), member, _read_name(collection))
    if json:
        print_json({"member": member, "taken": taken})
    elif taken:
        click.echo(join_lines(f"{member}: {taken} right{'' if taken == 1 else 's'} taken back."))
    if not taken:
        click.echo(join_lines(f"dateline: {member} has no such right. `dateline db rights` lists them."), err=True)
        raise click.exceptions.Exit(1)


@click.command(short_help="List who may do what.")
@library_option
@json_option
def rights(library: Place | None, json: bool) -> None:
    """List who may do what: all rights for an admin, else one's own. The tables' owner may do everything."""
    found = list_rights(find_library(library))
    if json:
        print_json([right._asdict() for right in found])
        return
    for right in found:
        click.echo(f"{join_lines(right.member):<20} {right.role:<7} {right.collection or _ALL}")
    if not found:
        click.echo("Nobody has rights here but the tables' owner.")


def _read_name(collection: str | None) -> str | None:
    return None if collection is None else read_collections([collection])[0]


COMMANDS = (grant, revoke, rights)
