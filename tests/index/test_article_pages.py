"""The articles page by page, by date: every one stands on one page, in order, the undated last."""

from __future__ import annotations

from datetime import date

import pytest

from index import Filters, Library

DAYS = ["2024-03-01", "2024-01-05", None, "2024-02-29", None, "2023-12-31", "2024-02-29"]


@pytest.fixture
def filled(library: Library) -> Library:
    library.add({"id": str(n), "title": "A", "text": f"Text {n}.", "date": day} for n, day in enumerate(DAYS))
    return library


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("limit", [1, 3, 100])
def test_pages_hold_every_article_once_and_in_order(filled: Library, limit: int, newest_first: bool) -> None:
    found, total = [], 0
    for offset in range(0, len(DAYS), limit):
        page, total = filled.page(Filters(), "", offset, limit, newest_first=newest_first)
        assert len(page) == min(limit, len(DAYS) - offset)
        found += page
    assert total == len(DAYS) == len({article.id for article in found})
    dated = [article.published for article in found if article.published]
    assert dated == sorted(dated, reverse=newest_first)
    assert [article.published for article in found[-2:]] == [None, None]


def test_pages_keep_to_filters_and_words(filled: Library) -> None:
    found, total = filled.page(Filters(after=date(2024, 1, 1)), "TEXT 3", 0, 10)
    assert ([article.id for article in found], total) == (["3"], 1)
    assert filled.page(Filters(), "nothing\0 of it", 0, 10) == ([], 0)
    assert filled.page(Filters(), "", 50, 10) == ([], len(DAYS))
