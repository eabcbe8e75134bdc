"""What a library's folder can say beside its settings that reaches beyond it: models, folders to read, links."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from index.errors import DatelineError, NotTrusted
from index.messages import say
from index.models.model_files import full_name, is_hub_name
from index.trust.allowed import allow, is_allowed

# In these, and beside them, lies what Dateline writes.
SETTINGS_FILE = "dateline.toml"
_FOLDERS = ("vectors", "lexical")


def name_embedder(name: str) -> str:
    """What stands for the embedder of a library's manifest."""
    return f"embedder {name}"


def name_followed(folder: str) -> str:
    """What stands for a folder that a library follows."""
    return f"folder {folder}"


def check_embedder(place: Path | str, name: str, wanted: str) -> None:
    """Raise NotTrusted for the library's embedder `name`, where it is a path or behind an API, the user's settings
    don't want it, and the user did not allow it: weights would be read from there, or passages sent there.
    """
    if is_hub_name(name) or full_name(wanted) == name or is_allowed(place, name_embedder(name)):
        return
    raise NotTrusted(place, f"is embedded with {name}, and that model is not used")


def allow_own(place: Path | str, thing: str) -> None:
    """Remember that the user themselves had the library say `thing`; where that can't be kept, say so."""
    try:
        if not is_allowed(place, thing):
            allow(place, [thing])
    except DatelineError as error:
        say(str(error))


def allow_own_embedder(place: Path | str, name: str) -> None:
    """Remember that the user themselves chose this embedder, where that needs to be remembered."""
    if not is_hub_name(name):
        allow_own(place, name_embedder(name))


def list_links(folder: Path) -> Iterator[tuple[str, str]]:
    """What is no file of its own in a library's folder, by name, and what stands for it where the user allows it.

    A link would have Dateline write, empty or remove a file elsewhere; a pipe would hold it up.
    """
    for inside in ("", *_FOLDERS):
        try:
            entries = sorted(os.scandir(folder / inside), key=lambda entry: entry.name)
        except OSError:  # not there, or not a folder: whoever needs it says so
            continue
        for entry in entries:
            name = str(Path(inside, entry.name))
            if name == SETTINGS_FILE:  # it is only read, and trusted by its content
                continue
            if entry.is_symlink():
                yield name, f"link {name} -> {os.path.realpath(entry.path)}"
            elif not entry.is_file() and not entry.is_dir():
                yield name, f"no file {name}"


def check_links(folder: Path) -> None:
    """Raise NotTrusted where something stands in a library's folder that is no file of its own."""
    for name, thing in list_links(folder):
        if not is_allowed(folder, thing):
            _, link, target = thing.partition(" -> ")
            has = f"a link to {target} in the place of {name}" if link else f"{name}, which is no file"
            raise NotTrusted(folder, f"has {has}, and is not opened")
