"""Allowing all that a library's folder says now."""

from __future__ import annotations

from pathlib import Path

from index.assemble import open_store
from index.errors import LibraryMissing
from index.models.model_files import is_hub_name
from index.settings import IndexSettings, list_guarded
from index.storage.address import Place, find_own_folder
from index.storage.folder import DATABASE
from index.trust.allowed import allow
from index.trust.claims import SETTINGS_FILE, list_links, name_embedder, name_followed


def trust_library(place: Place, kind: type[IndexSettings]) -> list[str]:
    """Allow what the library at `place` says now, settings of `kind` among it; return that, a line each.

    What it says later is not allowed by this. Raises LibraryMissing where there is nothing of a library.
    """
    folder = find_own_folder(place)
    if isinstance(place, Path) and not any((place / name).is_file() for name in (DATABASE, SETTINGS_FILE)):
        raise LibraryMissing(place)
    things = {thing: f"the {thing}" for _, thing in list_links(folder)}
    trusted_as, values = list_guarded(kind, folder)
    lines = [f"{name} = {value!r}" for name, value in values.items()]
    if not isinstance(place, Path) or (place / DATABASE).is_file():
        things.update(_list_recorded(place))
    allow(place, things)
    allow(folder, [trusted_as] if values else [])
    return [*lines, *things.values()]


def _list_recorded(place: Place) -> dict[str, str]:
    """What the database says: the embedder that it was made with, and the folders that it follows."""
    store = open_store(place / DATABASE if isinstance(place, Path) else place, create=False)
    try:
        name = store.manifest().get("embedder", "")
        followed = [place.address for place in store.followed if place.kind == "folder"]
    finally:
        store.close()
    embedders = {} if not name or is_hub_name(name) else {name_embedder(name): f"the embedder {name}"}
    return {**embedders, **{name_followed(place): f"the folder {place}, to be read by sync" for place in followed}}
