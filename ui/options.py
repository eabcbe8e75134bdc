"""Options that several commands share, and opening a library by them."""

from __future__ import annotations

import json
import os
import re
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from index import Filters, Library, UsageError
from index.settings import load_settings
from rag.settings import Settings
from ui.wording import UNSAFE

LibraryOption = Annotated[
    Path | None,
    typer.Option("--library", help="Folder of the library. Default: DATELINE_LIBRARY, else ./library.", metavar="DIR"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
ModelOption = Annotated[
    str | None,
    typer.Option("--model", help="Who answers: offline, or a model that litellm knows.", metavar="NAME"),
]
EmbedderOption = Annotated[
    str | None,
    typer.Option(
        "--embedder", help="Embedding model of a new library: hub name, path or litellm:NAME.", metavar="NAME"
    ),
]
_ADDRESS = re.compile(r"\w\w+:/")  # a Path has lost the second slash of postgresql://
_DAY = {"formats": ["%Y-%m-%d"], "metavar": "YYYY-MM-DD"}
AfterOption = Annotated[datetime | None, typer.Option(help="Only articles published on that day or later.", **_DAY)]
BeforeOption = Annotated[datetime | None, typer.Option(help="Only articles published on that day or before.", **_DAY)]
AsOfOption = Annotated[
    datetime | None, typer.Option("--as-of", help="Answer as of that day: nothing published later.", **_DAY)
]
SourceOption = Annotated[
    list[str] | None, typer.Option("--source", help="Only articles from this outlet (can be repeated).", metavar="NAME")
]


def library_folder(library: Path | None) -> Path:
    """The folder that was named, else the environment's, else ./library."""
    folder = library or Path(os.environ.get("DATELINE_LIBRARY") or "library")
    if _ADDRESS.match(str(folder)):
        raise UsageError(f"{folder} is an address; libraries are kept in folders. Name a folder with --library.")
    return folder


def open_library(library: Path | None, *, create: bool = False, **flags: Any) -> tuple[Library, Settings]:
    """Open the library by option, environment and default, with its settings; unknown settings are refused."""
    folder = library_folder(library)
    settings = load_settings(Settings, folder, flags)
    return Library.open(folder, create=create, settings=settings), settings


def make_filters(after: datetime | None, before: datetime | None, sources: list[str] | None) -> Filters:
    """Filters by the options."""
    return Filters(to_day(after), to_day(before), tuple(sources or ()))


def to_day(moment: datetime | None) -> date | None:
    """The day of an option's value."""
    return moment.date() if moment else None


def print_json(value: Any) -> None:
    """Print one JSON document on stdout, in which nothing that drives a terminal stands as it is."""
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    written = json.dumps(value, ensure_ascii=not is_unicode, indent=2)
    sys.stdout.write(UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", written) + "\n")
