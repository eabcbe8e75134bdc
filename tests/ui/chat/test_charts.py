"""Charts: bars add up to the articles, whatever the days are; runs are drawn in their order; words stay words."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, strategies as st
from lxml import html

from evals import Summary
from evals.statistics import Interval
from tests.ui.hostile import HOSTILE_TEXTS
from ui.chat.charts.draw_days import draw_days
from ui.chat.charts.draw_runs import DatedRun, draw_runs

OUTLETS = st.one_of(st.sampled_from(["", "The Post", "Écho", "Others", *"abcdef"]), st.text(max_size=20))
COUNTS = st.lists(st.tuples(st.dates().map(date.isoformat), OUTLETS, st.integers(1, 5_000)), min_size=1, max_size=30)


@given(COUNTS)
def test_bars_and_table_have_every_article_once(counts: list[tuple[str, str, int]]) -> None:
    total = sum(count for _, _, count in counts)
    drawn = draw_days(counts)
    if len({day for day, _, _ in counts}) == 1:
        assert drawn == ""
        return
    page = html.fromstring(drawn)
    titles = [str(title.text_content()) for title in page.iter("title")]
    assert sum(int(cell.text_content().replace(",", "")) for cell in page.iter("td")) == total
    assert f"{total:,} articles by" in page.find_class("dl-chart")[0].text_content()
    assert 0 < len(titles) <= 1_000
    bars = page.find_class("dl-bar-of")
    spans = [
        (date.fromisoformat(bar.get("data-first", "")), date.fromisoformat(bar.get("data-last", ""))) for bar in bars
    ]
    assert spans == sorted(spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))
    days = [date.fromisoformat(day) for day, _, _ in counts]
    assert all(any(first <= day <= last for first, last in spans) for day in days)
    for bar in bars:
        heights = [float(part.get("height", 0)) for part in bar.iter("rect") if part.get("class")]
        assert sum(heights) <= 100.01
    assert len(page.find_class("dl-legend")[0]) <= 6


def test_steps_fit_the_time() -> None:
    first = date(2024, 1, 1)
    for days, step in ((10, "day"), (200, "week"), (1_000, "month"), (9_000, "year"), (90_000, "decade")):
        drawn = draw_days([(first.isoformat(), "a", 1), ((first + timedelta(days)).isoformat(), "a", 2)])
        assert f"3 articles by {step} and outlet" in drawn


def make_run(n: int, figures: dict[str, float]) -> DatedRun:
    measures = {name: Interval(mean, 30, mean - 0.1, mean + 0.1) for name, mean in figures.items()}
    return DatedRun(f"run{n}", datetime(2026, 1, 1, tzinfo=UTC) + timedelta(n), Summary("seeds", 30, 30, 0, measures))


def test_runs_are_drawn_from_the_oldest_to_the_newest() -> None:
    runs = [make_run(n, {"right": n / 10, "only": 0.5} if n == 2 else {"right": n / 10}) for n in (2, 0, 1)]
    page = html.fromstring(draw_runs(runs, "run1"))
    (picture,) = page.iter("svg")
    assert picture.get("aria-label").endswith("0.000, 0.100, 0.200")
    heights = [float(dot.get("cy")) for dot in picture.iter("circle")]
    assert heights == sorted(heights, reverse=True)
    assert [group.get("class") for group in picture.iter("g")] == ["dl-run", "dl-chosen", "dl-run"]
    assert draw_runs(runs[:1], "run2") == ""


def test_hostile_names_stay_words() -> None:
    days = [(f"2024-03-{1 + n % 28:02d}", text, 1) for n, text in enumerate(HOSTILE_TEXTS)]
    runs = [
        DatedRun(text, datetime(2026, 1, 1, tzinfo=UTC), make_run(1, {text: 0.5}).summary) for text in HOSTILE_TEXTS
    ]
    ours = {"figure", "figcaption", "svg", "g", "rect", "title", "p", "span", "ul", "li", "details", "summary", "div"}
    ours |= {"table", "thead", "tbody", "tr", "th", "td", "line", "polyline", "circle", "b"}
    for drawn in (*(draw_days([*days, (days[0][0], text, 99)]) for text in HOSTILE_TEXTS), draw_runs(runs * 2, "")):
        page = html.fromstring(drawn)
        assert {element.tag for element in page.iter()} <= ours
        assert not any(name.startswith("on") for element in page.iter() for name in element.attrib)
    assert Counter(text in draw_days(days) for text in HOSTILE_TEXTS if "<" in text)[True] == 0
