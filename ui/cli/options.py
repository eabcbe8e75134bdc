"""Options that several commands share, and opening a library by them."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from index import LONGEST_QUESTION, UNSAFE, Filters, Library, UsageError, load_settings, make_safe
from rag import FILTER_KINDS, Settings
from ui.advice import tell_ignored

library_option = click.option(
    "--library",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the library. Default: DATELINE_LIBRARY, else ./library.",
)
json_option = click.option("--json", is_flag=True, help="Print one JSON document on stdout.")
model_option = click.option("--model", metavar="NAME", help="Who answers: offline, or a model that litellm knows.")
embedder_option = click.option(
    "--embedder", metavar="NAME", help="Embedding model of a new library: hub name, path or litellm:NAME."
)
runtime_option = click.option(
    "--runtime",
    type=click.Choice(["int8", "float32", "sentence-transformers"]),
    help="How the embedding model is run. Default: the first that works, int8 where it can.",
)
private_option = click.option(
    "--allow-private", is_flag=True, default=None, help="Read addresses of this machine and of private networks too."
)
_DAY = click.DateTime(["%Y-%m-%d"])
_ADDRESS = re.compile(r"\w\w+:/")  # a Path has lost the second slash of postgresql://
as_of_option = click.option(
    "--as-of", type=_DAY, metavar="YYYY-MM-DD", help="Answer as of that day: nothing published later."
)
after_option = click.option(
    "--after", type=_DAY, metavar="YYYY-MM-DD", help="Only articles published on that day or later."
)
before_option = click.option(
    "--before", type=_DAY, metavar="YYYY-MM-DD", help="Only articles published on that day or before."
)
source_option = click.option(
    "--source", multiple=True, metavar="NAME", help="Only articles from this outlet (can be repeated)."
)
language_option = click.option(
    "--language", multiple=True, metavar="CODE", help="Only articles in this language, as in fr (can be repeated)."
)

without_option = click.option(
    "--without",
    multiple=True,
    type=click.Choice(FILTER_KINDS),
    help="Let what the question itself names of this kind not limit it (can be repeated).",
)
_MOST_BYTES = 1024 * 1024  # of standard input: more than any question has
_GIVE_ONE = "Pipe a question in, or write it in place of the `-`."


def read_question(_context: click.Context, _parameter: click.Parameter, question: str) -> str:
    """The question as it was written, or all of standard input for `-`. Raises UsageError where nothing is there."""
    if question != "-":
        return question
    if sys.stdin.isatty():
        raise UsageError(f"`-` reads the question from standard input, which is the terminal. {_GIVE_ONE}")
    data = sys.stdin.buffer.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise UsageError(f"standard input has more than {LONGEST_QUESTION:,} characters. Ask it shorter.")
    try:
        read = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise UsageError("standard input is not UTF-8 text. Save the question as UTF-8, and ask again.") from None
    if not read:
        raise UsageError(f"`-` reads the question from standard input, which is empty. {_GIVE_ONE}")
    return read


question_argument = click.argument("question", callback=read_question)


def library_folder(library: Path | None) -> Path:
    """The folder that was named, else the environment's, else ./library."""
    folder = library or Path(os.environ.get("DATELINE_LIBRARY") or "library")
    if _ADDRESS.match(str(folder)):
        raise UsageError(f"{folder} is an address; libraries are kept in folders. Name a folder with --library.")
    return folder


def read_settings(folder: Path, **flags: Any) -> Settings:
    """The settings of the library in `folder`; what it may not say is named on stderr, with what allows it."""
    return load_settings(Settings, folder, flags, tell=tell_ignored)


def open_library(library: Path | None, *, create: bool = False, **flags: Any) -> tuple[Library, Settings]:
    """Open the library by option, environment and default, with its settings; unknown settings are refused."""
    folder = library_folder(library)
    settings = read_settings(folder, **flags)
    return Library.open(folder, create=create, settings=settings), settings


def end_with_damage(library: Library) -> None:
    """Leave with exit code 1 where something was left out since it is damaged, and say what helps."""
    if library.damaged():
        folder = make_safe(str(library.folder))
        names, saves = f"`dateline check --library {folder}`", f"`dateline salvage {folder} NEW`"
        click.echo(f"dateline: {names} names all that is damaged, and {saves} saves what is whole.", err=True)
        raise click.exceptions.Exit(1)


def make_filters(
    after: datetime | None, before: datetime | None, sources: Sequence[str], languages: Sequence[str] = ()
) -> Filters:
    """Filters by the options."""
    return Filters(to_day(after), to_day(before), tuple(sources), languages=tuple(languages))


def to_day(moment: datetime | None) -> date | None:
    """The day of an option's value."""
    return moment.date() if moment else None


def print_json(value: Any) -> None:
    """Print one JSON document on stdout, in which nothing that drives a terminal stands as it is."""
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    written = json.dumps(value, ensure_ascii=not is_unicode, indent=2)
    sys.stdout.write(UNSAFE.sub(lambda match: json.dumps(match[0])[1:-1], written) + "\n")
