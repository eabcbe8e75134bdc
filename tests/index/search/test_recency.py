"""Newer articles gain where that is asked for, and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from index import Article, Library
from index.identify import make_article
from index.models.embedder import Embedder
from index.models.reranker import Reranker
from index.search.recency import NEWEST, measure_freshness
from index.settings import IndexSettings
from tests.conftest import open_warm

YEARS = (2019, 2021, 2024)
QUESTION = "How many members does the Arlit choir have?"


def make_dated(days: list[datetime | None]) -> list[Article]:
    return [make_article("Text.", id=str(n), published=d.isoformat() if d else None) for n, d in enumerate(days)]


days = st.lists(st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2025, 1, 1)), max_size=8)


@given(days)
def test_freshness_goes_from_0_to_1_as_the_dates_do(given_days: list[datetime | None]) -> None:
    dated = [d.replace(tzinfo=UTC, microsecond=0) if d else None for d in given_days]
    fresh = measure_freshness(make_dated(dated))
    known = {str(n): d for n, d in enumerate(dated) if d}
    assert fresh.keys() == known.keys()
    assert sorted(fresh, key=lambda i: (fresh[i], i)) == sorted(known, key=lambda i: (known[i], i))
    if len(set(known.values())) > 1:
        assert (min(fresh.values()), max(fresh.values())) == (0, 1)


def test_what_is_dated_in_the_future_is_not_the_newest() -> None:
    fresh = measure_freshness(make_dated([datetime(2020, 1, 1), datetime(2024, 1, 1), datetime(2999, 1, 1)]))
    assert fresh == {"0": 0.0, "1": 1.0}


def fill(library: Library) -> None:
    library.add(
        {
            "id": str(year),
            "title": "The Arlit choir",
            "text": f"The Arlit choir has {year - 1980} members, its leader said in the town hall.",
            "published": f"{year}-05-04",
        }
        for year in YEARS
    )
    library.add([{"id": "cake", "title": "A recipe", "text": "Bake the cake for an hour.", "published": "2025-01-01"}])


def search(library: Library, question: str) -> list[str]:
    return [hit.article.id for hit in library.search(question)]


def test_the_newest_comes_first_where_it_is_asked_for(library: Library) -> None:
    fill(library)
    hits = library.search(QUESTION, newest=True)
    assert [hit.article.id for hit in hits[:3]] == ["2024", "2021", "2019"]
    assert [hit.signals["recency"] for hit in hits[:3]] == pytest.approx([NEWEST * 2 / 3, NEWEST / 3, 0])
    assert hits[-1].article.id == "cake"  # however new: it is about something else
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all("recency" not in hit.signals for hit in library.search(QUESTION))


def test_a_setting_favours_it_in_every_search(tmp_path: Path, embedder: Embedder, reranker: Reranker) -> None:
    with open_warm(tmp_path / "library", embedder, reranker, IndexSettings(newest_first=True)) as library:
        fill(library)
        assert search(library, QUESTION)[:3] == ["2024", "2021", "2019"]
