"""The tabs in a real browser: filters, exports, adding and removing articles, and the runs of the evals."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from docx import Document

from evals.report.page import render_report
from index import Library
from index.settings import load_settings
from rag.settings import Settings
from tests.evals.run_material import asked, make_kept, write_run
from tests.ui.conftest import HOSTILE, PAYLOADS, PHONE, Visit, free_port

NIGER = "why did Niger revoke the deal?"
OLD, NEW = "The harbour council of Quvex met on Monday.", "The harbour council of Quvex met on Tuesday."


@pytest.fixture(scope="module")
def runs_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run whose words are hostile, a damaged one, and one that is not finished."""
    folder = tmp_path_factory.mktemp("runs")
    rows = [asked("right"), asked("hostile", " ".join(PAYLOADS), answer=make_kept("what?", HOSTILE["text"]))]
    write_run(folder / "seeds" / "before", [{"right": right, "confidence": 0.5} for right in (1.0, 0.0)], rows)
    (folder / "damaged").mkdir()
    (folder / "damaged" / "settings.json").write_text('{"format": 1}')
    (folder / "damaged" / "summary.json").write_text("{")
    (folder / "unfinished").mkdir()
    (folder / "unfinished" / "settings.json").write_text('{"format": 1}')
    return folder


@pytest.fixture
def own_library(tmp_path: Path) -> Iterator[Library]:
    """An empty library for a test to fill."""
    with Library.open(tmp_path / "secret-place" / "library", create=True) as library:
        yield library


@pytest.fixture
def own_url(own_library: Library, runs_folder: Path, run_models: None) -> Iterator[str]:
    """The address of a page over it."""
    from ui.server.serve import launch

    port = free_port()
    settings = load_settings(Settings, own_library.folder)
    page = launch(own_library, settings, "127.0.0.1", port, runs_folder)
    yield f"http://127.0.0.1:{port}"
    page.close()


def open_tab(tab: Visit, name: str) -> None:
    tab.page.get_by_role("tab", name=name).click()


def set_day(tab: Visit, field: str, day: str) -> None:
    tab.page.locator("#tab-ask").get_by_label(field, exact=True).fill(day)
    tab.page.keyboard.press("Enter")


def test_filters_are_chips_that_can_be_removed(visit: Callable[..., Visit]) -> None:
    tab = visit()
    tab.page.locator("#tab-ask").get_by_text("Dates, sources, languages").click()
    chips = tab.page.locator("#tab-ask .dl-chip")
    set_day(tab, "From", "2024-03-01")
    tab.page.get_by_text("Searching 5 of 9 articles, 1 undated left out").wait_for()
    set_day(tab, "To", "2024-04-01")
    tab.page.get_by_text("Searching 1 of 9 articles, 1 undated left out").wait_for()
    assert chips.count() == 2
    tab.ask(NIGER)
    assert "Searched 1 of 9 articles" in tab.page.locator(".dl-colophon").inner_text()
    dates = tab.page.locator(".dl-facts").all_inner_texts()
    assert dates
    assert all("17 March 2024" in date for date in dates)
    chips.first.click()
    tab.page.get_by_text("Searching 6 of 9 articles").or_(tab.page.get_by_text("Searching 4 of 9 articles")).wait_for()
    chips.first.click()
    chips.first.wait_for(state="detached")
    tab.ask(NIGER)
    assert "Searched 9 articles" in tab.page.locator(".dl-colophon").last.inner_text()


@pytest.mark.parametrize(
    ("field", "option", "words"),
    [("Sources", "The Quvex Bugle", "The Quvex Bugle"), ("Languages", "French", "in French")],
)
def test_a_source_or_a_language_is_chosen_and_removed(
    visit: Callable[..., Visit], field: str, option: str, words: str
) -> None:
    tab = visit()
    tab.page.locator("#tab-ask").get_by_text("Dates, sources, languages").click()
    tab.page.locator("#tab-ask").get_by_label(field).click()
    options = tab.page.get_by_role("option")
    options.filter(has_text=option).click()
    chip = tab.page.locator("#tab-ask .dl-chip", has_text=words)
    chip.wait_for()
    assert chip.locator("script, img").count() == 0
    tab.page.get_by_text("Searching 1 of 9 articles", exact=True).wait_for()
    tab.ask("Who left Niger?")
    assert "1 of 9" in tab.page.locator(".dl-answer, .dl-notice").inner_text()
    chip.click()
    chip.wait_for(state="detached")


def test_a_day_that_is_none_is_said(visit: Callable[..., Visit]) -> None:
    tab = visit()
    tab.page.locator("#tab-ask").get_by_text("Dates, sources, languages").click()
    set_day(tab, "From", "2024-06-01")
    set_day(tab, "To", "2024-01-01")
    tab.page.get_by_text("the first day is after the last one").wait_for()
    tab.page.locator("#question textarea").fill(NIGER)
    tab.page.keyboard.press("Enter")
    tab.page.get_by_text("The first day is after the last one").wait_for()
    assert tab.page.locator(".dl-question").count() == 0


def test_an_answer_is_copied_and_saved(chat_url: str, visit: Callable[..., Visit], tmp_path: Path) -> None:
    tab = visit(permissions=["clipboard-read", "clipboard-write"])
    tab.ask(NIGER)
    for name, start in (("Markdown", f"**{NIGER}**"), ("Text", NIGER), ("With links", NIGER)):
        button = tab.page.locator(".dl-exports").get_by_role("button", name=name, exact=True)
        button.click()
        tab.page.locator(".dl-exports").get_by_text("Copied ✓").wait_for()
        copied = tab.page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(start)
        assert "17 March 2024" in copied
        assert "“" in copied
        button.wait_for()
    rich = """async () => { const [item] = await navigator.clipboard.read();
      return (await item.getType("text/html")).text(); }"""
    assert "<blockquote>" in tab.page.evaluate(rich)
    with tab.page.expect_download() as download:
        tab.page.locator(".dl-exports").get_by_role("button", name="JSON").click()
    saved = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert saved["question"] == NIGER
    assert saved["citations"][0]["quotes"][0]["text"]
    assert "settings" not in saved
    with tab.page.expect_download() as download:
        tab.page.locator(".dl-exports").get_by_role("button", name="Word").click()
    words = "\n".join(paragraph.text for paragraph in Document(download.value.path()).paragraphs)
    assert words.startswith(NIGER)
    assert saved["citations"][0]["quotes"][0]["text"] in words
    with tab.page.expect_download() as download:
        tab.page.locator(".dl-acts").get_by_role("link", name="Markdown").click()
    assert Path(download.value.path()).read_text(encoding="utf-8").startswith(f"**{NIGER}**")
    tab.page.locator(".dl-acts").get_by_role("link", name="Copy link").click()
    tab.page.locator(".dl-acts").get_by_text("Copied ✓").wait_for()
    assert tab.page.evaluate("navigator.clipboard.readText()") == tab.page.evaluate("location.href")
    assert tab.errors == []


def test_an_empty_library_offers_the_sample(own_url: str, visit: Callable[..., Visit], own_library: Library) -> None:
    tab = visit(url=own_url)
    assert "The library is empty" in tab.page.locator("#masthead").inner_text()
    assert "Library tab" in tab.page.locator("#chat").inner_text()
    tab.page.locator("#sample").click()
    tab.page.locator(".example").first.wait_for()
    tab.page.locator("#sample").wait_for(state="detached")
    assert own_library.status().articles == 8
    tab.page.locator("#masthead", has_text="8 articles").wait_for()
    tab.ask(NIGER)
    assert tab.page.locator("button.cite").count() > 0


def test_files_are_added_with_a_report(
    own_url: str, visit: Callable[..., Visit], own_library: Library, tmp_path: Path
) -> None:
    good, bad = tmp_path / "a good one.txt", tmp_path / "<img src=x onerror=window.pwned=1>.pdf"
    good.write_text(f"A meeting in Quvex\n\n{OLD} {'It went on for long. ' * 20}")
    bad.write_bytes(b"%PDF-1.4 this is no PDF at all")
    packed = tmp_path / "pack.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inside.txt", f"Another meeting in Quvex\n\n{NEW} {'It was short, this time. ' * 20}")
        archive.writestr("empty.txt", "")
    tab = visit(url=own_url)
    open_tab(tab, "Library")
    tab.page.get_by_role("button", name="Add articles").click()
    tab.page.locator("#files input[type=file]").set_input_files([good, bad, packed])
    tab.page.get_by_text("2 added").wait_for()
    report = tab.page.locator("#added")
    said = report.inner_text()
    assert "2 failed" in said
    assert "onerror" in said
    assert report.locator("img, script").count() == 0
    assert "pack.zip" in said
    assert not any(place in said for place in (str(tmp_path), "/tmp", "gradio", "Traceback"))
    tab.page.locator(".dl-row").nth(1).wait_for()
    assert tab.page.locator(".dl-row").count() == 2
    origins = [article.origin or "" for article in own_library.articles()]
    assert not any(origin.startswith("/") for origin in origins)
    tab.page.locator("#files input[type=file]").set_input_files([good])
    tab.page.get_by_text("1 already there").wait_for()
    assert own_library.status().articles == 2
    assert tab.page.evaluate("window.pwned") is None


def test_articles_are_found_opened_removed_and_put_back(
    own_url: str, visit: Callable[..., Visit], own_library: Library
) -> None:
    first = {"id": "a", "title": "The council met", "text": OLD, "source": "The Bugle", "date": "2025-03-01"}
    own_library.add([first, HOSTILE])
    own_library.add([{**first, "text": NEW}, {**first, "id": "b", "source": "The Horn", "text": NEW, "date": None}])
    before = (own_library.get("a"), own_library.versions("a"))
    tab = visit(url=own_url)
    open_tab(tab, "Library")
    tab.page.locator(".dl-row").nth(2).wait_for()
    rows = [" ".join(row.split()) for row in tab.page.locator("#articles tbody tr").all_inner_texts()]
    assert ["4 March 2025" in rows[0], "1 March 2025" in rows[1], "undated" in rows[2]] == [True] * 3
    assert tab.page.locator("#articles").locator("img, script, iframe").count() == 0
    tab.page.get_by_label("Words in title or text").fill("COUNCIL of quvex met on tues")
    tab.page.get_by_text("2 articles.", exact=True).wait_for()  # of the table: the picture says how many are dated
    tab.page.locator(".dl-row").first.focus()
    tab.page.keyboard.press("Enter")  # by keyboard alone
    tab.page.wait_for_function("document.activeElement.id === 'dl-article'")
    article = tab.page.locator("#dl-article")
    assert NEW in article.inner_text()
    assert "The Horn" in article.locator(".dl-sources").first.inner_text()
    tab.page.get_by_text("Earlier version 1").click()
    assert OLD in article.inner_text()
    tab.page.locator("#remove").click()
    tab.page.get_by_text("Remove “The council met”?").wait_for()
    tab.page.get_by_role("button", name="Keep").click()
    tab.page.locator("#remove").click()
    assert own_library.status().articles == 3
    tab.page.get_by_role("button", name="Remove", exact=True).click()
    tab.page.get_by_text("is no longer in the library").wait_for()
    tab.page.get_by_text("1 article.").wait_for()
    assert own_library.find("a") is None
    tab.page.locator("#undo").click()
    tab.page.get_by_text("It is in the library again").wait_for()
    tab.page.get_by_text("2 articles").wait_for()
    assert (own_library.get("a"), own_library.versions("a")) == before
    assert tab.errors == []


def test_runs_are_summarised_and_reported(own_url: str, visit: Callable[..., Visit], runs_folder: Path) -> None:
    from evals.runs.run_folder import read_run

    tab = visit(url=own_url)
    open_tab(tab, "Evals")
    tab.page.get_by_label("Run", exact=True).click()
    options = [option.split()[-1] for option in tab.page.get_by_role("option").all_inner_texts()]
    assert sorted(options) == ["damaged", "seeds/before"]
    tab.page.get_by_role("option", name="damaged").click()
    tab.page.get_by_text("can’t be read").wait_for()
    tab.page.get_by_label("Run", exact=True).click()
    tab.page.get_by_role("option", name="seeds/before").click()
    figures = tab.page.locator(".dl-figures")
    figures.wait_for()
    row = figures.locator("tr", has_text="right").first.inner_text().split("\t")
    assert row[1:3] == ["0.500", "2"]
    with tab.page.expect_popup() as opened:
        tab.page.get_by_role("link", name="Open the report").click()
    opened.value.locator("h1").wait_for()
    assert opened.value.evaluate("window.pwned") is None
    with tab.page.expect_download() as download:
        tab.page.get_by_role("link", name="download it").click()
    run = read_run(runs_folder / "seeds" / "before")
    assert Path(download.value.path()).read_text(encoding="utf-8") == render_report([run])


def test_no_other_file_is_reached_by_a_report(own_url: str, runs_folder: Path) -> None:
    with httpx.Client(base_url=own_url, trust_env=False) as client:
        for name in (
            "../secret",
            "..%2f..%2fetc%2fpasswd",
            "/etc",
            "seeds",
            "unfinished",
            "seeds/before/settings.json",
        ):
            assert client.get(f"/evals/report/{name}").status_code == 404
        said = client.get("/evals/report/damaged")
        assert said.status_code == 500
        assert str(runs_folder) not in said.text


def test_tabs_hold_at_phone_width(own_url: str, visit: Callable[..., Visit], own_library: Library) -> None:
    own_library.add([HOSTILE, {"id": "long", "title": "x" * 400, "source": "y" * 200, "text": "z" * 2000}])
    tab = visit(PHONE, url=own_url, has_touch=True)
    for name in ("Ask", "Library", "Evals"):
        open_tab(tab, name)
        tab.page.wait_for_timeout(300)
        assert tab.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    open_tab(tab, "Library")
    tab.page.locator(".dl-row", has_text="xxx").click()
    tab.page.wait_for_function("document.activeElement.id === 'dl-article'")
    assert tab.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(own_url: str, visit: Callable[..., Visit], own_library: Library, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    def look() -> list[Any]:
        tab.page.wait_for_function("!document.querySelector('.pending')")  # Gradio's haze over what is being loaded
        return [(v["id"], [n["html"] for n in v["nodes"]]) for v in Axe().run(tab.page).response["violations"]]

    def violations() -> list[Any]:
        return look() and look()  # the haze may come while axe looks, and goes; a violation stays

    tab = visit(url=own_url, color_scheme=scheme)
    tab.page.locator("#sample").wait_for()
    assert violations() == []
    own_library.add([HOSTILE])
    tab.page.reload()
    tab.page.locator(".example").first.wait_for()
    assert violations() == []
    tab.page.locator("#tab-ask").get_by_text("Dates, sources, languages").click()
    set_day(tab, "From", "2024-03-01")
    tab.ask("When did the Quvex lantern parade open?")
    tab.open_citation()
    assert violations() == []
    tab.ask("Who won the 2022 World Cup?")
    assert violations() == []
    open_tab(tab, "Library")
    tab.page.get_by_role("button", name="Add articles").click()
    tab.page.locator(".dl-row").first.click()
    tab.page.locator("#remove").click()
    tab.page.get_by_role("button", name="Keep").wait_for()
    assert violations() == []
    open_tab(tab, "Evals")
    tab.page.locator(".dl-figures, #summary .dl-warning").first.wait_for()
    assert violations() == []
