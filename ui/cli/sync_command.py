"""`dateline sync`."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import click

from index import AddReport, DatelineError, Library, UsageError, forget_place, join_lines, sync_library
from ui.advice import explain_in_terminal
from ui.cli.library_commands import report_added
from ui.cli.options import (
    end_with_damage,
    json_option,
    library_folder,
    library_option,
    open_library,
    print_json,
    private_option,
)
from ui.cli.progress import track_counts
from ui.sleep import sleep

_PAUSE = re.compile(r"(\d+)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_SHORTEST_PAUSE = 10  # seconds
_NOTHING = "Nothing is followed. `dateline add` follows the feeds, sitemaps and folders that it is given."


@click.command(short_help="Add what is new in the feeds, sitemaps and folders that were added.")
@click.option("--remove-gone", is_flag=True, help="Remove articles whose file, or whose page (404, 410), is gone.")
@click.option("--every", metavar="TIME", help="Go on, and look again so often (30s, 15m, 2h, 1d), until Ctrl-C.")
@click.option("--list", "list_", is_flag=True, help="List what is followed, and do nothing.")
@click.option(
    "--forget", "forgotten", metavar="PLACE", help="Follow this feed, sitemap or folder no more; its articles stay."
)
@private_option
@library_option
@json_option
def sync(
    remove_gone: bool,
    every: str | None,
    list_: bool,
    forgotten: str | None,
    allow_private: bool | None,
    library: Path | None,
    json: bool,
) -> None:
    """Add what is new or has changed in the feeds, sitemaps and folders that were ever added.

    Servers are asked only for what has changed, at most once a second each, and as their robots.txt asks. Of folders
    only files that have changed are read.
    """
    pause = _parse_pause(every) if every else None
    if (list_ or forgotten) and (remove_gone or every or (list_ and forgotten)):
        raise UsageError("--list and --forget stand alone.")
    if every and json:
        raise UsageError("--json is one document, and --every never ends; leave one out.")
    opened, _ = open_library(library, allow_private=allow_private)
    with opened:
        if forgotten:
            _forget(opened, forgotten, json)
        elif list_:
            _list(opened, json)
        elif pause is None:
            _look_once(opened, library_folder(library), remove_gone, json)
        else:
            _look_often(opened, library_folder(library), remove_gone, pause)


def _look_once(library: Library, folder: Path, remove_gone: bool, json: bool) -> None:
    with track_counts("Syncing", "addresses") as progress:
        report = sync_library(library, remove_gone=remove_gone, progress=progress)
    if not json and report == (AddReport(), ()):
        click.echo(f"{folder}: nothing is new." if list(library.followed) else _NOTHING)
    report_added(report.added, folder, json, report.removed)
    end_with_damage(library)


def _look_often(library: Library, folder: Path, remove_gone: bool, pause: int) -> None:
    """Look again and again. What goes wrong once is said, and the next time may go better."""
    try:
        while True:
            click.echo(f"{datetime.now():%Y-%m-%d %H:%M:%S}", err=True)
            try:
                _look_once(library, folder, remove_gone, json=False)
            except click.exceptions.Exit:
                pass  # what failed was said
            except DatelineError as error:
                click.echo(f"dateline: {join_lines(explain_in_terminal(error))}", err=True)
            sleep(pause)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)


def _list(library: Library, json: bool) -> None:
    places = list(library.followed)
    if json:
        print_json([place._asdict() for place in places])
        return
    for place in places:
        click.echo(f"{place.kind:<8} {join_lines(place.address)}")
    if not places:
        click.echo(_NOTHING)


def _forget(library: Library, address: str, json: bool) -> None:
    if not forget_place(library, address):
        raise DatelineError(f"{address} is not followed; `dateline sync --list` shows what is.")
    if json:
        print_json({"forgotten": address})
    else:
        click.echo(join_lines(f"{address} is followed no more. Its articles stay."))


def _parse_pause(every: str) -> int:
    """The seconds that "15m" says."""
    match = _PAUSE.fullmatch(every.strip())
    seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
    if seconds < _SHORTEST_PAUSE:
        raise UsageError(f"--every {every} is no time of at least {_SHORTEST_PAUSE}s; write 30s, 15m, 2h or 1d.")
    return seconds
