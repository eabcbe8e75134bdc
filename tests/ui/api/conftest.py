"""An HTTP client for the APIs of the served sample library."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from index import Library
from tests.ui.api.serving import open_small, serve_apis

if TYPE_CHECKING:
    import httpx

NIGER = "why did Niger revoke the deal?"
NOT_THERE = "Who won the 2022 World Cup?"
QUVEX = "When did the Quvex lantern parade open?"


@pytest.fixture
def client(chat_url: str) -> Iterator[httpx.Client]:
    import httpx  # at the top it would stop a light install's tests, which skip what needs it

    with httpx.Client(base_url=chat_url, trust_env=False, timeout=120) as opened:
        yield opened


@pytest.fixture(scope="module")
def small_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library of three articles, whose models load nothing."""
    with open_small(tmp_path_factory.mktemp("small") / "library") as opened:
        yield opened


@pytest.fixture(scope="module")
def small_url(small_library: Library) -> Iterator[str]:
    """The address of the APIs over the small library."""
    with serve_apis(small_library) as url:
        yield url


@pytest.fixture
def small(small_url: str) -> Iterator[httpx.Client]:
    """A client of the APIs over the small library."""
    import httpx

    with httpx.Client(base_url=small_url, trust_env=False, timeout=60) as opened:
        yield opened
