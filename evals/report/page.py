"""One HTML page of one or more runs: figures, plots, and every question with its answers and their sources.

The page needs nothing from outside and links to nothing. All text of articles, answers and questions is escaped by
jinja2; a content security policy allows this page's own script and style alone, by their sha256.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from evals.compare.comparison import check_same_questions, judge_difference, shared_measures
from evals.measures.answers import ANSWER_INCLUSION
from evals.measures.confidence import RIGHT
from evals.measures.registry import find_formula
from evals.report.charts import COLOURS, draw_svg
from evals.report.plots import list_charts
from evals.rows import AnswerRow, KeptArticle, KeptCitation, KeptQuote, ScoreRow
from evals.runs.run_folder import RunFolder
from evals.statistics import compare_rows
from index import DatelineError, make_safe

_PARTS = Path(__file__).parent / "parts"
_WHISKER = 140  # width of the little interval plots
TAGS = {
    "wrong": "wrong",
    "refused": "refused though answerable",
    "source": "wrong source",
    "answered": "answered though unanswerable",
    "failed": "failed",
}


class Cell(NamedTuple):
    """A measure of one run; `x` and `spread` place it on the whisker plot, `word` compares it with the first run."""

    mean: str
    interval: str
    n: int
    word: str
    x: float
    spread: tuple[float, float]


class PassagePart(NamedTuple):
    """A run of a passage's or a title's characters, and whether it is quoted."""

    text: str
    quoted: bool


class CitedSource(NamedTuple):
    """A cited passage, and its article's title; `relevant` is None where the question has no labels for it."""

    marker: int
    article: KeptArticle
    title: Sequence[PassagePart]
    parts: Sequence[PassagePart]
    relevant: bool | None


@dataclass(frozen=True, slots=True)
class ShownReply:
    """What one run made of a question: `place` is the rank of the first relevant article, 0 for none."""

    run: int
    row: AnswerRow
    sources: Sequence[CitedSource]
    tags: Sequence[str]
    scores: Mapping[str, str]
    place: int


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question and each run's reply to it; its tags are those of all replies."""

    row: AnswerRow
    replies: Sequence[ShownReply]
    tags: Sequence[str]


def write_report(runs: Sequence[RunFolder], out: Path) -> None:
    """Write the page; raise UsageError for runs on different questions, DatelineError where `out` can't be written."""
    page = render_report(runs)
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise DatelineError(f"{out} can't be written ({error.strerror}). Name another file with --out.") from None


def render_report(runs: Sequence[RunFolder]) -> str:
    """The page as text; the same runs give the same page."""
    for other in runs[1:]:
        check_same_questions(runs[0], other)
    from markupsafe import Markup

    asked = list(_gather(runs))
    drawn = [(chart, Markup(draw_svg(chart))) for chart in list_charts(runs)]  # noqa: S704 (matplotlib escapes)
    return render(
        "report.html.jinja",
        names=name_runs(runs),
        runs=runs,
        measures=list(_summarise(runs)),
        whisker=_WHISKER,
        settings=list(_compare_settings(runs)),
        plots=drawn,
        asked=asked,
        tags=TAGS,
        counts={tag: sum(tag in question.tags for question in asked) for tag in TAGS},
    )


def render(template: str, **values: Any) -> str:
    """Fill a template of this folder, every value escaped and without control characters."""
    import jinja2
    from markupsafe import Markup

    loader = jinja2.FileSystemLoader(_PARTS)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    style = "".join((_PARTS / name).read_text(encoding="utf-8") for name in ("page.css", "questions.css"))
    script = (_PARTS / "questions.js").read_text(encoding="utf-8")
    environment.finalize = _clean
    return environment.get_template(template).render(
        colours=len(COLOURS),
        style=Markup(style),  # noqa: S704 (our own file)
        script=Markup(script),  # noqa: S704 (our own file)
        style_hash=_hash(style),
        script_hash=_hash(script),
        **values,
    )


def _clean(value: Any) -> Any:
    return make_safe(value) if type(value) is str else value  # our own markup is a subclass of str


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def name_runs(runs: Sequence[RunFolder]) -> list[str]:
    """The name of each run's folder, with as much of its path as tells it from the others."""
    for parts in range(1, 1 + max(len(run.path.parts) for run in runs)):
        names = ["/".join(run.path.parts[-parts:]) for run in runs]
        if len(set(names)) == len(runs):
            return names
    return [f"{run.path} ({n})" for n, run in enumerate(runs, start=1)]


def _summarise(runs: Sequence[RunFolder]) -> Iterator[tuple[str, list[Cell | None]]]:
    """Each measure with a cell for each run; None where a run has not got it."""
    for name in dict.fromkeys(name for run in runs for name in run.summary.measures):
        yield name, [_make_cell(name, run, runs[0]) for run in runs]


def _make_cell(name: str, run: RunFolder, first: RunFolder) -> Cell | None:
    found = run.summary.measures.get(name)
    if found is None or found.mean is None or found.low is None or found.high is None:
        return None
    mean, low, high = found.mean, found.low, found.high
    word = ""
    if run is not first and name in shared_measures(first, run):
        difference = compare_rows(first.scores, run.scores, find_formula(name))
        word = judge_difference(name, difference) if difference else ""
    places = [round(max(0.0, min(1.0, value)) * _WHISKER, 1) for value in (mean, low, high)]
    return Cell(_number(mean), f"{_number(low)} – {_number(high)}", found.n, word, places[0], (places[1], places[2]))


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.0f}"


def _compare_settings(runs: Sequence[RunFolder]) -> Iterator[tuple[str, list[str], bool]]:
    """Each setting with its value in each run, and whether they differ."""
    flat = [dict(_flatten(run.settings)) for run in runs]
    for name in dict.fromkeys(name for values in flat for name in values):
        values = [found.get(name, "–") for found in flat]
        yield name, values, len(set(values)) > 1


def _flatten(settings: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", str(value)


def _gather(runs: Sequence[RunFolder]) -> Iterator[ShownQuestion]:
    scored = [{s.key: (a, s) for a, s in zip(r.answers, r.scores, strict=True)} for r in runs]
    for key in scored[0]:
        replies = [_make_reply(n, *rows[key]) for n, rows in enumerate(scored)]
        tags = [tag for tag in TAGS if any(tag in reply.tags for reply in replies)]
        yield ShownQuestion(replies[0].row, replies, tags)


def _make_reply(run: int, row: AnswerRow, score: ScoreRow) -> ShownReply:
    sources = [_make_source(citation, row) for citation in row.citations]
    place = next((rank for rank, article in enumerate(row.ranking, start=1) if article in row.relevant), 0)
    scores = {name: "–" if value is None else _number(value) for name, value in score.scores.items()}
    return ShownReply(run, row, sources, list(_list_tags(row, score, sources)), scores, place)


def _list_tags(row: AnswerRow, score: ScoreRow, sources: Sequence[CitedSource]) -> Iterator[str]:
    """What is to be looked at in a reply, as far as there are labels that tell."""
    if row.error:
        yield "failed"
    elif row.should_refuse:
        if not row.refused:
            yield "answered"
    elif row.refused:
        if row.answers or row.relevant:
            yield "refused"
    else:
        if score.scores.get(RIGHT.name, score.scores.get(ANSWER_INCLUSION.name)) == 0:
            yield "wrong"
        if sources and row.relevant and not any(source.relevant for source in sources):
            yield "source"


def _make_source(citation: KeptCitation, row: AnswerRow) -> CitedSource:
    ids = {citation.article.id, *citation.copies}
    relevant = bool(ids & set(row.relevant)) if row.relevant else None
    in_title = [quote for quote in citation.quotes if quote.field == "title"]
    in_text = [quote for quote in citation.quotes if quote.field == "text"]
    return CitedSource(
        citation.marker,
        citation.article,
        mark_quotes(citation.article.title, 0, in_title),
        mark_quotes(citation.passage.text, citation.passage.start, in_text),
        relevant,
    )


def mark_quotes(text: str, start: int, quotes: Sequence[KeptQuote]) -> list[PassagePart]:
    """Cut a text where its quotes begin and end; what lies outside it is left out, what overlaps is joined.

    `start` is where the text stands in what the quotes count in.
    """
    parts: list[PassagePart] = []
    done = 0
    for quote in sorted(quotes, key=lambda q: (q.start, q.end)):
        begin, end = max(done, quote.start - start), min(len(text), quote.end - start)
        if begin >= end:
            continue
        if begin > done:
            parts.append(PassagePart(text[done:begin], False))
        parts.append(PassagePart(text[begin:end], True))
        done = end
    if done < len(text):
        parts.append(PassagePart(text[done:], False))
    return parts
