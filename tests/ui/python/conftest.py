"""A small library for what other programs' frameworks make of one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index import Library

PACT = "Why did Niger revoke the pact?"
ARTICLES: list[dict[str, Any]] = [
    {
        "id": "niger/2024/../pact",
        "title": "Niger ends the pact",
        "text": "Niamey is quiet. Niger did revoke the pact with Washington because the talks were condescending.",
        "url": "https://example.org/pact",
        "source": "The Post",
        "authors": ["Ada Bello", "Carl Diop"],
        "date": "2024-03-17",
    },
    {"id": "2", "title": "A base", "text": "The pact let drones fly from Agadez for years.", "date": "2024-05-02"},
    {
        "id": "3",
        "title": "Uranium",
        "text": "Niger sells uranium, and the pact has no word about that.",
        "date": "2023",
    },
    {
        "id": "4",
        "title": "Undated",
        "text": "Why a pact is signed, and how one may revoke it, says the law of treaties.",
    },
]


@pytest.fixture
def small_library(doubles: None, tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", create=True) as library:
        assert not library.add(ARTICLES).failed
        yield library
