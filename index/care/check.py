"""Checking a library, whether or not it can be opened."""

from __future__ import annotations

from index.assemble import find_database_faults
from index.errors import LibraryDamaged, NotALibrary
from index.library import Library
from index.records import NO_FILTERS
from index.settings import IndexSettings
from index.storage.address import Place


def check_library(place: Place, settings: IndexSettings) -> tuple[int, list[str]]:
    """How many articles there are, and what is broken, a line each; nothing where the library is whole.

    Raises DatelineError where there is no library, or one that this Dateline or these settings don't fit.
    """
    try:
        with Library.open(place, settings=settings) as library:
            faults = library.check()
            return library.scope(NO_FILTERS).articles, faults
    except (NotALibrary, LibraryDamaged) as error:
        return 0, [str(error).removesuffix("."), *find_database_faults(place)]
