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
    DatabaseLacking,
    DatabaseLost,
    DatabaseUnreachable,
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
    NoRights,
    NotALibrary,
    NotAllowed,
    NotTrusted,
    OlderSchema,
    OtherEmbedder,
    OtherFormat,
    OtherRuntime,
    OtherWeights,
    Status,
    make_safe,
    suggest_embedder,
)
from rag import KeyMissing, NothingAnswers, ProviderError

if TYPE_CHECKING:
    from index import Library  # takes long to load, and `dateline --help` needs none

MAY_ONLY_READ = "Ask whoever looks after the library for a token, or an account, that may write."
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


def name_trust_command(place: Path | str) -> str:
    """The command that allows what a library has and only the user may allow."""
    return f"dateline trust {shlex.quote(make_safe(str(place)))}"


def tell_ignored(ignored: Ignored) -> None:
    """Say on stderr which settings of a library's folder are ignored, and how to allow them."""
    said = f"{ignored} If you wrote that, allow it: `{name_trust_command(ignored.file.parent)}`."
    print(f"dateline: {' '.join(said.split())}", file=sys.stderr, flush=True)


def advise_embedder(status: Status) -> str:
    """What would serve a library most of whose articles its embedder can't read, in one line; else nothing."""
    better = suggest_embedder(status.embedder, status.languages)
    if not better:
        return ""
    move = f"`dateline rebuild --embedder {better}`"
    said = f"most articles are in languages that {status.embedder} doesn't know, so that words alone find them"
    return f"{said}. {move} moves the library to an embedder that knows them."


def explain_in_terminal(error: DatelineError) -> str:
    """What happened, and the command or setting that helps, in one line."""
    return " ".join(f"{error} {advise_in_terminal(error)}".split())


def explain_failure_in_terminal(failure: Failure) -> str:
    """Why an input could not be added, and the option that helps."""
    before = "as before, " if failure.kind == "as before" else ""
    return f"{before}{failure.reason}{_FAILURES_IN_TERMINAL.get(failure.kind, '')}"


def explain_error(error: DatelineError, library: Library) -> str:
    """What happened, and what helps, in words that may leave this machine: without its commands and its paths."""
    said = f"{_say_on_page(error)} {_advise_on_page(error)}".strip()
    places = {str(library.folder.resolve()), str(library.folder), str(library.place)}
    for place in sorted(places, key=len, reverse=True):
        for kind in ("the library", "the database"):
            said = said.replace(f"{kind} {place}", kind)
        said = said.replace(place, "the library")
    for path in (value for value in vars(error).values() if isinstance(value, Path)):
        said = said.replace(str(path), path.name)
    return said


def explain_failure(failure: Failure) -> str:
    """Why an input could not be added, and what helps, without commands."""
    return failure.reason + _FAILURES_ON_PAGE.get(failure.kind, "")


def advise_in_terminal(error: DatelineError) -> str:
    """The command or setting that helps; empty where the error says it."""
    match error:
        case DatabaseUnreachable():
            return "Check its address, the password in PGPASSWORD or ~/.pgpass, and that the server runs."
        case DatabaseLost():
            return "Run the command again: what is there already is not added twice."
        case DatabaseLacking():
            return "Whoever looks after the database can change that; then run `dateline db init`."
        case OlderSchema():
            return "Bring them up to date: `dateline db upgrade`."
        case LibraryReadOnly() if isinstance(error.folder, str):
            return "Ask whoever looks after the database for the right to write there."
        case NoRights():
            return "`dateline db rights` lists who may do what; name a collection with --collection."
        case LibraryMissing() if isinstance(error.folder, str):
            return "Make one with `dateline db init`."
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
        case DatabaseUnreachable():
            return "the database of the library can't be reached."
        case DatabaseLacking():
            return "the database of the library lacks something."
        case DiskFull():
            return "the disk of the library is full, or fails. What was committed before is kept."
        case ModelMissing():
            return f"model {error.name} is not on this machine."
        case KeyMissing():
            return f"the model {error.model} needs a key, and there is none."
        case NothingAnswers():
            return f"the server of the model {error.model} does not answer."
        case NotTrusted():
            return "the library asks for what only its user may allow."
        case _:
            return str(error)


def _advise_on_page(error: DatelineError) -> str:
    match error:
        case LibraryDamaged() | LibraryReadOnly() | DatabaseLacking() | DatabaseUnreachable() | OlderSchema():
            return "Whoever looks after the library can fix that."
        case NoRights():
            return "Whoever looks after the library gives rights."
        case NotALibrary() | OtherFormat() | OtherEmbedder() | OtherRuntime() | OtherWeights() | ModelMissing():
            return "Whoever looks after the library can fix that."
        case NotTrusted():
            return "Whoever looks after the library can fix that."
        case ArticleDamaged():
            return "Add it again, or remove it."
        case NotAllowed():
            return MAY_ONLY_READ
        case LibraryLocked():
            return "Try again when it is done."
        case DatabaseLost():
            return "Try again in a moment."
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
