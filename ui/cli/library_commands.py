"""`dateline add`, `list`, `show`, `remove` and `status`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import click

from index import (
    ARTICLE_FIELDS,
    AddReport,
    Article,
    ArticleDamaged,
    DatelineError,
    Failure,
    Library,
    Place,
    Status,
    UsageError,
    add_urls,
    article_to_fields,
    follow_folders,
    join_lines,
    list_files,
    read_addresses,
    read_collections,
    read_files_in_subprocesses,
)
from rag import read_chosen_filters
from ui.advice import advise_embedder
from ui.cli.options import (
    after_option,
    before_option,
    check_has_queue,
    collection_option,
    embedder_option,
    end_with_damage,
    find_library,
    into_option,
    json_option,
    language_option,
    library_option,
    open_library,
    print_json,
    private_option,
    source_option,
)
from ui.cli.progress import track_adding, track_counts
from ui.cli.report import report_added, report_status, to_json
from ui.listing import ORDERS
from ui.wording import show_date, show_language, show_line


@click.command(short_help="Read files, folders and web addresses into a library.")
@click.argument("places", nargs=-1, metavar="PATH_OR_URL...")
@click.option(
    "--urls", "listed", type=click.File(), metavar="FILE", help="A file of web addresses, one a line; - is stdin."
)
@library_option
@click.option(
    "--map",
    "columns",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="The column or key that holds a field, as in title=kicker (can be repeated).",
)
@into_option
@private_option
@embedder_option
@click.option("--queue", is_flag=True, default=None, help="In a database: have a `dateline worker` embed them, later.")
@json_option
def add(
    places: Sequence[str],
    listed: TextIO | None,
    columns: Sequence[str],
    library: Place | None,
    collection: Sequence[str],
    allow_private: bool | None,
    embedder: str | None,
    queue: bool | None,
    json: bool,
) -> None:
    """Read files, folders and web addresses into a library, which is made where there is none.

    By content: html, mhtml, md, txt, pdf, docx, odt, rtf, doc, pptx, xlsx, ods, eml, mbox, epub, json, jsonl, csv, RSS,
    Atom, NewsML, NITF, exports of Zotero, WARC, pictures and scans (with Tesseract), recordings (with faster-whisper),
    and archives of these.
    At a web address: a page, or a feed or sitemap, whose articles are read. `dateline sync` goes on with feeds,
    sitemaps and folders. A file named here that holds nothing but web addresses, one a line, is as if given with
    --urls; in a folder it is not followed.

    Adding the same again adds nothing; changed text is an update, and the old text is kept. With --collection, what is
    there already goes into that collection too, and so does what `dateline sync` adds later.
    """
    into = read_collections(collection)
    urls = [place for place in places if "://" in place]
    urls += _read_urls(listed) if listed else []
    paths = [Path(place) for place in places if "://" not in place]
    for path in [path for path in paths if path.is_file()]:
        if addresses := read_addresses(path):
            said = f"{path} is a list of {len(addresses):,} web addresses: their pages are asked for."
            click.echo(join_lines(said), err=True)
            urls += addresses
            paths.remove(path)
    if not urls and not paths:
        raise UsageError("name what to add: files, folders or web addresses.")
    fields = _parse_columns(columns)
    if queue:
        check_has_queue(find_library(library))
    files = list_files(paths)
    report = AddReport.of_unread(f for f in files if isinstance(f, Failure))
    found = [f for f in files if not isinstance(f, Failure)]
    if found or urls:  # where there is nothing to read, no library is made for it
        given = {"embedder": embedder, "allow_private": allow_private, "add_to_queue": queue}
        opened, settings = open_library(library, create=True, **given)
        with opened:
            if found:
                with track_adding() as bar:
                    limits = settings.max_file_mb, settings.file_seconds
                    read = read_files_in_subprocesses(found, *limits, fields, named=set(paths), progress=bar.read)
                    report = report.join(opened.add(read, bar.done, collections=into))
            follow_folders(opened, (p for p in paths if p.is_dir()), fields, into)
            if urls:
                with track_counts("Adding", "addresses") as progress:
                    report = report.join(add_urls(opened, urls, progress, collections=into))
            _say_embedder(opened.status())
    report_added(report, str(find_library(library)), json)


def _say_embedder(found: Status) -> None:
    """Say on stderr which embedder would serve better, where one would."""
    if advice := advise_embedder(found):
        click.echo(f"dateline: {advice}", err=True)


def _read_urls(file: TextIO) -> list[str]:
    """The addresses in a file of them; blank lines, and lines that begin with #, are passed over."""
    try:
        lines = [line.strip() for line in file]
    except UnicodeDecodeError:
        raise UsageError(f"{file.name} is not a text; --urls takes a file of web addresses, one a line.") from None
    return [line for line in lines if line and not line.startswith("#")]


@click.command("list")
@after_option
@before_option
@source_option
@language_option
@collection_option
@click.option("--text", default="", metavar="WORDS", help="Only articles with these words in title or text.")
@click.option(
    "--sort",
    type=click.Choice(list(ORDERS)),
    default="oldest",
    show_default=True,
    help="What comes first; by date, the undated come last.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="The first N only.")
@library_option
@json_option
def list_(
    after: str | None,
    before: str | None,
    source: Sequence[str],
    language: Sequence[str],
    collection: Sequence[str],
    text: str,
    sort: str,
    limit: int | None,
    library: Place | None,
    json: bool,
) -> None:
    """List the articles, the oldest first unless --sort says otherwise."""
    filters = read_chosen_filters(after, before, source, language, None, collection).filters
    opened, _ = open_library(library)
    with opened:
        everything = [replace(a, text="", removed="") for a in opened.articles(filters, text)]
        found = len(everything)
        articles = ORDERS[sort](everything)[:limit]
        if json:
            print_json([_article_to_dict(a, with_text=False) for a in articles])
            end_with_damage(opened)
            return
        for a in articles:
            day = f"{a.published:%Y-%m-%d}" if a.published else "undated"
            outlet = f"  ({a.attributed})" if a.attributed else ""
            into = f"  [{', '.join(a.collections)}]" if a.collections else ""
            click.echo(f"{day:<10}  {join_lines(a.id):<16}  {join_lines((a.title or '(no title)') + outlet + into)}")
        if found > len(articles):
            click.echo(f"{found - len(articles):,} more; --limit {found} lists all.", err=True)
        end_with_damage(opened)
    if not found and (filters or text):
        click.echo("No article is within that.")
    elif not found:
        click.echo("The library is empty. Add articles with `dateline add FOLDER`.")


@click.command(short_help="Show an article: what is known of it, and its clean text.")
@click.argument("article_id", metavar="ID")
@click.option("--removed", is_flag=True, help="Show what cleaning took out (menus, captions …) instead of the text.")
@click.option(
    "--versions", is_flag=True, help="Show the texts that it had before, and what changed from each to the next."
)
@library_option
@json_option
def show(article_id: str, removed: bool, versions: bool, library: Place | None, json: bool) -> None:
    """Show the article whose id is ID, or begins so: what is known of it, and its clean text."""
    from ui.cli.terminal import print_changes, print_wrapped

    opened, _ = open_library(library)
    with opened:
        article = opened.get(article_id)
        copies = opened.copies(article.id)
        before = opened.versions(article.id)
        gone = next((page.gone for page in opened.pages.of_article(article.id) if page.gone), None)
    if json:
        values = {**_article_to_dict(article, with_text=True), "copies": copies}
        values |= {"gone": datetime.fromtimestamp(gone, UTC).isoformat()} if gone else {}
        print_json({**values, "versions": [to_json(v._asdict()) for v in before]} if versions else values)
        return
    click.secho(join_lines(article.title) or "(no title)", bold=True)
    known = {
        "id": article.id,
        "published": show_date(article),
        "dated by": article.date_evidence,
        "language": show_language(article),
        "source": article.attributed,
        "source by": article.source_evidence,
        "agency": article.agency,
        "authors": ", ".join(article.authors),
        "authors by": article.authors_evidence,
        "url": article.url,
        "read from": article.origin,
        "collections": ", ".join(article.collections),
        "gone": f"its page is no more, as was seen first on {datetime.fromtimestamp(gone):%Y-%m-%d}" if gone else "",
        "copies": ", ".join(copies),
        "versions": f"{len(before)} before this one; see --versions" if before and not versions else "",
    }
    for name, value in known.items():
        if value:
            click.echo(f"{name:<11} {join_lines(value)}")
    click.echo()
    if versions:
        print_changes([*((v.title, v.text) for v in before), (article.title, article.text)])
        return
    print_wrapped((article.removed or "(nothing was taken out)") if removed else article.text)


@click.command(short_help="Remove articles.")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@source_option
@before_option
@collection_option
@click.option("--yes", is_flag=True, help="Don't ask.")
@library_option
@json_option
def remove(
    ids: Sequence[str],
    source: Sequence[str],
    before: str | None,
    collection: Sequence[str],
    yes: bool,
    library: Place | None,
    json: bool,
) -> None:
    """Remove the articles whose ids are ID, or begin so; or all from a source, in a collection, or published by a
    day.

    It asks first. The files that they were read from stay.
    """
    filters = read_chosen_filters(None, before, source, collections=collection).filters
    if bool(ids) == bool(filters):  # a blank day limits nothing, and would remove everything
        raise UsageError("name what to remove: either IDs, or --source, --before and --collection.")
    opened, _ = open_library(library)
    with opened:
        if ids:
            articles, damaged = _find_to_remove(opened, ids)
        else:
            articles, damaged = list(opened.articles(filters)), []
        if articles and not yes:
            _ask_before_removing(articles, by_id=bool(ids))
        opened.remove_all([*(a.id for a in articles), *damaged])
    if json:
        print_json({"removed": [*(a.id for a in articles), *damaged]})
    else:
        for article_id in damaged:
            click.echo(f"Removed {join_lines(article_id)}: it was damaged")
        for article in articles:
            click.echo(f"Removed {join_lines(article.id)}: {show_line(article)}")
        if not articles and not damaged:
            click.echo("No article is within that.")
    end_with_damage(opened)


def _find_to_remove(library: Library, ids: Sequence[str]) -> tuple[list[Article], list[str]]:
    """The articles with these ids, or that begin so, and the ids of those that are damaged."""
    articles: dict[str, Article] = {}
    damaged: dict[str, None] = {}
    for article_id in ids:
        try:
            article = library.get(article_id)
            articles[article.id] = article
        except ArticleDamaged as error:
            damaged[error.article_id] = None
    return list(articles.values()), list(damaged)


def _ask_before_removing(articles: Sequence[Article], *, by_id: bool) -> None:
    """Ask a person; a program that names the articles one by one need not be asked."""
    if not sys.stdin.isatty():
        if not by_id:
            raise UsageError(f"that is {len(articles):,} articles; to remove them without being asked, add --yes.")
        return
    what = show_line(articles[0]) if len(articles) == 1 else f"{len(articles):,} articles"
    if not click.confirm(f"Remove {what}?", err=True):
        raise DatelineError("nothing was removed.")


@click.command()
@library_option
@json_option
def status(library: Place | None, json: bool) -> None:
    """Show what a library holds."""
    opened, _ = open_library(library)
    with opened:
        found = opened.status()
    report_status(found, json)
    if not json:
        _say_embedder(found)


def _parse_columns(given: Sequence[str]) -> dict[str, str]:
    """Columns by the field that each stands for."""
    columns = dict(pair.partition("=")[::2] for pair in given)
    for field, column in columns.items():
        if field not in ARTICLE_FIELDS or not column:
            raise UsageError(
                f"--map {field}={column} names no field; write FIELD=COLUMN, FIELD one of: {', '.join(ARTICLE_FIELDS)}"
            )
    return columns


def _article_to_dict(article: Article, *, with_text: bool) -> dict[str, Any]:
    values = article_to_fields(article)
    del values["word_places"]
    if not with_text:
        del values["text"], values["removed"]
    return values


COMMANDS = (add, list_, show, remove)
