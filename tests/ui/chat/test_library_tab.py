"""The Library tab in a real browser: adding what is at an address, and the pages of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from index import Library
from tests.index.fetch.site import WORDS, Reply, serve
from tests.ui.conftest import Visit


@pytest.fixture
def own_library(tmp_path: Path) -> Iterator[Library]:
    """An empty library for a test to fill, which may read websites on this machine."""
    with Library.open(tmp_path / "library", create=True) as library:
        library.settings = replace(library.settings, allow_private=True, web_delay=0.0)
        yield library


def make_page(number: int) -> bytes:
    """A web page with an article."""
    words = "".join(f"<p>{n + number}: {sentence} {sentence}</p>" for n, sentence in enumerate(WORDS * 2))
    return f"<html><head><title>Story {number}</title></head><article><h1>Story {number}</h1>{words}</article>".encode()


def open_library(tab: Visit) -> None:
    tab.page.get_by_role("tab", name="Library").click()


def test_a_page_and_a_feed_are_added_by_their_address(
    own_url: str, visit: Callable[..., Visit], own_library: Library
) -> None:
    with serve() as site:
        items = "".join(f"<item><title>Story {n}</title><link>{site.url}/{n}</link></item>" for n in range(3))
        feed = f"<rss version='2.0'><channel><title>The Bugle</title>{items}</channel></rss>"
        site.replies["/feed"] = Reply(feed.encode(), headers={"Content-Type": "application/rss+xml"})
        for n in (0, 1, 3):  # the feed's third is not there
            site.replies[f"/{n}"] = Reply(make_page(n), headers={"Content-Type": "text/html"})
        tab = visit(url=own_url)
        open_library(tab)
        tab.page.get_by_role("button", name="Add articles").click()
        address = tab.page.get_by_label("Web address of a page, a feed or a sitemap")
        address.fill(f"{site.url}/feed")
        address.press("Enter")
        tab.page.get_by_text("2 added, 1 failed").wait_for()
        assert f"{site.url}/2" in tab.page.locator("#added").inner_text()
        tab.page.get_by_text("2 articles").first.wait_for()
        for said in ("1 added.", "1 already there."):
            address.fill(f"{site.url}/3")
            tab.page.locator("#from-the-web").get_by_role("button", name="Add").click()
            tab.page.get_by_text(said).wait_for()
        for nonsense in ("file:///etc/passwd", "not an address", "http://<img src=x onerror=window.pwned=1>/"):
            address.fill(nonsense)
            address.press("Enter")
            tab.page.locator("#added", has_text=nonsense).wait_for()
    assert tab.page.locator("#added img").count() == 0
    assert tab.page.evaluate("window.pwned") is None
    assert own_library.status().articles == 3


def test_the_table_has_pages(own_url: str, visit: Callable[..., Visit], own_library: Library) -> None:
    words = "The council of Quvex met again. "
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(250)]
    own_library.add({"id": str(n), "title": f"Story {n}", "text": f"{words} {n}", "date": day.isoformat()}
                    for n, day in enumerate(days))  # fmt: skip
    tab = visit(url=own_url)
    open_library(tab)

    def wait_for_rows(first: str, last: str, count: int) -> None:
        script = """([first, last, count]) => { const rows = [...document.querySelectorAll(".dl-row")];
          return rows.length === count && rows[0].textContent === first && rows.at(-1).textContent === last; }"""
        tab.page.wait_for_function(script, arg=[first, last, count])

    wait_for_rows("Story 249", "Story 150", 100)
    assert not tab.page.get_by_role("button", name="Previous page").is_visible()
    for first, last, count in (("Story 149", "Story 50", 100), ("Story 49", "Story 0", 50)):
        tab.page.get_by_role("button", name="Next page").click()
        wait_for_rows(first, last, count)
    tab.page.get_by_text("250 articles, 201 to 250 of them here").wait_for()
    tab.page.get_by_role("button", name="Previous page").click()
    wait_for_rows("Story 149", "Story 50", 100)
    tab.page.get_by_label("Words in title or text").fill("Story 24")
    tab.page.get_by_text("11 articles.").wait_for()
    tab.page.get_by_label("Order").click()
    tab.page.get_by_role("option", name="Oldest first").click()
    wait_for_rows("Story 24", "Story 249", 11)
