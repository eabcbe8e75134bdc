"""Links to an article and to the words quoted in it, and the keys that go from source to source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import Library
from rag.records import Quote
from tests.ui.conftest import Visit
from ui.chat.article.render_article import link_article

FRENCH = "When did the last French soldiers leave Niger?"
WHY = "Why did Niger revoke the deal?"
OLD = "The council of Quvex met on Monday. It spoke of lanterns."
NEW = "On second thoughts: the council of Quvex met on Tuesday, and it spoke of lanterns for hours."
ARTICLE = {"id": "a b&c=<d>", "title": "The council met", "text": OLD, "date": "2025-03-01"}


@pytest.fixture
def own_library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", create=True) as library:
        library.add([ARTICLE])
        yield library


def opened(tab: Visit) -> str:
    tab.page.locator("#dl-article").wait_for()
    return str(tab.page.locator("#dl-article").inner_text())


def test_a_link_opens_the_article_at_its_quotes(visit: Callable[..., Visit]) -> None:
    tab = visit(permissions=["clipboard-read", "clipboard-write"])
    tab.ask(FRENCH)
    tab.open_citation()
    marked = tab.page.locator("#dl-article mark").all_inner_texts()
    tab.page.locator(".dl-bar .dl-link").click()
    tab.page.locator(".dl-bar").get_by_text("Copied ✓").wait_for()
    link = tab.page.evaluate("navigator.clipboard.readText()")
    other = visit()
    other.page.goto(link)
    other.page.locator("#dl-article mark").first.wait_for()
    assert other.page.locator("#dl-article mark").all_inner_texts() == marked
    assert other.mark_in_view()
    other.page.locator("#dl-close").click()
    other.page.wait_for_function("location.search === ''")
    assert other.errors == []


def test_a_link_keeps_to_the_text_that_it_quotes(
    own_url: str, visit: Callable[..., Visit], own_library: Library
) -> None:
    words = "met on Monday"
    start = OLD.index(words)
    link = own_url + link_article(own_library.get(ARTICLE["id"]), [Quote(start, start + len(words))])
    tab = visit(url=link)
    tab.page.locator("#dl-article mark").wait_for()
    assert tab.page.locator("#dl-article mark").inner_text() == words
    own_library.add([{**ARTICLE, "text": NEW}])
    tab.page.reload()
    tab.page.get_by_text("Earlier version").wait_for()
    assert tab.page.locator("#dl-article mark").inner_text() == words
    own_library.remove(ARTICLE["id"])
    tab.page.reload()
    tab.page.get_by_text("It is no longer here").wait_for()


@pytest.mark.parametrize(
    "asked",
    [
        "article=nothing",
        "article=%00&quotes=1-2",
        "article=a%20b%26c%3D%3Cd%3E&quotes=9999999999999-1,-5--9,<b>,7-3,0-99999",
        "article=a%20b%26c%3D%3Cd%3E&quotes=title:0-99999,title:7-3,title:title:1-2,title:",
        "article=a%20b%26c%3D%3Cd%3E&text=%00<script>window.pwned=1</script>&quotes=" + "1-2," * 1_000,
        "conversation=../../etc/passwd&article=../../etc/passwd",
    ],
)
def test_a_link_that_makes_no_sense_does_no_harm(own_url: str, visit: Callable[..., Visit], asked: str) -> None:
    tab = visit(url=f"{own_url}/?{asked}")
    text = opened(tab)
    assert "It is no longer here" in text or "council of Quvex" in text
    assert "passwd" not in text
    assert tab.page.evaluate("window.pwned") is None
    assert tab.errors == []


def test_keys_go_from_source_to_source_and_not_into_what_is_typed(visit: Callable[..., Visit]) -> None:
    tab = visit()
    tab.ask(WHY)
    count = tab.page.locator(".dl-source").count()
    assert count >= 2

    def press(key: str, name: str) -> None:
        tab.page.keyboard.press(key)
        tab.page.locator(".dl-name", has_text=name).wait_for()
        tab.page.wait_for_function("document.activeElement.id === 'dl-article'")

    tab.open_citation()
    press("n", "Source 2")
    assert tab.mark_in_view()
    press("p", "Source 1")
    press("p", "Source 1")  # there is none before it
    press("Control+n", "Source 1")
    tab.page.get_by_role("button", name="Next source").click()
    tab.page.locator(".dl-name", has_text="Source 2").wait_for()
    box = tab.page.locator("#question textarea")
    box.click()
    tab.page.keyboard.type("npnp")
    assert box.input_value() == "npnp"
    assert tab.page.locator(".dl-name").inner_text() == "Source 2"
