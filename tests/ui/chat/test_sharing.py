"""A conversation that is shared: others read it, and nothing else, until it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe

from index import Library
from index.settings import load_settings
from rag.settings import Settings
from tests.ui.conftest import PHONE, Visit, free_port
from ui.chat.conversation import Exchange
from ui.server.tokens import Tokens, make_token

FRENCH = "When did the last French soldiers leave Niger?"
WHY = "Why did Niger revoke the deal?"


def share(tab: Visit, url: str) -> str:
    """Share the conversation that is shown, and return its address."""
    tab.page.get_by_role("button", name="Share", exact=True).click()
    link = tab.page.get_by_role("link", name="Copy shared link")
    link.wait_for()
    return url + str(link.get_attribute("href"))


def test_a_conversation_is_shared_read_and_taken_back(chat_url: str, visit: Callable[..., Visit]) -> None:
    mine, other = visit(), visit()
    mine.ask(WHY)
    mine.page.locator("#new-conversation").click()
    mine.page.wait_for_function("!document.querySelector('.dl-question')")
    mine.ask(FRENCH)
    address = share(mine, chat_url)
    other.page.goto(address)
    assert other.page.locator(".dl-question").all_inner_texts() == [FRENCH]
    quote = other.page.locator(".dl-snippet").first.inner_text()
    other.page.locator("button.cite").first.click()
    other.page.locator("#dl-article mark").wait_for()
    assert other.page.locator("#dl-article mark").inner_text() in quote
    assert other.mark_in_view()
    other.page.reload()  # its address names the article
    assert other.page.locator("#dl-article mark").count() == 1
    page = other.page.locator("main").inner_html()
    assert WHY not in page
    assert not any(part in page for part in ("dl-chip", "dl-export", "/conversations/", "?conversation=", "browser:"))
    assert other.page.locator("textarea, input, [contenteditable]").count() == 0
    mine.ask("How many soldiers were there?")
    other.page.goto(address)
    assert other.page.locator(".dl-question").count() == 2
    mine.page.get_by_role("button", name="Stop sharing").click()
    mine.page.get_by_role("button", name="Share", exact=True).wait_for()
    assert other.page.goto(address).status == 404
    assert "not shared any more" in other.page.locator("main").inner_text()
    assert mine.errors == other.errors == []


def test_who_reads_it_without_scripts_opens_articles_too(
    chat_url: str, visit: Callable[..., Visit], browser: object
) -> None:
    mine = visit()
    mine.ask(FRENCH)
    address = share(mine, chat_url)
    plain = browser.new_context(java_script_enabled=False).new_page()  # type: ignore[attr-defined]
    plain.goto(address)
    plain.locator("button.dl-source").first.click()
    assert plain.locator("#dl-article mark").count() >= 1
    plain.get_by_role("link", name="Close").click()
    assert plain.locator("#dl-article").count() == 0
    plain.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_pages_that_are_read(chat_url: str, visit: Callable[..., Visit], scheme: str) -> None:
    def look() -> list[tuple[str, list[str]]]:
        return [(v["id"], [n["html"] for n in v["nodes"]]) for v in Axe().run(mine.page).response["violations"]]

    mine = visit(color_scheme=scheme)
    mine.ask(WHY)
    address = share(mine, chat_url)
    found = look()
    mine.open_citation()
    compare = chat_url + str(mine.page.locator(".dl-compare").first.get_attribute("href"))
    mine.page.goto(address)
    mine.page.locator("button.cite").first.click()
    mine.page.locator("#dl-article").wait_for()
    found += look()
    mine.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    for url in (address, compare):
        mine.page.goto(url)
        found += look()
        assert mine.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert found == []


@pytest.fixture
def guarded(doubles: None, tmp_path: Path) -> Iterator[tuple[str, str, Library]]:
    """The address of a page that needs a token, the token, and the library, in which a conversation is shared."""
    from ui.server.serve import Access, launch

    port = free_port()
    with Library.open(tmp_path / "library", create=True) as library:
        token = make_token(library.folder)
        access = Access(Tokens(library.folder))
        serving = launch(library, load_settings(Settings, library.folder), "127.0.0.1", port, access=access)
        for n in range(3):
            serving.page.sessions.store.put("browser:me", f"conversation{n}", 0, Exchange(f"secret {n}?", error="x"))
        shared = serving.page.sessions.store.share("browser:me", "conversation1")
        yield f"http://127.0.0.1:{port}/shared/{shared}", token, library
        serving.close()


def test_strangers_see_nothing_and_readers_one_conversation(guarded: tuple[str, str, Library]) -> None:
    address, token, _ = guarded
    with httpx.Client(trust_env=False) as client:
        assert client.get(address).status_code == 401
        assert client.get(address, headers={"Accept": "text/html"}).headers["location"] == "/login"
        assert client.get(address.replace("/shared/", "/compare?one=")).status_code == 401
        client.headers["Authorization"] = f"Bearer {token}"
        shown = client.get(address)
        assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
        assert "secret 1&#63;" in shown.text
        assert not any(words in shown.text for words in ("secret 0", "secret 2", "browser", "conversation1"))
        assert client.post(address).status_code == 405
        for wrong in (
            address[:-1],
            f"{address}x",
            f"{address[:-1]}%00",
            address.rpartition("/")[0] + "/conversation1",
        ):
            assert client.get(wrong).status_code == 404
        for place in ("0:1", "9:9", "-1:1", "conversation0", "0:1&cited=1:1"):
            assert "secret 0" not in client.get(f"{address}?cited={place}").text
