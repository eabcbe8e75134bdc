"""Allowing all that a library's folder says now."""

from __future__ import annotations

from pathlib import Path

from index.assemble import open_store
from index.errors import LibraryMissing
from index.library import DATABASE
from index.models.model_files import is_hub_name
from index.settings import IndexSettings, list_guarded
from index.trust.allowed import allow
from index.trust.claims import SETTINGS_FILE, list_links, name_embedder, name_followed


def trust_library(folder: Path, kind: type[IndexSettings]) -> list[str]:
    """Allow what the library in `folder` says now, settings of `kind` among it; return that, a line each.

    What it says later is not allowed by this. Raises LibraryMissing where there is nothing of a library.
    """
    if not (folder / DATABASE).is_file() and not (folder / SETTINGS_FILE).is_file():
        raise LibraryMissing(folder)
    things = {thing: f"the {thing}" for _, thing in list_links(folder)}
    trusted_as, values = list_guarded(kind, folder)
    lines = [f"{name} = {value!r}" for name, value in values.items()]
    if (folder / DATABASE).is_file():
        things.update(_list_recorded(folder))
    allow(folder, [*things, *([trusted_as] if values else [])])
    return [*lines, *things.values()]


def _list_recorded(folder: Path) -> dict[str, str]:
    """What the database says: the embedder that it was made with, and the folders that it follows."""
    store = open_store(folder / DATABASE)
    try:
        name = store.manifest().get("embedder", "")
        followed = [place.address for place in store.followed if place.kind == "folder"]
    finally:
        store.close()
    embedders = {} if not name or is_hub_name(name) else {name_embedder(name): f"the embedder {name}"}
    return {**embedders, **{name_followed(place): f"the folder {place}, to be read by sync" for place in followed}}
