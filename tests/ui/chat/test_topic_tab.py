"""The Topic tab: its lines and its picture hold nothing but our own markup, and do what they say in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from index import Filters, Library
from rag import (
    Disagreement,
    Side,
    Statements,
    Timeline,
    TopicDisagreements,
    find_statements,
    make_brief,
    make_timeline,
)
from tests.ui.conftest import HOSTILE, PAYLOADS, PHONE, Visit
from ui.chat.topic.draw_timeline import draw_timeline
from ui.chat.topic.render_topic import (
    render_brief,
    render_nothing,
    render_statements,
    render_timeline,
    render_topic_disagreements,
)

TOPIC = "the Quvex lantern parade"


@pytest.fixture
def own_library(tmp_path: Path) -> Iterator[Library]:
    """A library of hostile articles in English."""
    hostile = {**HOSTILE, "language": "en"}
    said = "“The lanterns of Quvex shone as never before,” said Mayor Anna Berg <img src=x onerror=alert(1)>."
    with Library.open(tmp_path / "library", create=True) as library:
        library.add([hostile, {**hostile, "id": "said", "text": said}])
        yield library


@pytest.fixture(scope="module")
def sample_library(sample_folder: Path) -> Iterator[Library]:
    with Library.open(sample_folder) as library:
        yield library


def assert_harmless(html: str) -> None:
    for sign in ("<script", "<img", "<iframe", "<b ", "onerror=", "onclick=", "javascript:"):
        assert sign not in html.lower()


def test_hostile_words_are_words_in_lines_and_picture(own_library: Library, run_models: None) -> None:
    timeline = make_timeline(own_library, TOPIC)
    assert [event.when for event in timeline.events][:1] == ["2025-03-03"]
    shown = render_timeline(timeline)
    assert_harmless(shown)
    assert "Quvex" in shown
    assert_harmless(render_brief(make_brief(own_library, TOPIC)))
    assert_harmless(render_statements(find_statements(own_library, TOPIC)))
    for payload in PAYLOADS:
        sides = Side(payload, (1,), (payload,)), Side(payload, ())
        disputed = Disagreement(payload, "disputed", sides)
        found = TopicDisagreements(payload, (disputed,), timeline.citations, Filters())
        assert_harmless(render_topic_disagreements(found))
        assert_harmless(render_nothing(payload))
        assert_harmless(render_timeline(Timeline(payload, events=timeline.events, citations=timeline.citations)))


def test_the_picture_is_well_formed_svg(sample_library: Library) -> None:
    timeline = make_timeline(sample_library, "US troops in Niger")
    drawn = draw_timeline(timeline)
    svg = ElementTree.fromstring(drawn[drawn.index("<svg") : drawn.index("</svg>") + 6])
    dots = [part for part in svg.iter() if part.get("class") == "dl-event"]
    assert len(dots) == len(timeline.events) > 3
    places = [float(line.get("x1", 0)) for dot in dots for line in dot if line.get("class") == "dl-dot"]
    assert places == sorted(places)
    assert all(24 <= place <= 936 for place in places)


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw_timeline(Timeline("x")) == ""
    assert render_statements(Statements("x", "", "x", (), (), 0, 0)).count("<li") == 0


def show(tab: Visit, topic: str) -> None:
    tab.page.get_by_role("tab", name="Topic").click()
    tab.page.get_by_label("Topic", exact=True).fill(topic)
    tab.page.keyboard.press("Enter")


def test_a_timeline_is_zoomed_filtered_saved_and_leads_to_its_articles(visit: Callable[..., Visit]) -> None:
    tab = visit()
    show(tab, "US troops in Niger")
    tab.page.locator("svg.dl-timeline").wait_for()
    lines = tab.page.locator("#overview ol.dl-events li")
    all_lines = lines.count()
    assert all_lines > 3
    assert tab.page.locator(".dl-shown").inner_text() == f"{all_lines} events"
    tab.page.get_by_role("button", name="Zoom in").click()
    seen = tab.page.locator("#overview ol.dl-events li:visible").count()
    assert 0 < seen < all_lines
    assert tab.page.locator(".dl-shown").inner_text() == f"{seen} of {all_lines} events"
    for kind, begins in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with tab.page.expect_download() as saved:
            tab.page.get_by_role("button", name=f"Save {kind}").click()
        assert Path(saved.value.path()).read_bytes().startswith(begins)
    tab.page.get_by_role("button", name="Show all").click()
    tab.page.locator("#overview button.cite").first.click()
    tab.page.locator("#dl-article mark").first.wait_for()
    assert tab.page.locator("#dl-article mark").first.inner_text() in lines.first.inner_text()
    assert tab.errors == []


def test_every_overview_is_shown_also_of_hostile_articles_on_a_phone(own_url: str, visit: Callable[..., Visit]) -> None:
    tab = visit(PHONE, own_url)
    show(tab, TOPIC)
    tab.page.locator("svg.dl-timeline").wait_for()
    for name, shown in (
        ("Brief", ".dl-section"),
        ("Disagreements", ".dl-sides, .dl-notice"),
        ("Who said what", ".dl-who, .dl-notice"),
    ):
        tab.page.get_by_label(name).click()
        tab.page.locator(f"#overview {shown}").first.wait_for()
        assert tab.page.locator("#overview").locator("script, img, iframe").count() == 0
    show(tab, "sourdough starters in Peru")
    tab.page.get_by_label("Timeline").click()
    tab.page.get_by_text("Nothing found").wait_for()
    assert tab.page.evaluate("window.pwned") is None
    assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert tab.errors == []
