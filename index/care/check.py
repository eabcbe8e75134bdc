"""Checking a library, whether or not it can be opened."""

from __future__ import annotations

from pathlib import Path

from index.assemble import find_database_faults
from index.errors import LibraryDamaged, NotALibrary
from index.library import DATABASE, Library
from index.records import NO_FILTERS
from index.settings import IndexSettings


def check_library(folder: Path, settings: IndexSettings) -> tuple[int, list[str]]:
    """How many articles there are, and what is broken, a line each; nothing where the library is whole.

    Raises DatelineError where there is no library, or one that this Dateline or these settings don't fit.
    """
    try:
        with Library.open(folder, settings=settings) as library:
            faults = library.check()
            return library.scope(NO_FILTERS).articles, faults
    except (NotALibrary, LibraryDamaged) as error:
        return 0, [str(error).removesuffix("."), *find_database_faults(folder / DATABASE)]
