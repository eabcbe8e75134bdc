"""The eval report in a real browser: hostile articles, filters, and reading without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.report.page import write_report
from tests.evals.run_material import asked, make_kept, write_run
from tests.ui.conftest import HOSTILE, PAYLOADS


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of four questions, one of them answered from the hostile article."""
    folder = tmp_path_factory.mktemp("report")
    everything = " ".join(PAYLOADS)
    hostile = make_kept(everything, HOSTILE["text"], title=HOSTILE["title"], url=HOSTILE["url"])
    rows = [
        asked("right"),
        asked(everything, everything, answers=(everything,), relevant=(everything,), choices=PAYLOADS, answer=hostile),
        asked("refused", answer=make_kept("Who left?", refused=True, reason=everything)),
        asked("broken", answer=None, error=everything),
    ]
    run = write_run(folder / "run", [{"right": r, "confidence": 0.5} for r in (1.0, 0.0, 0.0, 0.0)], rows)
    write_report([run], folder / "report.html")
    return folder / "report.html"


@pytest.fixture
def open_page(browser: Any, page_file: Path) -> Iterator[Any]:
    """Open the report in a tab; dialogs, requests and what the console says are kept in `seen`."""
    contexts = []

    def opened(**options: Any) -> tuple[Any, list[str]]:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        seen: list[str] = []

        def keep_dialog(dialog: Any) -> None:
            seen.append(f"dialog {dialog.message}")
            dialog.dismiss()

        page.on("dialog", keep_dialog)
        page.on("request", lambda request: seen.append(f"request {request.url}"))
        page.on("pageerror", lambda error: seen.append(f"error {error}"))
        page.on("console", lambda message: seen.append(f"console {message.text}"))
        page.goto(page_file.as_uri())
        seen.remove(f"request {page_file.as_uri()}")
        return page, seen

    yield opened
    for context in contexts:
        context.close()


def test_hostile_text_is_shown_and_does_nothing(open_page: Any) -> None:
    page, seen = open_page()
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    for element in page.locator(".question bdi, .question mark").all():
        element.click(force=True)
    page.wait_for_timeout(300)
    assert seen == []
    assert page.evaluate("window.pwned") is None
    assert page.locator("script").count() == 1
    assert page.locator("iframe, img, a, article article").count() == 0
    shown = page.locator(".question").nth(1).inner_text()
    assert all(payload in shown for payload in PAYLOADS)


def test_the_policy_stops_a_script_that_got_in_all_the_same(open_page: Any) -> None:
    page, seen = open_page()
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.pwned = 1";
          document.body.append(script);
          const image = document.createElement("img");
          image.src = "http://evil.example/pixel.png";
          document.body.append(image);
        }"""
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.pwned") is None
    refused = [entry for entry in seen if "Content Security Policy" in entry]
    assert ["script" in entry or "image" in entry for entry in refused] == [True, True], seen


def test_filters_show_what_they_name(open_page: Any) -> None:
    page, seen = open_page()
    questions = page.locator(".question:visible")
    assert questions.count() == 4
    page.get_by_role("button", name="wrong source 1").click()
    assert questions.count() == 1
    assert page.locator(".shown").inner_text() == "1 of 4 shown"
    page.get_by_role("button", name="refused though answerable 1").click()
    assert questions.locator(".id").first.text_content() == "refused"
    page.get_by_role("button", name="all 4").click()
    page.get_by_label("Words").fill("ANNA LEFT")
    assert questions.count() == 1
    assert seen == []


@pytest.mark.parametrize("width", [1280, 390])
def test_it_reads_without_javascript_and_never_scrolls_sideways(open_page: Any, width: int) -> None:
    page, seen = open_page(java_script_enabled=False, viewport={"width": width, "height": 800})
    assert page.locator(".question:visible").count() == 4
    assert page.locator(".filters:visible").count() == 0
    page.locator(".question").first.locator("summary").click()
    assert page.locator(".question mark").first.inner_text() == "Anna left on Monday."
    assert page.locator(".plot").count() == 4
    assert page.locator("body").evaluate("() => document.documentElement.scrollWidth") <= width
    assert seen == []
