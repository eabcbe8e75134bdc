"""`dateline export`, `import`, `backup` and `check`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from index import DatelineError, article_to_fields, make_safe, read_files_in_subprocesses
from ui.cli.library_commands import report_added
from ui.cli.options import json_option, library_folder, library_option, open_library, print_json
from ui.cli.progress import track


@click.command(short_help="Write all articles to a file of JSON lines.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@library_option
def export(file: Path | None, library: Path | None) -> None:
    """Write all articles to FILE, or to stdout, an article a line; `dateline import` and `add` take it back."""
    opened, _ = open_library(library)
    with opened:
        lines = (json.dumps(article_to_fields(a), ensure_ascii=True) + "\n" for a in opened.articles())
        if file is None:
            for line in lines:
                click.echo(line, nl=False)
            return
        partial = file.with_name(f"{file.name}.partial")
        with partial.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(lines)
        partial.replace(file)


@click.command("import", short_help="Add the articles of an export.")
@click.argument("file", type=click.Path(path_type=Path))
@library_option
@json_option
def import_(file: Path, library: Path | None, json: bool) -> None:
    """Add the articles of FILE, which `dateline export` wrote. What is there already is not added again."""
    if not file.is_file():
        raise DatelineError(f"there is no file {file}; check the path.")
    opened, settings = open_library(library, create=True)

    articles = read_files_in_subprocesses([file], settings.max_file_mb, settings.file_seconds, kind="jsonl")
    with opened, track("Importing", 0, "articles") as advance:
        report = opened.add(advance(articles))
    report_added(report, library_folder(library), json)


@click.command(short_help="Copy a library that is in use.")
@click.argument("folder", type=click.Path(path_type=Path))
@library_option
@json_option
def backup(folder: Path, library: Path | None, json: bool) -> None:
    """Copy the library to the new folder FOLDER, as it stands at one moment, while others read and write it.

    The copy is a library like any other: open it with --library, or put it in the place of the one that was lost.
    """
    opened, _ = open_library(library)
    with opened:
        opened.backup(folder)
        found = opened.status()
    if json:
        print_json({"path": str(folder), "articles": found.articles})
    else:
        click.echo(f"{folder}: a copy of {found.path}.")


@click.command(short_help="Look for anything broken in a library.")
@library_option
@json_option
def check(library: Path | None, json: bool) -> None:
    """Look through the whole library for anything broken, and name it; exit code 1 where there is something."""
    opened, _ = open_library(library)
    with opened:
        faults = opened.check()
        articles = opened.status().articles
    if json:
        print_json({"articles": articles, "faults": faults})
    elif not faults:
        click.echo(f"{library_folder(library)}: {articles:,} articles, nothing is broken.")
    for fault in faults:
        click.echo(make_safe(f"dateline: {fault}."), err=True)
    if faults:
        raise click.exceptions.Exit(1)


COMMANDS = (export, import_, backup, check)
