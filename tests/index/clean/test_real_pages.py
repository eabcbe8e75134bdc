"""What is kept of real pages, and what goes. The pages are their publishers': the test skips where they are absent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index import Article, DatelineError
from index.read.files import read_file

PAGES = Path(__file__).parents[4] / "shared" / "pages"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PAGES.is_dir(), reason="../shared/pages is not here"),
]


def _truth() -> dict[str, Any]:
    """The labels. Reading was fitted to these pages: on others it does as `python -m evals.fit.pages` says."""
    truth: dict[str, Any] = json.loads((PAGES / "truth.json").read_text(encoding="utf-8"))
    return truth


def _read(path: Path) -> Article | None:
    try:
        return next(iter(read_file(path, 20)))
    except DatelineError:
        return None


def _share(kind: str, wanted: str, unwanted: str) -> tuple[float, float]:
    """The shares of body snippets that are kept, and of boilerplate snippets that are gone."""
    kept = []
    gone = []
    for stem, snippets in _truth()["pages"].items():
        article = _read(PAGES / kind / f"{stem}.{kind}")
        text = " ".join(article.text.split()) if article else ""
        kept += [" ".join(s.split()) in text for s in snippets[wanted]]
        gone += [" ".join(s.split()) not in text for s in snippets[unwanted]]
    return sum(kept) / len(kept), sum(gone) / len(gone)


def test_html_pages() -> None:
    kept, gone = _share("html", "with", "without")
    assert kept >= 0.96
    assert gone >= 0.94


def test_scraped_pages() -> None:
    kept, gone = _share("txt", "with_in_txt", "without_in_txt")
    assert kept >= 0.93
    assert gone >= 0.83


def test_dates_of_pages() -> None:
    truth = _truth()["dates"]
    found = {stem: article for stem in truth if (article := _read(PAGES / "dates" / f"{stem}.html"))}
    days = {stem: f"{a.published:%Y-%m-%d}" for stem, a in found.items() if a.published}
    right = sum(truth[stem]["date"] == day for stem, day in days.items())
    assert right / len(truth) >= 0.925
    assert (len(days) - right) / len(truth) <= 0.04
