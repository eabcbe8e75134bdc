"""The Evals tab: the runs in a folder, their figures and their report."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import gradio as gr
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from evals import SUMMARY_FILE, Summary, is_finished_run, name_measure, read_run, read_summary, render_report
from index import DatelineError
from ui.chat.charts.draw_runs import DatedRun, draw_runs
from ui.chat.shared import QUICK, Shared
from ui.escape import escape_line

_REPORTS = "/evals/report/"
_DEEPEST = 3  # folders between the given one and a run
_MOST_RUNS = 200
_MOST_DRAWN = 30

_log = logging.getLogger("dateline.chat")


class EvalsTab:
    """The runs below one folder. Nothing outside of it can be named."""

    NAME = "Evals"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def build(self, tab: gr.Tab) -> None:
        """Make the parts."""
        self._tab = tab
        self._run = gr.Dropdown([], label="Run", elem_id="run", info="Made with: dateline eval run DATASET")
        self._summary = gr.HTML("", elem_id="summary", js_on_load=None)

    def wire(self, shared: Shared) -> None:
        """Say what happens on each part."""
        gr.on([shared.blocks.load, self._tab.select], self.list_runs, self._run, self._run, **QUICK)
        self._run.change(self.summarise, self._run, self._summary, **QUICK)

    def list_runs(self, chosen: str | None) -> Any:
        """The finished runs, the newest first; the one that was chosen stays chosen."""
        names = find_runs(self._folder)
        return gr.update(choices=names, value=chosen if chosen in names else next(iter(names), None))

    def summarise(self, name: str | None) -> str:
        """The figures of a run: each measure with its mean, n and 95% interval."""
        names = find_runs(self._folder)
        if name not in names:
            return (
                "<p>There is no run here yet. <code>dateline eval run seeds</code> makes one in <code>runs/</code>; "
                "<code>dateline chat --runs DIR</code> looks elsewhere.</p>"
            )
        try:
            summary = read_summary(self._folder / name)
            return _render_summary(name, summary) + draw_runs(self._find_alike(names, summary), name)
        except DatelineError:
            _log.exception("a run could not be read")
            return '<p class="dl-warning">This run can’t be read: its files are damaged, or of another version.</p>'

    def _find_alike(self, names: Sequence[str], summary: Summary) -> list[DatedRun]:
        """The newest runs of the same questions; those that can't be read are left out."""
        found: list[DatedRun] = []
        for name in names:
            with suppress(DatelineError):
                other = read_summary(self._folder / name)
                if (other.dataset, other.questions) == (summary.dataset, summary.questions):
                    ended = datetime.fromtimestamp((self._folder / name / SUMMARY_FILE).stat().st_mtime, UTC)
                    found.append(DatedRun(name, ended, other))
        return found[:_MOST_DRAWN]


def find_runs(folder: Path) -> list[str]:
    """Names of the finished runs below a folder, by their place in it, the newest first."""
    found = list(_walk(folder, _DEEPEST)) if folder.is_dir() else []
    newest = sorted(found, key=lambda run: ((run / SUMMARY_FILE).stat().st_mtime, run.name), reverse=True)
    return [run.relative_to(folder).as_posix() for run in newest[:_MOST_RUNS]]


def _walk(folder: Path, deeper: int) -> Iterator[Path]:
    if is_finished_run(folder):
        yield folder
    elif deeper:
        for inner in sorted(folder.iterdir()):
            if inner.is_dir() and not inner.is_symlink() and not inner.name.startswith("."):
                yield from _walk(inner, deeper - 1)


def _render_summary(name: str, summary: Summary) -> str:
    rows, without = [], []
    for measure, found in summary.measures.items():
        label = escape_line(name_measure(measure))
        if found.mean is None:
            without.append(label)
            continue
        interval = f"{found.low:.3f} to {found.high:.3f}"
        rows.append(
            f'<tr><th scope="row">{label}</th><td>{found.mean:.3f}</td><td>{found.n:,}</td><td>{interval}</td></tr>'
        )
    errors = f", {summary.errors:,} failed" if summary.errors else ""
    address = escape_line(_REPORTS + quote(name))
    left_out = f'<p class="dl-colophon">Without a label to tell by: {", ".join(without)}.</p>' if without else ""
    return (
        f"<p>{escape_line(summary.dataset)}: {summary.questions:,} questions{errors}. "
        f'<a href="{address}" target="_blank" rel="noopener">Open the report</a> or '
        f'<a href="{address}" download="report.html">download it</a>: every question with its answers.</p>'
        '<table class="dl-figures"><thead><tr><th scope="col">Measure</th><th scope="col">Mean</th>'
        '<th scope="col">n</th><th scope="col">95% interval</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>{left_out}"
    )


def make_report_route(folder: Path) -> Route:
    """The way to the report of a run, which is made when it is asked for."""

    async def report(request: Request) -> Response:
        name = str(request.path_params["name"])
        if name not in await run_in_threadpool(find_runs, folder):
            return PlainTextResponse("There is no such run.", 404)
        try:
            page = await run_in_threadpool(lambda: render_report([read_run(folder / name)]))
        except DatelineError:
            _log.exception("a report could not be made")
            return PlainTextResponse("The run can't be read: its files are damaged, or of another version.", 500)
        return HTMLResponse(page)

    return Route(f"{_REPORTS}{{name:path}}", report)
