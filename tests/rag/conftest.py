"""A library of the seeds, opened once, and an environment without settings or keys."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Library
from rag.settings import Settings


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key and no setting of the person who runs the tests takes part."""
    for name in list(os.environ):
        if name.startswith("DATELINE_") or name.endswith("_API_KEY"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def seeds_library(seeds_folder: Path) -> Iterator[Library]:
    """A library with the seeds in it; for tests that only read."""
    with Library.open(seeds_folder, settings=Settings()) as library:
        yield library


@pytest.fixture(scope="session")
def quick_library(seeds_library: Library) -> Iterator[Library]:
    """The same library, with so little reranking that a question costs next to nothing."""
    with Library.open(seeds_library.folder, settings=Settings(rerank_depth=2)) as library:
        yield library
