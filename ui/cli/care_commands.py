"""`dateline export`, `import`, `backup`, `copy`, `check`, `salvage`, `rebuild` and `trust`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args

import click

from index import (
    Article,
    AuditLog,
    DatelineError,
    Filters,
    Place,
    TableFormat,
    UsageError,
    article_to_fields,
    check_library,
    copy_library,
    join_lines,
    read_collections,
    read_files_in_subprocesses,
    require,
    salvage_library,
    trust_library,
    write_table,
)
from rag import Settings
from ui.cli.options import (
    collection_option,
    end_with_damage,
    find_library,
    into_option,
    json_option,
    library_option,
    open_library,
    print_json,
    read_library,
    read_settings,
    runtime_option,
)
from ui.cli.progress import track, track_counts
from ui.cli.report import report_added


@click.command(short_help="Write all articles to a file.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option(
    "--to",
    "kind",
    type=click.Choice(["jsonl", *get_args(TableFormat)]),
    default="jsonl",
    show_default=True,
    help="JSON lines, or a table with typed columns for other programs.",
)
@collection_option
@library_option
def export(
    file: Path | None, kind: Literal["jsonl"] | TableFormat, collection: Sequence[str], library: Place | None
) -> None:
    """Write all articles to FILE, or to stdout, an article a line; `dateline import` and `add` take it back.

    A table (`--to arrow`, which is an Arrow IPC file, or `--to parquet`) needs a FILE, and is not taken back.
    """
    if kind != "jsonl":
        require("arrow", f"export --to {kind}")
        if file is None:
            raise UsageError(f"name a file for the table: dateline export articles.{kind} --to {kind}")
    opened, _ = open_library(library)
    with opened:
        opened.audit.note("export", what="articles", to=str(file or "-"))
        articles = opened.articles(Filters(collections=tuple(collection)))
        if file is None:
            for line in _write_lines(articles):
                click.echo(line, nl=False)
        else:
            partial = file.with_name(f"{file.name}.partial")
            if kind == "jsonl":
                with partial.open("w", encoding="utf-8", newline="\n") as stream:
                    stream.writelines(_write_lines(articles))
            else:
                write_table(articles, partial, kind)
            partial.replace(file)
        end_with_damage(opened)


def _write_lines(articles: Iterator[Article]) -> Iterator[str]:
    return (json.dumps(article_to_fields(a), ensure_ascii=True) + "\n" for a in articles)


@click.command("import", short_help="Add the articles of an export.")
@click.argument("file", type=click.Path(path_type=Path))
@into_option
@library_option
@json_option
def import_(file: Path, collection: Sequence[str], library: Place | None, json: bool) -> None:
    """Add the articles of FILE, which `dateline export` wrote. What is there already is not added again."""
    into = read_collections(collection)
    if not file.is_file():
        raise DatelineError(f"there is no file {file}; check the path.")
    opened, settings = open_library(library, create=True)

    articles = read_files_in_subprocesses([file], settings.max_file_mb, settings.file_seconds, kind="jsonl")
    with opened, track("Importing", 0, "articles") as advance:
        report = opened.add(advance(articles), collections=into)
    report_added(report, str(find_library(library)), json)


@click.command(short_help="Make the search indexes again, or move to another embedder.")
@click.option("--embedder", metavar="NAME", help="Embed every passage anew with this model, and keep to it.")
@runtime_option
@library_option
@json_option
def rebuild(embedder: str | None, runtime: str | None, library: Place | None, json: bool) -> None:
    """Make the search indexes again from the articles, whose texts stay as they are.


    Articles that have no language, as in libraries of earlier versions, get the one that their text is in. With
    --embedder or --runtime every passage is embedded anew. Broken off, the library is as it was, and the same command
    goes on from there.
    """
    opened, _ = open_library(library)
    with opened, track_counts("Embedding", "passages") as advance:
        opened.rebuild(embedder or "", runtime or "", advance)
        found = opened.status()
    if json:
        print_json({"embedder": found.embedder, "dimension": found.dimension, "passages": found.passages})
    else:
        click.echo(f"{found.path}: {found.passages:,} passages are indexed, embedded with {found.embedder}.")
    end_with_damage(opened)


@click.command(short_help="Copy a library that is in use.")
@click.argument("folder", type=click.Path(path_type=Path))
@library_option
@json_option
def backup(folder: Path, library: Place | None, json: bool) -> None:
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


@click.command(short_help="Copy a library into a folder or a database.")
@click.argument("source", metavar="LIBRARY", callback=read_library)
@click.argument("target", metavar="NEW", callback=read_library)
@json_option
def copy(source: Place, target: Place, json: bool) -> None:
    """Copy LIBRARY to NEW, where no library is: each of them a folder, or a database at postgresql://….

    Articles, their versions, vectors and what is followed are copied, in batches; conversations and settings are not.
    Broken off, the same command goes on. The copy is checked at the end; exit code 1 where something is wrong with it.
    """
    settings = read_settings(source)
    AuditLog(settings, source).note("export", what="copy", to=str(target))
    with track_counts("Copying", "articles") as progress:
        copied, already, faults = copy_library(source, target, settings, progress)
    if json:
        print_json({"library": str(target), "copied": copied, "already": already, "faults": list(faults)})
    else:
        before = f", {already:,} were there before" if already else ""
        click.echo(f"{target}: {copied:,} articles were copied{before}.")
    for fault in faults:
        click.echo(join_lines(f"dateline: {fault}."), err=True)
    if faults:
        raise click.exceptions.Exit(1)


@click.command(short_help="Look for anything broken in a library.")
@library_option
@json_option
def check(library: Place | None, json: bool) -> None:
    """Look through the whole library for anything broken, and name it; exit code 1 where there is something."""
    place = find_library(library)
    articles, faults = check_library(place, read_settings(place))
    if json:
        print_json({"articles": articles, "faults": faults})
    elif not faults:
        click.echo(f"{place}: {articles:,} articles, nothing is broken.")
    for fault in faults:
        click.echo(join_lines(f"dateline: {fault}."), err=True)
    if faults:
        raise click.exceptions.Exit(1)


@click.command(short_help="Allow what a library's folder says of keys, files and hosts.")
@click.argument("library", metavar="LIBRARY", callback=read_library)
@json_option
def trust(library: Place, json: bool) -> None:
    """Allow what the library LIBRARY, a folder or a database, says now of keys, files, hosts and limits, and list it.

    A library that somebody else made could have your keys sent elsewhere, or your files read or written: such settings
    in its dateline.toml, embedding models that are paths or behind an API, folders that it follows, and links in the
    place of its files count only when you allow them. What is changed there later is asked about again.
    """
    trusted = trust_library(library, Settings)
    if json:
        print_json({"library": str(library), "trusted": trusted})
        return
    for line in trusted:
        click.echo(f"{library}: {join_lines(line)}")
    click.echo(f"{library}: {'this is trusted now.' if trusted else 'there is nothing in it that needs trust.'}")


@click.command(short_help="Save what is whole of a damaged library.")
@click.argument("folder", metavar="LIBRARY", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@json_option
def salvage(folder: Path, new: Path, json: bool) -> None:
    """Save the articles that are whole in the damaged library LIBRARY, with their versions, in the new folder NEW.

    What LIBRARY follows is saved too. What can't be saved is named, and the exit code is 1 then. Nothing in LIBRARY
    changes.
    """
    saved, lost = salvage_library(folder, new, read_settings(folder))
    if json:
        print_json({"path": str(new), "articles": saved, "lost": lost})
    else:
        click.echo(f"{new}: {saved:,} articles were saved, {len(lost):,} things were not.")
    for name in lost:
        click.echo(join_lines(f"dateline: {name} can't be saved."), err=True)
    if lost:
        raise click.exceptions.Exit(1)


COMMANDS = (backup, copy, check, salvage, trust)
