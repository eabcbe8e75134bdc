"""`dateline token`: the token that other machines need, changed and taken back."""

from __future__ import annotations

import click

from index import DatelineError, Place, UsageError, find_own_folder
from ui.cli.options import find_library, json_option, library_option, print_json
from ui.server.tokens import make_token, revoke_token, token_made_at


@click.command(short_help="Change or take back the token that other machines need.")
@click.option("--new", is_flag=True, help="Make a token in the place of the one that there is, and show it this once.")
@click.option("--revoke", is_flag=True, help="Take the token back; nobody comes in until there is another.")
@library_option
@json_option
def token(new: bool, revoke: bool, library: Place | None, json: bool) -> None:
    """Say whether the library has a token, with which other machines come in to `dateline chat --host`.

    A server that runs heeds a change at once: who came in with the old token is out.
    """
    if new and revoke:
        raise UsageError("--new takes the old token back already. Leave --revoke out.")
    place = find_library(library)
    folder = find_own_folder(place)
    if not folder.is_dir():
        raise DatelineError(f"there is no library at {place}. Name its folder with --library.")
    report: dict[str, object]
    if new:
        made = make_token(folder)
        report = {"token": made}
        said = f"Whoever has this token can read all the articles. It is shown this once: {made}"
    elif revoke:
        existed = revoke_token(folder)
        report = {"revoked": existed}
        said = "The token was taken back. `dateline token --new` makes another." if existed else _NONE
    else:
        since = token_made_at(folder)
        report = {"made": since.isoformat(timespec="seconds") if since else None}
        said = f"The token was made on {since:%-d %B %Y at %H:%M} UTC. `--new` makes another." if since else _NONE
    if json:
        print_json(report)
    else:
        click.echo(said)


_NONE = "The library has no token. `dateline token --new` makes one, and so does `dateline chat --host`."
