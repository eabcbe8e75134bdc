"""A library of the format before this one, with checksums, keeps what is whole and what is damaged as it is."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from index.assemble import open_store
from index.storage.places import KnownPage, Place
from index.storage.salvaged import read_database
from tests.index.older_formats import make_format_5, make_format_6, make_format_7
from tests.index.storage.stores import make_article, put

KNOWN = KnownPage("https://b.org/1", "https://b.org/feed", "s", "whole", "etag", None)

FEED = Place("https://b.org/feed", "feed", {"title": "kicker"})


@pytest.fixture(params=[make_format_5, make_format_6, make_format_7])
def older(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A database of format 5, of 6, and of 7, with two articles, of which one is damaged, a page, and a place."""
    path = tmp_path / "dateline.db"
    store = open_store(path, create=True)
    put(store, [make_article("whole", "It is whole."), make_article("other", "It is damaged.")])
    store.pages.put(KNOWN)
    store.followed.add(FEED)
    store.close()
    with sqlite3.connect(path) as db:
        request.param(db)
        db.execute("UPDATE articles SET title = 'Changed by nobody' WHERE id = 'other'")
    db.close()
    return path


def test_what_is_whole_stays_and_what_is_damaged_stays_damaged(older: Path) -> None:
    store = open_store(older)
    assert store.manifest()["format"] == "8"
    assert store.articles.get_all(["whole", "other"]).keys() == {"whole"}
    assert store.damaged() == ("article other",)
    assert store.pages.get(KNOWN.address) == KNOWN
    assert list(store.followed) == [FEED]
    assert list(store.find_damage()) == ["article other: not what was written"]
    store.close()


def test_it_is_salvaged_without_being_brought_up_to_date(older: Path, tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    found = read_database(older, tmp_path / "scratch")
    assert list(found.articles) == ["whole"]
    assert found.pages == [KNOWN]
    assert found.places == [FEED]
    assert list(found.lost) == ["article other"]
