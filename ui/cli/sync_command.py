"""`dateline sync` and `dateline follow`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import click

from index import (
    AddReport,
    DatelineError,
    Library,
    Place,
    UsageError,
    add_urls,
    forget_place,
    join_lines,
    read_collections,
    sync_library,
)
from ui.advice import explain_in_terminal
from ui.cli.options import (
    end_with_damage,
    find_library,
    into_option,
    json_option,
    library_option,
    open_library,
    print_json,
    private_option,
)
from ui.cli.progress import track_counts
from ui.cli.report import report_added
from ui.sleep import sleep

_PAUSE = re.compile(r"(\d+)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_SHORTEST_PAUSE = 10  # seconds
_NOTHING = "Nothing is followed. `dateline add` follows feeds, sitemaps and folders, `dateline follow` pages."


@click.command(short_help="Read pages, and have `sync` ask for them again.")
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@into_option
@private_option
@library_option
@json_option
def follow(
    urls: Sequence[str], collection: Sequence[str], allow_private: bool | None, library: Place | None, json: bool
) -> None:
    """Read the articles at web addresses, and have `dateline sync` ask for them again each time.

    What is new on a page is an update, and the old text is kept. Feeds and sitemaps are followed as by `dateline add`.
    `dateline sync --forget URL` ends it.
    """
    into = read_collections(collection)
    if wrong := next((url for url in urls if "://" not in url), None):
        raise UsageError(f"{wrong} is no web address; `dateline add` follows folders.")
    opened, _ = open_library(library, create=True, allow_private=allow_private)
    with opened, track_counts("Adding", "addresses") as progress:
        report = add_urls(opened, urls, progress, follow=True, collections=into)
    report_added(report, str(find_library(library)), json)


@click.command(short_help="Add what is new in the feeds, sitemaps and folders that were added.")
@click.option(
    "--remove-gone",
    is_flag=True,
    help="Remove articles whose file, or whose page (404, 410), is gone; else such pages are marked.",
)
@click.option("--every", metavar="TIME", help="Go on, and look again so often (30s, 15m, 2h, 1d), until Ctrl-C.")
@click.option("--list", "list_", is_flag=True, help="List what is followed, and do nothing.")
@click.option(
    "--forget", "forgotten", metavar="PLACE", help="Follow this feed, sitemap, page or folder no more; articles stay."
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
    library: Place | None,
    json: bool,
) -> None:
    """Add what is new or has changed in the feeds, sitemaps, pages and folders that were ever added or followed.

    Servers are asked only for what has changed, at most once a second each, and as their robots.txt asks: soon for a
    page that is new, then at a growing distance. Of folders only files that have changed are read. With --every, what
    each look did is a line.
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
            _look_once(opened, str(find_library(library)), remove_gone, json)
        else:
            _look_often(opened, find_library(library), remove_gone, pause)


def _look_once(library: Library, shown: str, remove_gone: bool, json: bool) -> None:
    """Look once, and say what came of it; `shown` is how the line begins."""
    with track_counts("Syncing", "addresses") as progress:
        report = sync_library(library, remove_gone=remove_gone, progress=progress)
    if not json and report == (AddReport(), (), ()):
        click.echo(f"{shown}: nothing is new." if list(library.followed) else _NOTHING)
    report_added(report.added, shown, json, report.removed, report.gone)
    end_with_damage(library)


def _look_often(library: Library, place: Place, remove_gone: bool, pause: int) -> None:
    """Look again and again. What goes wrong once is said, and the next time may go better."""
    try:
        while True:
            try:
                _look_once(library, f"{datetime.now():%Y-%m-%d %H:%M:%S} {place}", remove_gone, json=False)
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
        into = f"  [{', '.join(place.collections)}]" if place.collections else ""
        click.echo(f"{place.kind:<8} {join_lines(place.address)}{into}")
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


COMMANDS = (follow, sync)
