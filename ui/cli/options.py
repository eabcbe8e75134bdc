"""Options that several commands share, and opening a library by them."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import click

from index import (
    LONGEST_QUESTION,
    UNSAFE,
    Address,
    Library,
    Place,
    UsageError,
    find_own_folder,
    load_settings,
    make_safe,
    read_place,
)
from rag import FILTER_KINDS, Settings
from ui.advice import tell_ignored

_SHOWN_TO_ALL = (
    "others on this machine can read a password on the command line. Leave it out of the address, and put it into "
    "PGPASSWORD or ~/.pgpass, or the whole address into DATELINE_LIBRARY."
)


def read_library(_context: click.Context, _parameter: click.Parameter, text: str | None) -> Place | None:
    """The folder or address that was named. Raises UsageError for an address with a password."""
    place = read_place(text) if text is not None else None
    if isinstance(place, Address) and place.has_password:
        raise UsageError(_SHOWN_TO_ALL)
    return place


library_option = click.option(
    "--library",
    callback=read_library,
    metavar="DIR",
    help="The library: a folder, or a database at postgresql://…. Default: DATELINE_LIBRARY, else ./library.",
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
as_of_option = click.option(
    "--as-of", metavar="DAY", help="Answer as of that day, as 2024-03-17 or May 2023: nothing published later."
)
after_option = click.option(
    "--after", metavar="DAY", help="Only articles published on that day or later, as 2024-03-17, 2023-05, last week."
)
before_option = click.option(
    "--before", metavar="DAY", help="Only articles published on that day or before, as 2024-03-17, 2023-05, yesterday."
)
source_option = click.option(
    "--source",
    multiple=True,
    metavar="NAME",
    help="Only articles from this outlet, by its name or its domain (can be repeated).",
)
language_option = click.option(
    "--language", multiple=True, metavar="CODE", help="Only articles in this language, as in fr (can be repeated)."
)
collection_option = click.option(
    "--collection", multiple=True, metavar="NAME", help="Only articles in this collection (can be repeated)."
)
into_option = click.option(
    "--collection",
    multiple=True,
    metavar="NAME",
    help="Put the articles into this collection too: letters, digits, hyphens (can be repeated).",
)
without_option = click.option(
    "--without",
    multiple=True,
    type=click.Choice(FILTER_KINDS),
    help="Let what the question itself names of this kind not limit it (can be repeated).",
)
exact_option = click.option(
    "--exact",
    is_flag=True,
    help="Demand the phrases in quotation marks, which are preferred otherwise.",
)
_MOST_BYTES = 1024 * 1024  # of standard input: more than any question has
_GIVE_ONE = "Pipe a question in, or write it in place of the `-`."


def join_words(context: click.Context, parameter: click.Parameter, words: tuple[str, ...]) -> str:
    """The question, whose words may come one by one: it needs no quotation marks in the shell."""
    return read_question(context, parameter, " ".join(words))


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


def join_words_or_none(context: click.Context, parameter: click.Parameter, words: tuple[str, ...]) -> str | None:
    """The same; None where none is written and standard input is a terminal, on which somebody may ask."""
    if words:
        return join_words(context, parameter, words)
    if not sys.stdin.isatty():
        raise click.MissingParameter(ctx=context, param=parameter, param_hint="'QUESTION'")
    return None


question_argument = click.argument("question", nargs=-1, required=True, metavar="QUESTION", callback=join_words)


def find_library(library: Place | None) -> Place:
    """The library that was named, else the environment's, else ./library."""
    return library if library is not None else read_place(os.environ.get("DATELINE_LIBRARY") or "library")


def read_settings(place: Place, **flags: Any) -> Settings:
    """The settings of the library at `place`; what it may not say is named on stderr, with what allows it."""
    return load_settings(Settings, find_own_folder(place), flags, tell=tell_ignored)


def open_library(library: Place | None, *, create: bool = False, **flags: Any) -> tuple[Library, Settings]:
    """Open the library by option, environment and default, with its settings; unknown settings are refused."""
    place = find_library(library)
    settings = read_settings(place, **flags)
    return Library.open(place, create=create, settings=settings), settings


def check_has_queue(place: Place) -> None:
    """Raise UsageError for a folder, which has no queue."""
    if not isinstance(place, Address):
        raise UsageError(f"{place} is a folder, and only a library in a database has a queue. Leave --queue out.")


def end_with_damage(library: Library) -> None:
    """Leave with exit code 1 where something was left out since it is damaged, and say what helps."""
    if library.damaged():
        place = make_safe(str(library.place))
        names, saves = f"`dateline check --library {place}`", f"`dateline salvage {place} NEW`"
        click.echo(f"dateline: {names} names all that is damaged, and {saves} saves what is whole.", err=True)
        raise click.exceptions.Exit(1)


def print_json(value: Any) -> None:
    """Print one JSON document on stdout, in which nothing that drives a terminal stands as it is."""
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    written = json.dumps(value, ensure_ascii=not is_unicode, indent=2)
    sys.stdout.write(UNSAFE.sub(lambda match: json.dumps(match[0])[1:-1], written) + "\n")
