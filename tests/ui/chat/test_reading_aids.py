"""The size of text, the list of keys, a list of many conversations, and bars that limit the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe

from index import Library
from index.settings import load_settings
from rag.settings import Settings
from tests.evals.run_material import asked, write_run
from tests.ui.conftest import Visit, free_port
from ui.chat.conversation import Exchange
from ui.server.serve import Serving

HEADER = "X-Forwarded-User"
MANY = 1_000


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory, run_models: None) -> Iterator[tuple[str, Serving]]:
    """A page whose user has a thousand conversations, over articles of some months."""
    from ui.server.serve import Access, launch

    port, folder, runs = free_port(), tmp_path_factory.mktemp("crowded") / "library", tmp_path_factory.mktemp("runs")
    for n in range(3):
        write_run(runs / f"run{n}", [{"right": float(n > k), "confidence": 0.5} for k in range(3)], [asked("why")] * 3)
    with Library.open(folder, create=True) as library:
        library.add(
            {
                "id": f"a{n}",
                "title": f"Day {n}",
                "text": f"Lanterns {n}.",
                "source": f"S{n % 3}",
                "date": f"2024-0{n}-15",
            }
            for n in range(1, 9)
        )
        access = Access(user_header=HEADER)
        serving = launch(library, load_settings(Settings, folder), "127.0.0.1", port, runs, access)
        for n in range(MANY):
            serving.page.sessions.store.put("user:ada", f"many-{n:07d}", 0, Exchange(f"question {n}?", error="x"))
        yield f"http://127.0.0.1:{port}", serving
        serving.close()


def test_a_list_of_a_thousand_conversations_stays_usable(
    visit: Callable[..., Visit], crowded: tuple[str, Serving]
) -> None:
    url, serving = crowded
    tab = visit(url=url, extra_http_headers={HEADER: "ada"})
    rows = tab.page.locator(".dl-conversation")
    rows.first.wait_for()
    assert rows.first.inner_text().startswith(f"question {MANY - 1}?")
    assert 100 <= rows.count() <= 200
    assert "the last 200 are listed" in tab.page.locator("#conversation-list").inner_text()
    tab.page.get_by_label("Search conversations").fill("question 7?")
    tab.page.wait_for_function("document.querySelectorAll('.dl-conversation').length === 1")
    rows.first.click()
    tab.page.locator(".dl-question", has_text="question 7?").wait_for()
    assert len(serving.page.sessions.store.search("user:ada", "question 99")) == 11
    assert tab.errors == []


def test_the_size_of_text_is_kept_and_the_keys_are_shown(
    visit: Callable[..., Visit], crowded: tuple[str, Serving]
) -> None:
    url, _ = crowded
    tab = visit(url=url, extra_http_headers={HEADER: "eve"})

    def measure() -> float:
        size: float = tab.page.evaluate(
            "parseFloat(getComputedStyle(document.querySelector('#question textarea')).fontSize)"
        )
        return size

    before = measure()
    for _ in range(9):
        tab.page.get_by_role("button", name="Larger text").click()
    assert measure() == 2 * before
    assert tab.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    tab.page.reload()
    tab.page.locator("#question textarea").wait_for()
    assert measure() == 2 * before
    tab.page.get_by_role("button", name="Smaller text").click()
    assert before < measure() < 2 * before
    box = tab.page.locator("#question textarea")
    box.fill("")
    box.press_sequentially("why?/")
    assert box.input_value() == "why?/"
    assert not tab.page.locator("#dl-keys").is_visible()
    tab.page.locator("#masthead h1").click()
    tab.page.evaluate("document.activeElement.blur()")
    tab.page.keyboard.press("?")
    keys = tab.page.get_by_role("dialog", name="Keys")
    keys.wait_for()
    assert "next source" in keys.inner_text()
    tab.page.keyboard.press("Escape")
    keys.wait_for(state="hidden")
    tab.page.keyboard.press("/")
    assert tab.focus() == "question"
    assert tab.errors == []


def test_a_bar_limits_the_table_to_its_days(visit: Callable[..., Visit], crowded: tuple[str, Serving]) -> None:
    url, _ = crowded
    tab = visit(url=url, extra_http_headers={HEADER: "eve"})
    tab.page.get_by_role("tab", name="Library").click()
    bars = tab.page.locator(".dl-bar-of")
    bars.nth(7).wait_for()
    tab.page.get_by_text("As a table").click()
    assert tab.page.locator("#days td").count() == 8 * 3
    bars.nth(2).click()
    tab.page.get_by_text("1 article.", exact=True).wait_for()
    assert tab.page.locator(".dl-row").inner_text() == "Day 3"
    tab.page.locator("#days .dl-chart").wait_for(state="detached")  # of one day there is nothing to draw
    assert tab.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_charts_and_keys(
    visit: Callable[..., Visit], crowded: tuple[str, Serving], scheme: str
) -> None:
    def look() -> list[str]:
        tab.page.wait_for_function("!document.querySelector('.pending')")  # Gradio's haze over what is being loaded
        return [f"{v['id']} {[n['html'] for n in v['nodes']]}" for v in Axe().run(tab.page).response["violations"]]

    url, _ = crowded
    tab = visit(url=url, extra_http_headers={HEADER: "eve"}, color_scheme=scheme)
    tab.page.get_by_role("tab", name="Library").click()
    tab.page.get_by_text("As a table").click()
    found = look() and look()  # the haze may come while axe looks, and goes
    tab.page.get_by_role("tab", name="Evals").click()
    tab.page.locator(".dl-small").wait_for()
    assert tab.page.locator(".dl-small svg").count() == 2
    found += look() and look()
    tab.page.get_by_role("button", name="Keys").click()
    tab.page.locator("#dl-keys[open]").wait_for()
    found += look() and look()
    assert found == []
    assert tab.errors == []
