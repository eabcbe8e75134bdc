"""What to do about an error, in the words of the terminal or of the page and the API.

`index/` and `rag/` say what happened; only here is it known where somebody reads it.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from index import (
    ArticleDamaged,
    ArticleMissing,
    DatelineError,
    DiskFull,
    Failure,
    Ignored,
    LibraryDamaged,
    LibraryLocked,
    LibraryMissing,
    LibraryReadOnly,
    ModelMissing,
    NoQuestion,
    NotALibrary,
    NotTrusted,
    OtherEmbedder,
    OtherFormat,
    OtherRuntime,
    OtherWeights,
    make_safe,
)
from rag import KeyMissing, ProviderError

if TYPE_CHECKING:
    from index import Library  # takes long to load, and `dateline --help` needs none

ADD_ARTICLES = "Add articles with `dateline add FOLDER`."
_FAILURES_IN_TERMINAL = {
    "addresses": "; `dateline add --urls` with its name reads their pages",
    "columns": "; name it: --map text=COLUMN",
    "listing": "; `dateline sync --forget` follows it no more",
    "private": "; where that is meant, say --allow-private",
    "untrusted": "; `dateline trust` with the library's folder allows it",
}
_FAILURES_ON_PAGE = {
    "addresses": "; add the addresses themselves",
    "columns": "; name the column with the text `text`",
}


def name_trust_command(folder: Path) -> str:
    """The command that allows what a library's folder has and only the user may allow."""
    return f"dateline trust {shlex.quote(make_safe(str(folder)))}"


def tell_ignored(ignored: Ignored) -> None:
    """Say on stderr which settings of a library's folder are ignored, and how to allow them."""
    said = f"{ignored} If you wrote that, allow it: `{name_trust_command(ignored.file.parent)}`."
    print(f"dateline: {' '.join(said.split())}", file=sys.stderr, flush=True)


def explain_in_terminal(error: DatelineError) -> str:
    """What happened, and the command or setting that helps, in one line."""
    return " ".join(f"{error} {_advise_in_terminal(error)}".split())


def explain_failure_in_terminal(failure: Failure) -> str:
    """Why an input could not be added, and the option that helps."""
    return failure.reason + _FAILURES_IN_TERMINAL.get(failure.kind, "")


def explain_error(error: DatelineError, library: Library) -> str:
    """What happened, and what helps, in words that may leave this machine: without its commands and its paths."""
    said = f"{_say_on_page(error)} {_advise_on_page(error)}".strip()
    folders = {str(library.folder.resolve()), str(library.folder)}
    for folder in sorted(folders, key=len, reverse=True):
        said = said.replace(f"the library {folder}", "the library").replace(folder, "the library")
    for path in (value for value in vars(error).values() if isinstance(value, Path)):
        said = said.replace(str(path), path.name)
    return said


def explain_failure(failure: Failure) -> str:
    """Why an input could not be added, and what helps, without commands."""
    return failure.reason + _FAILURES_ON_PAGE.get(failure.kind, "")


def _advise_in_terminal(error: DatelineError) -> str:
    match error:
        case LibraryMissing():
            return "Make one with `dateline add FOLDER`."
        case NotALibrary():
            return f"Restore it from a backup, or save what is whole: `dateline salvage {error.folder} NEW`."
        case LibraryDamaged():
            return f"`dateline check` says where; `dateline salvage {error.folder} NEW` saves what is whole."
        case ArticleDamaged():
            return "Add it again, or remove it; `dateline check` names all that is damaged."
        case LibraryReadOnly():
            return "Make the folder and its files writable, or copy the library elsewhere: `dateline backup NEW`."
        case OtherFormat():
            return "Use the Dateline that made it, or add the articles to a new library with --library."
        case OtherEmbedder():
            move = f"`dateline rebuild --embedder {error.wanted}`"
            return f"Leave the embedder out to use it, or move the library: {move}."
        case OtherRuntime():
            move = f"`dateline rebuild --runtime {error.wanted}`"
            return f"Leave `embedder_runtime` out to use that, or move the library: {move}."
        case OtherWeights():
            move = f"`dateline rebuild --embedder {error.embedder}`"
            return f"Install the weights it was made with, or move the library to these: {move}."
        case NotTrusted():
            return f"If you want that, run `{name_trust_command(error.folder)}`, and this again."
        case LibraryLocked():
            return "Wait for it to end, then run the command again."
        case DiskFull():
            return "Make room, and run the command again."
        case ArticleMissing():
            return "`dateline list` shows their ids."
        case NoQuestion():
            return 'Ask something, in quotes: dateline ask "why …?"'
        case ProviderError():
            return "Or use --model offline, which needs no provider."
        case _:
            return ""


def _say_on_page(error: DatelineError) -> str:
    """What happened, without what only those on this machine may know."""
    match error:
        case LibraryLocked():
            return "the library is being written by another process."
        case DiskFull():
            return "the disk of the library is full, or fails. What was committed before is kept."
        case ModelMissing():
            return f"model {error.name} is not on this machine."
        case KeyMissing():
            return f"the model {error.model} needs a key, and there is none."
        case NotTrusted():
            return "the library asks for what only its user may allow."
        case _:
            return str(error)


def _advise_on_page(error: DatelineError) -> str:
    match error:
        case LibraryDamaged() | LibraryReadOnly():
            return "Whoever looks after the library can fix that."
        case NotALibrary() | OtherFormat() | OtherEmbedder() | OtherRuntime() | OtherWeights() | ModelMissing():
            return "Whoever looks after the library can fix that."
        case NotTrusted():
            return "Whoever looks after the library can fix that."
        case ArticleDamaged():
            return "Add it again, or remove it."
        case LibraryLocked():
            return "Try again when it is done."
        case DiskFull():
            return "Make room, and try again."
        case KeyMissing():
            return f"Set {error.names} for the server, or choose the model `offline`."
        case NoQuestion():
            return "Ask what you want to know from the articles."
        case ProviderError():
            return "The model `offline` needs no provider."
        case _:
            return ""
