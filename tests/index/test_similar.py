"""Articles that are near to one: by their vectors, and none that tells the same story in the same words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import ArticleMissing, Library
from tests.doubles import HashingEmbedder
from tests.postgres import make_url

FERRY = "The ferry to Quvex sank at the pier in heavy wind, and the harbour was closed for the night."
BRIDGE = "Workers painted the old bridge green while children sang songs about lanterns and cake."
TEXTS = {
    "ferry": FERRY,
    "wind": "The ferry to Quvex was late in heavy wind, and the harbour stayed open for the night.",
    "pier": "At the pier in Quvex a ferry waited for the wind.",
    "bridge": BRIDGE,
    "cake": "Children sang songs about cake while workers painted.",
}


@pytest.fixture(params=["folder", "database"])
def library(request: pytest.FixtureRequest, doubles: None, tmp_path: Path) -> Iterator[Library]:
    """A library of two topics, in a folder and in a database, one of its articles there twice."""
    place = str(tmp_path / "library") if request.param == "folder" else make_url()
    with Library.open(place, create=True) as opened:
        opened.add({"id": name, "title": "", "text": text} for name, text in TEXTS.items())
        opened.add([{"id": "agency", "title": "", "url": "https://a.example/1", "text": FERRY}])
        yield opened


def test_the_nearest_come_first(library: Library) -> None:
    embedder = HashingEmbedder()
    middle = embedder.embed_query(FERRY)
    near = sorted((name for name in TEXTS if name != "ferry"), key=lambda n: -embedder.embed_query(TEXTS[n]) @ middle)
    assert library.copies("ferry") == ("agency",)
    assert [article.id for article in library.similar("ferry")] == near
    assert [article.id for article in library.similar("ferry", 2)] == near[:2]


def test_of_those_that_tell_one_story_there_is_one(library: Library) -> None:
    found = [article.id for article in library.similar("pier")]
    assert len(set(found) & {"ferry", "agency"}) == 1
    assert len(found) == len(set(found)) == len(TEXTS) - 1


def test_what_is_not_there_is_said(library: Library) -> None:
    with pytest.raises(ArticleMissing):
        library.similar("nothing")
    library.remove_all([*TEXTS][1:])
    assert library.similar("ferry") == []


def test_the_middle_of_long_articles_counts(library: Library) -> None:
    library.add([{"id": "both", "title": "", "text": f"{FERRY * 12}\n\n{BRIDGE * 4}"}])
    assert next(iter(library.similar("both"))).id in ("ferry", "agency")
