"""`dateline token`: the tokens that other machines need, made, listed and taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import click

from index import AuditLog, DatelineError, Place, UsageError, find_own_folder
from ui.cli.options import find_library, json_option, library_option, print_json, read_settings
from ui.server.tokens import MAIN, SCOPES, Scope, Token, list_tokens, make_token, revoke_token

_ANY = "\0"  # an option without a name


@click.command(short_help="Make, list or take back the tokens that other machines need.")
@click.option(
    "--new",
    is_flag=False,
    flag_value=MAIN,
    metavar="[NAME]",
    help=f"Make a token, in the place of any other of that name, and show it this once. Without NAME it is `{MAIN}`.",
)
@click.option(
    "--scope",
    type=click.Choice(SCOPES),
    help="With --new: whether its bearer may only read and ask, or also add and remove.  [default: write]",
)
@click.option("--expires", metavar="DAY", help="With --new: the last day that it lets anybody in (UTC), as 2027-03-31.")
@click.option(
    "--revoke",
    is_flag=False,
    flag_value=_ANY,
    metavar="[NAME]",
    help="Take a token back. NAME can be left out where there is only one.",
)
@library_option
@json_option
def token(
    new: str | None, scope: Scope | None, expires: str | None, revoke: str | None, library: Place | None, json: bool
) -> None:
    """List the library's tokens, with which other machines come in to `dateline chat --host`.

    Each has a name, a scope (read: search, ask and judge answers; write: add and remove too) and maybe a last day. The
    token itself is shown once, when it is made. A server that runs heeds a change at once: who came in with a token
    that was taken back is out.
    """
    if new and revoke:
        raise UsageError("--new takes the old token of that name back already. Leave --revoke out.")
    if (scope or expires) and not new:
        raise UsageError("--scope and --expires go with --new: they are a new token's.")
    place = find_library(library)
    folder = find_own_folder(place)
    if not folder.is_dir():
        raise DatelineError(f"there is no library at {place}. Name its folder with --library.")
    if new:
        _make(place, folder, new, scope or "write", _read_day(expires), json)
    elif revoke:
        _revoke(place, folder, revoke, json)
    else:
        _list(folder, json)


def _make(place: Place, folder: Path, name: str, scope: Scope, expires: datetime | None, json: bool) -> None:
    audit = AuditLog(read_settings(place), place)
    audit.check()
    made = make_token(folder, name, scope, expires)
    audit.note("make token", token=name, scope=scope)
    if json:
        print_json({"token": made, "name": name, "scope": scope, "expires": _show_time(expires)})
    else:
        may = "read all the articles" if scope == "read" else "read all the articles, add and remove"
        click.echo(f"Whoever has this token can {may}. It is shown this once: {made}")


def _revoke(place: Place, folder: Path, name: str, json: bool) -> None:
    audit = AuditLog(read_settings(place), place)
    audit.check()
    names = [token.name for token in list_tokens(folder)]
    if name == _ANY:
        if len(names) > 1:
            raise UsageError(f"there are several tokens; say which to take back: {', '.join(names)}.")
        name = names[0] if names else MAIN
    elif name not in names:
        has = f"There are: {', '.join(names)}." if names else _NONE
        raise DatelineError(f"there is no token {name!r}. {has}")
    existed = revoke_token(folder, name)
    if existed:
        audit.note("revoke token", token=name)
    if json:
        print_json({"revoked": existed})
    else:
        said = f"The token `{name}` was taken back. `dateline token --new {name}` makes another." if existed else _NONE
        click.echo(said)


def _list(folder: Path, json: bool) -> None:
    found = list_tokens(folder)
    if json:
        print_json({"tokens": [_token_to_dict(token) for token in found]})
        return
    for token in found:
        until = "" if token.expires is None else f", until {token.expires - timedelta(seconds=1):%Y-%m-%d}"
        used = f"used {token.used:%Y-%m-%d %H:%M}" if token.used else "never used"
        over = " (over)" if token.has_expired() else ""
        click.echo(f"{token.name:<20} {token.scope:<5}  made {token.created:%Y-%m-%d %H:%M}, {used}{until}{over}")
    if not found:
        click.echo(_NONE)


def _token_to_dict(token: Token) -> dict[str, str | None]:
    times = {name: _show_time(getattr(token, name)) for name in ("created", "used", "expires")}
    return {"name": token.name, "scope": token.scope, **times}


def _show_time(time: datetime | None) -> str | None:
    return time.isoformat(timespec="seconds") if time else None


def _read_day(text: str | None) -> datetime | None:
    """The end of that day. Raises UsageError for what is no day, or is over."""
    if text is None:
        return None
    try:
        end = datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"--expires {text} is no day. Write it as 2027-03-31.") from None
    if end <= datetime.now(UTC):
        raise UsageError(f"--expires {text} is over. Name a day to come.")
    return end


_NONE = "The library has no token. `dateline token --new` makes one, and so does `dateline chat --host`."
