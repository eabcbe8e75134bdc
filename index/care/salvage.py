"""Saving what is whole of a damaged library into a new one."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from index.assemble import open_store, read_salvaged
from index.care.repair import ARTICLES_AT_ONCE, batched, list_versions, put_passages
from index.errors import DatelineError, LibraryMissing
from index.library import Library
from index.models.embedder import Embedder
from index.near_duplicates import group_copies
from index.settings import IndexSettings
from index.storage.folder import DATABASE, WorkingFolder
from index.storage.full_disk import name_full_disk
from index.storage.lock import WriterLock
from index.storage.salvaged import Salvaged
from index.storage.store import Store
from index.trust.claims import SETTINGS_FILE, check_embedder, check_links


class SalvageReport(NamedTuple):
    """How many articles were saved, and the names of what was not ("article 12")."""

    saved: int
    lost: tuple[str, ...]


def salvage_library(folder: Path, target: Path, settings: IndexSettings) -> SalvageReport:
    """Save the articles that are whole in the library `folder`, with their versions, and what it follows, in `target`.

    Nothing of the library changes, and `target` is new: it is there when all is saved, or not at all. Vectors that are
    whole are kept, the others embedded anew; the embedder is the library's, else that of the settings.
    """
    if not (folder / DATABASE).is_file():
        raise LibraryMissing(folder)
    if target.exists():
        raise DatelineError(f"{target} is there already. Name a new folder.")
    check_links(folder)
    with name_full_disk(target, "Nothing was saved."):
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f"{target.name}.", suffix=".partial", dir=target.parent) as made:
            found = _read(folder, Path(made), settings)
            new = Path(made) / "library"
            _fill(new, found, _choose_settings(folder, settings, found))
            if (folder / SETTINGS_FILE).is_file() and not (folder / SETTINGS_FILE).is_symlink():
                shutil.copyfile(folder / SETTINGS_FILE, new / SETTINGS_FILE)
            new.rename(target)
    return SalvageReport(len(found.articles), tuple(found.lost))


def _read(folder: Path, made: Path, settings: IndexSettings) -> Salvaged:
    """What is whole, while nobody writes."""
    scratch = made / "damaged"
    scratch.mkdir()
    working = WorkingFolder(folder)
    try:
        with WriterLock(working.folder, settings.lock_seconds).hold():
            return read_salvaged(folder / DATABASE, scratch)
    finally:
        working.close()


def _choose_settings(folder: Path, settings: IndexSettings, found: Salvaged) -> IndexSettings:
    """The settings, with what the library was made with, as far as that is known and allowed."""
    manifest = found.manifest
    if name := manifest.get("embedder"):
        check_embedder(folder, name, settings.embedder)
    words = manifest.get("passage_words", "")
    return replace(
        settings,
        embedder=manifest.get("embedder") or settings.embedder,
        embedder_runtime=manifest.get("embedder_runtime") or settings.embedder_runtime,
        passage_words=int(words) if words.isdecimal() else settings.passage_words,
    )


def _fill(folder: Path, found: Salvaged, settings: IndexSettings) -> None:
    with Library.open(folder, create=True, settings=settings) as library:
        embedder = library.embedder
    store = open_store(folder / DATABASE)
    try:
        _put_articles(store, embedder, found, settings.passage_words)
        for place in found.places:
            store.followed.add(place)
        for page in found.pages:
            store.pages.put(page)
    finally:
        store.close()


def _put_articles(store: Store, embedder: Embedder, found: Salvaged, passage_words: int) -> None:
    same = found.manifest.get("embedder_sha256") == embedder.sha256
    vectors = {key: vector for key, vector in found.vectors.items() if same and len(vector) == embedder.dim}
    for batch in batched(found.articles.values(), ARTICLES_AT_ONCE):
        with store.write() as generation:
            for article in batch:
                for version in list_versions(article, found.versions.get(article.id, {}).values()):
                    store.articles.put(version)
                store.articles.put(article)
            put_passages(store, batch, lambda: embedder, passage_words, generation, vectors)
            group_copies(store)
