"""`dateline add`, `list`, `show`, `remove` and `status`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from index import AddReport, Article, DatelineError
from index.read import list_files, read_files
from ui.options import EmbedderOption, JsonOption, LibraryOption, library_folder, open_library, print_json
from ui.progress import track
from ui.wording import make_safe, show_date, show_line, show_period

IdArgument = Annotated[str, typer.Argument(help="The article's id, or the beginning of it.", metavar="ID")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`, in the order in which help lists them."""
    app.command()(add)
    app.command("list")(list_)
    app.command()(show)
    app.command()(remove)
    app.command()(status)


def add(
    paths: Annotated[
        list[str], typer.Argument(help="Files and folders: html, md, txt, json, pdf, docx.", metavar="PATH...")
    ],
    library: LibraryOption = None,
    embedder: EmbedderOption = None,
    json: JsonOption = False,
) -> None:
    """Read articles into a library, which is made where there is none. Adding the same again adds nothing."""
    from ui.wording import make_safe

    if web := next((p for p in paths if "://" in p), None):
        raise DatelineError(f"{web} is a web address; save the page to a file and add that.")
    files = list_files([Path(p) for p in paths])
    opened, settings = open_library(library, create=True, embedder=embedder)
    with opened, track("Adding", len(files), "files") as advance:
        report = opened.add(advance(read_files(files, settings.max_file_mb)))
    if json:
        print_json(_report_to_dict(report))
    else:
        _print_report(report, library_folder(library))
    for failure in report.failed:
        typer.echo(make_safe(f"dateline: {' '.join(failure.origin.split())}: {failure.reason}."), err=True)
    if report.failed:
        raise typer.Exit(1)


def list_(library: LibraryOption = None, json: JsonOption = False) -> None:
    """List the articles, the oldest first."""
    opened, _ = open_library(library)
    with opened:
        articles = list(opened.articles())
    if json:
        print_json([_article_to_dict(a, with_text=False) for a in articles])
        return
    for a in articles:
        day = f"{a.published:%Y-%m-%d}" if a.published else "undated"
        source = f"  ({a.source})" if a.source else ""
        typer.echo(make_safe(f"{day:<10}  {a.id:<16}  {a.title or '(no title)'}{source}"))
    if not articles:
        typer.echo("The library is empty. Add articles with `dateline add FOLDER`.")


def show(article_id: IdArgument, library: LibraryOption = None, json: JsonOption = False) -> None:
    """Show an article as it was read: what is known of it, and its clean text."""
    from ui.terminal import print_wrapped

    opened, _ = open_library(library)
    with opened:
        article = opened.get(article_id)
    if json:
        print_json(_article_to_dict(article, with_text=True))
        return
    typer.secho(make_safe(article.title or "(no title)"), bold=True)
    known = {
        "id": article.id,
        "published": show_date(article),
        "source": article.source,
        "authors": ", ".join(article.authors),
        "url": article.url,
        "read from": article.origin,
    }
    for name, value in known.items():
        if value:
            typer.echo(make_safe(f"{name:<10} {value}"))
    typer.echo()
    print_wrapped(article.text)


def remove(article_id: IdArgument, library: LibraryOption = None, json: JsonOption = False) -> None:
    """Remove an article from the library. The file it was read from stays."""
    opened, _ = open_library(library)
    with opened:
        article = opened.remove(article_id)
    if json:
        print_json({"removed": [article.id]})
    else:
        typer.echo(f"Removed {article.id}: {show_line(article)}")


def status(library: LibraryOption = None, json: JsonOption = False) -> None:
    """Show what a library holds."""
    opened, _ = open_library(library)
    with opened:
        found = opened.status()
    if json:
        values = asdict(found)
        for name in ("first_published", "last_published"):
            values[name] = values[name].isoformat() if values[name] else None
        print_json(values)
        return
    lines = {
        "library": found.path,
        "articles": f"{found.articles:,} from {found.sources:,} sources ({found.undated:,} undated)",
        "passages": f"{found.passages:,}",
        "published": show_period(found.first_published, found.last_published),
        "embedder": f"{found.embedder} ({found.dimension} dimensions)",
        "size": f"{found.size_bytes / 1024 / 1024:.1f} MiB, generation {found.generation}",
    }
    for name, value in lines.items():
        typer.echo(f"{name:<10} {value}")


def _print_report(report: AddReport, folder: Path) -> None:
    counts = {
        "added": len(report.added),
        "updated": len(report.updated),
        "already there": len(report.unchanged),
        "failed": len(report.failed),
    }
    said = ", ".join(f"{n:,} {name}" for name, n in counts.items() if n) or "nothing to add"
    typer.echo(f"{folder}: {said} ({report.passages:,} new passages).")


def _report_to_dict(report: AddReport) -> dict[str, Any]:
    return {
        "added": list(report.added),
        "updated": list(report.updated),
        "unchanged": list(report.unchanged),
        "failed": [failure._asdict() for failure in report.failed],
        "passages": report.passages,
    }


def _article_to_dict(article: Article, *, with_text: bool) -> dict[str, Any]:
    values = asdict(article)
    for name in ("published", "modified"):
        values[name] = values[name].isoformat() if values[name] else None
    values["authors"] = list(article.authors)
    if not with_text:
        del values["text"]
    return values
