"""The report's figures and geometry, and that everything of others is escaped."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings, strategies as st

from evals.report.charts import Chart, Data, draw_svg
from evals.report.page import mark_quotes, name_runs, render_report, write_report
from evals.report.plots import bin_confidence, list_charts, trace_recall
from evals.rows import KeptQuote
from index import DatelineError, UsageError
from rag import Quote
from tests.evals.run_material import TEXT, asked, make_kept, write_run

FIGURES = st.floats(-1e6, 1e6, allow_nan=False)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=9)


@settings(max_examples=10)
@given(st.lists(st.tuples(FIGURES, FIGURES, NAMES), max_size=5), st.booleans())
def test_a_plot_is_one_drawing_without_styles_scripts_or_links(
    points: list[tuple[float, float, str]], line: bool
) -> None:
    names = [name for *_, name in points] + ["<script>alert(1)</script> $x^2$"]
    places = [(x, y) for x, y, _ in points] + [(0.5, 0.5)]
    chart = Chart("<b>t</b>", "n", "x & y", "y", [Data(0, places, line, [1.0] * len(places), names)], (0, 1))
    drawn = draw_svg(chart)
    assert drawn == draw_svg(chart)
    root = ElementTree.fromstring(drawn)
    assert root.get("aria-label") == "<b>t</b>: y by x & y"
    kinds = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert not kinds & {"script", "style", "metadata", "image", "a", "foreignObject"}
    assert not any("style" in element.attrib for element in root.iter())
    texts = ["".join(element.itertext()).strip() for element in root.iter() if element.tag.endswith("}text")]
    assert "<script>alert(1)</script> $x^2$" in texts
    assert not re.search(r"href=.(?!#)", drawn)


@given(
    st.text(min_size=1, max_size=40),
    st.integers(0, 50),
    st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=5),
)
def test_marking_quotes_changes_no_character(text: str, start: int, spans: list[tuple[int, int]]) -> None:
    parts = mark_quotes(text, start, [KeptQuote(a, b, "") for a, b in spans])
    assert "".join(part.text for part in parts) == text
    marked = [part.quoted for part in parts for _ in part.text]
    assert marked == [any(a <= start + n < b for a, b in spans) for n in range(len(text))]


def test_a_quote_of_a_title_is_marked_in_the_title(tmp_path: Path) -> None:
    answer = make_kept("Who left?", title="<b>Anna</b> left", quotes=(Quote(3, 7, "title"), Quote(19, 23)))
    page = render_report([write_run(tmp_path / "run", [{"right": 1.0}], [asked("q0", answer=answer)])])
    assert "&lt;b&gt;<mark>Anna</mark>&lt;/b&gt; left" in page
    assert page.count("<mark>") == 2
    untitled = make_kept("Who left?", title="")
    page = render_report([write_run(tmp_path / "other", [{"right": 1.0}], [asked("q0", answer=untitled)])])
    assert "(no title)" in page


def test_recall_is_of_the_questions_with_labels(tmp_path: Path) -> None:
    rows = [
        asked("q0", relevant=("a", "c"), ranking=("b", "a", "c")),
        asked("q1", relevant=("a",), ranking=()),
        asked("q2", relevant=(), ranking=("a",)),
    ]
    run = write_run(tmp_path / "run", [{"m": 1.0}] * 3, rows)
    assert dict(trace_recall(run))[1] == 0.0
    assert dict(trace_recall(run))[2] == pytest.approx(0.25)
    assert dict(trace_recall(run))[20] == pytest.approx(0.5)


def test_confidence_is_binned_with_its_share(tmp_path: Path) -> None:
    pairs = [(0.05, 0.0), (0.92, 1.0), (0.98, 0.0), (1.0, 1.0), (None, 1.0)]
    run = write_run(tmp_path / "run", [{"confidence": c, "right": r} for c, r in pairs])
    points, sizes = bin_confidence(run)
    assert points == [pytest.approx((0.05, 0.0)), pytest.approx((2.9 / 3, 2 / 3))]
    assert sizes == [0.25, 0.75]


def test_a_plot_without_data_is_left_out(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [{"m": 1.0}], [asked("q0", relevant=())])
    assert [plot.title for plot in list_charts([run])] == ["Latency"]


def test_tags_say_what_to_look_at(tmp_path: Path) -> None:
    refusal = make_kept("Who left?", refused=True, reason="the articles don't say")
    rows = [
        asked("right"),
        asked("wrong", relevant=("b",)),
        asked("refused", answer=refusal),
        asked("answered", unanswerable=True, answers=(), relevant=()),
        asked("kept", variant="without_evidence", answer=refusal),
        asked("broken", answer=None, error="the model broke off"),
    ]
    right = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    page = render_report([write_run(tmp_path / "run", [{"right": r} for r in right], rows)])
    assert re.findall(r'data-tags="([a-z ]*)"', page) == ["", "wrong source", "refused", "answered", "", "failed"]
    assert "rightly refused" in page
    assert "the model broke off" in page
    assert "asked without its evidence" in page


def test_two_runs_stand_beside_each_other(tmp_path: Path) -> None:
    runs = [write_run(tmp_path / name / "run", [{"m": score}] * 30) for name, score in (("a", 0.9), ("b", 0.5))]
    assert name_runs(runs) == ["a/run", "b/run"]
    page = render_report(runs)
    assert page.count('class="question"') == 30
    assert page.count('class="reply ') == 60
    assert '<span class="word worse">worse</span>' in page
    assert render_report(runs) == page


def test_each_part_of_an_interval_has_a_style(tmp_path: Path) -> None:
    """Without one, a line is not drawn and a dot is black."""
    page = render_report([write_run(tmp_path / "run", [{"m": 1.0}, {"m": 0.0}])])
    drawing = page.partition('<svg class="whisker"')[2].partition("</svg>")[0]
    drawn = set(re.findall(r'<(?:path|circle) class="(\w+)"', drawing))
    assert drawn == {"grid", "line", "dot"}
    assert drawn == set(re.findall(r"^\.whisker \.(\w+) \{", page, re.MULTILINE))


def test_runs_on_different_questions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="different questions"):
        render_report([write_run(tmp_path / str(n), [{"m": 1.0}] * n) for n in (1, 2)])


def test_a_page_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match="can't be written"):
        write_report([write_run(tmp_path / "run", [{"m": 1.0}])], tmp_path / "none" / "report.html")


def find_tags(folder: Path, one: str, two: str) -> list[str]:
    """The tags of the report on a run in which these texts stand."""
    row = asked("q", f"Who {one}?", answers=(two,), answer=make_kept("Who?", TEXT + two, title=one))
    return re.findall(r"<[^>]*>", render_report([write_run(folder / "a", [{"m": 1.0}], [row])]))


@pytest.fixture(scope="module")
def plain_tags(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Those of a report on plain words."""
    return find_tags(tmp_path_factory.mktemp("run"), "plain", "plain")


@pytest.mark.slow
@settings(max_examples=30)
@given(st.text(max_size=30), st.text(max_size=30))
def test_no_text_of_others_becomes_markup(
    tmp_path_factory: pytest.TempPathFactory, plain_tags: list[str], one: str, two: str
) -> None:
    """The tags of the page are the same whatever the texts are."""
    assert find_tags(tmp_path_factory.mktemp("run"), f"{one}<i>&'\"", f"</p><script>{two}") == plain_tags
