"""A site, and a library that may read it without waiting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Library
from index.fetch import pace
from index.models.embedder import Embedder
from index.models.reranker import Reranker
from index.settings import IndexSettings
from tests.conftest import open_warm
from tests.index.fetch.site import Site, serve


@pytest.fixture(autouse=True)
def _no_host_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What hosts asked for counts for the whole process, and a port may be that of another site later."""
    monkeypatch.setattr(pace, "_AWAY", {})


@pytest.fixture
def site() -> Iterator[Site]:
    """A site that knows no address yet."""
    with serve() as opened:
        yield opened


@pytest.fixture
def web_library(tmp_path: Path, embedder: Embedder, reranker: Reranker, one_reader: None) -> Iterator[Library]:
    """An empty library that may read loopback."""
    settings = IndexSettings(allow_private=True, web_delay=0.0, web_seconds=5.0, max_file_mb=1)
    with open_warm(tmp_path / "library", embedder, reranker, settings) as opened:
        yield opened
