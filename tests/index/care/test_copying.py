"""A library copied from a folder into a database, and back: all of it, however often the copying breaks off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from index import DatelineError, Library, copy_library
from index.care import copying
from index.settings import IndexSettings
from index.storage.address import read_address
from index.storage.places import KnownPage, Place
from tests.index.articles import make_fields
from tests.postgres import make_url

pytestmark = pytest.mark.usefixtures("doubles")
ARTICLES = 12


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "ARTICLES_AT_ONCE", 5)


def fill(library: Library) -> None:
    library.add([make_fields(n) for n in range(ARTICLES)])
    library.add([{**make_fields(3), "text": "The river rose again. Nobody was hurt."}])
    library.add([{**make_fields(3), "text": "The river fell. Three bridges stay closed."}])
    library.add([{**make_fields(4), "id": "same", "title": "Another paper"}])
    library.remove("made-005")
    library.followed.add(Place("https://b.org/feed", "feed", {}))
    library.pages.put(KnownPage("https://b.org/1", "https://b.org/feed", "s", "made-001", due=7))


def describe(library: Library) -> dict[str, Any]:
    articles = list(library.articles())
    return {
        "articles": articles,
        "removed": [article.removed for article in articles],
        "versions": [library.versions(article.id) for article in articles],
        "copies": [library.copies(article.id) for article in articles],
        "ids": library._store.articles.ids(),
        "followed": list(library.followed),
        "pages": list(library.pages),
        "embedder": library.status().embedder_sha256,
    }


def test_there_and_back(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True) as library:
        fill(library)
        before = describe(library)
    database = read_address(make_url())
    settings = IndexSettings()
    assert copy_library(tmp_path / "library", database, settings) == (ARTICLES, 0, ())
    with Library.open(database) as library:
        assert describe(library) == before
        assert library.check() == []
    assert copy_library(database, tmp_path / "back", settings) == (ARTICLES, 0, ())
    with Library.open(tmp_path / "back") as library:
        assert describe(library) == before
    other = read_address(make_url())
    assert copy_library(database, other, settings).faults == ()
    with Library.open(other) as library:
        assert describe(library) == before


def test_a_copy_that_broke_off_goes_on(tmp_path: Path) -> None:
    """What changed in between is as it is now: changed, added, removed."""
    database = read_address(make_url())
    with Library.open(tmp_path / "library", create=True) as library:
        fill(library)

        def break_off(done: int, total: int) -> None:
            assert total == ARTICLES
            if done >= 10:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            copy_library(tmp_path / "library", database, IndexSettings(), break_off)
        library.add([{**make_fields(0), "text": "The volcano is quiet."}, make_fields(99)])
        library.remove("made-001")
        seen: list[tuple[int, int]] = []
        report = copy_library(
            tmp_path / "library", database, IndexSettings(), lambda done, total: seen.append((done, total))
        )
        assert (report.already, report.faults) == (8, ())
        assert report.copied == ARTICLES - 8
        assert seen[-1] == (ARTICLES, ARTICLES)
        with Library.open(database) as copied:
            there, wanted = describe(copied), describe(library)
            assert sorted(there.pop("ids")) == sorted(wanted.pop("ids"))
            assert there == wanted


def test_a_library_is_never_copied_over_another(tmp_path: Path) -> None:
    database = read_address(make_url())
    with Library.open(tmp_path / "library", create=True) as library, Library.open(database, create=True) as other:
        fill(library)
        other.add([make_fields(50)])
        before = describe(other)
        with pytest.raises(DatelineError, match="is a library already"):
            copy_library(tmp_path / "library", database, IndexSettings())
        assert describe(other) == before
    copy_library(tmp_path / "library", tmp_path / "new", IndexSettings())
    with pytest.raises(DatelineError, match="is a library already"):
        copy_library(tmp_path / "library", tmp_path / "new", IndexSettings())
    with pytest.raises(DatelineError, match="there is no library"):
        copy_library(tmp_path / "none", tmp_path / "newer", IndexSettings())
    assert not (tmp_path / "newer").exists()
