"""A library that version 0.1.0 made opens, and nothing of it is lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index import Library
from index.models.embedder import Embedder
from index.models.reranker import Reranker
from index.storage.places import KnownPage, Place
from tests.conftest import ROOT, open_warm

GOLDEN = ROOT / "tests" / "golden" / "0.1.0" / "dateline.db"
NEW = "The new bridge over the Quvex river opened on Monday. It cost 14 million euros, said the mayor, Ada Brum. There "
BRIDGE = f"{NEW}will be no toll on the bridge."


@pytest.fixture
def golden(tmp_path: Path, embedder: Embedder, reranker: Reranker) -> Iterator[Library]:
    """A copy of it, without the search indexes."""
    folder = tmp_path / "library"
    folder.mkdir()
    shutil.copy(GOLDEN, folder)
    with open_warm(folder, embedder, reranker) as opened:
        yield opened


def test_nothing_is_lost(golden: Library) -> None:
    articles = {article.id: article for article in golden.articles()}
    assert list(articles) == ["bridge", "toll", "old"]
    bridge = articles["bridge"]
    assert (bridge.title, bridge.text) == ("Quvex opens its new bridge", BRIDGE)
    assert (bridge.url, bridge.source, bridge.language) == ("https://example.org/bridge", "The Quvex Bugle", "en")
    assert (bridge.published, bridge.published_precision) == (datetime(2024, 3, 4, tzinfo=UTC), "day")
    assert bridge.date_evidence == "given with the article"
    assert (articles["old"].published, articles["old"].text) == (None, "The ferry of Quvex stops in winter.")
    [version] = golden.versions("bridge")
    assert (version.number, version.title, version.published) == (1, bridge.title, bridge.published)
    assert version.text == BRIDGE.replace("14 million", "12 million")
    assert list(golden.followed) == [Place("https://example.org/feed.xml", "feed", {"title": "kicker"})]
    page = KnownPage("https://example.org/bridge", "https://example.org/feed.xml", "s1", "bridge", "etag1", None)
    assert golden.pages.listed_in("https://example.org/feed.xml") == [page]
    status = golden.status()
    assert (status.articles, status.passages, status.undated, status.generation) == (3, 3, 1, 4)


def test_its_search_indexes_are_made_again(golden: Library) -> None:
    assert golden.check() == []
    for question, article_id in (
        ("What did the bridge cost?", "bridge"),
        ("What do drivers pay?", "toll"),
        ("When does the ferry stop?", "old"),
    ):
        for mode in ("dense", "lexical", "hybrid"):
            assert golden.search(question, mode=mode)[0].article.id == article_id, (question, mode)


def test_its_vectors_are_those_that_its_embedder_gives(golden: Library) -> None:
    [(numbers, rows)] = golden._store.vectors.since(0, 10)
    kept = dict(zip(numbers, rows, strict=True))
    found = golden._store.passages.get(list(kept))
    for number, (passage, _) in found.items():
        assert kept[number] @ golden.embedder.embed_query(passage.text) > 0.7
    assert sorted(kept) == sorted(found) == golden._store.passages.numbers()


def test_it_goes_on_as_a_library_of_today(golden: Library) -> None:
    bridge = golden.get("bridge")
    again = replace(bridge, id="copy", url="https://example.com/copy")
    assert golden.add([bridge, again]).unchanged == ("bridge",)
    assert golden.copies("bridge") == ("copy",)
    golden.remove("bridge")
    assert golden.check() == []


def test_it_is_brought_to_the_format_of_today_once(golden: Library, capsys: pytest.CaptureFixture[str]) -> None:
    assert golden._store.manifest()["format"] == "8"
    capsys.readouterr()
    Library.open(golden.folder).close()
    assert capsys.readouterr().err == ""
