"""What became of each measure from run to run: one small picture a measure, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from evals import Summary, name_measure
from ui.escape import escape, escape_line

_WIDTH, _HEIGHT = 300, 96
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 8, 10, 10


class DatedRun(NamedTuple):
    """A run: its name, when it ended, and its figures."""

    name: str
    ended: datetime
    summary: Summary


def draw_runs(runs: Sequence[DatedRun], chosen: str) -> str:
    """A picture for each measure that two of the runs have at least, the oldest run on the left, the chosen one marked.

    The upright line through a dot is its 95% interval. Nothing where there is no such measure.
    """
    runs = sorted(runs, key=lambda run: (run.ended, run.name))
    measures = dict.fromkeys(measure for run in runs for measure in run.summary.measures)
    drawn = "".join(_draw(measure, runs, chosen) for measure in measures)
    if not drawn:
        return ""
    days = dict.fromkeys(f"{run.ended:%-d %B %Y}" for run in (runs[0], runs[-1]))
    said = f"{len(runs)} runs of the same questions, {' to '.join(days)}: each measure with its 95% interval"
    return f'<figure class="dl-chart"><figcaption>{said}</figcaption><div class="dl-small">{drawn}</div></figure>'


def _draw(measure: str, runs: Sequence[DatedRun], chosen: str) -> str:
    figures = [(run, found) for run in runs if (found := run.summary.measures.get(measure)) and found.mean is not None]
    if len(figures) < 2:
        return ""
    lows = [min(found.mean or 0.0, found.low or 0.0) for _, found in figures]
    highs = [max(found.mean or 0.0, found.high or 0.0) for _, found in figures]
    low, high = min(lows), max(highs)
    step = (_WIDTH - _LEFT - _RIGHT) / len(figures)

    def place(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)

    marks, points = [], []
    for n, (run, found) in enumerate(figures):
        mean, x = found.mean or 0.0, _LEFT + (n + 0.5) * step
        said = f"{run.name}, {run.ended:%-d %B %Y}: {mean:.3f}, {lows[n]:.3f} to {highs[n]:.3f}, n {found.n:,}"
        look, size = ("dl-chosen", 6) if run.name == chosen else ("dl-run", 4)
        points.append(f"{x:.1f},{place(mean):.1f}")
        marks.append(
            f'<g class="{look}"><title>{escape_line(said)}</title><line x1="{x:.1f}" x2="{x:.1f}" '
            f'y1="{place(lows[n]):.1f}" y2="{place(highs[n]):.1f}" stroke="currentColor" opacity="0.45"/>'
            f'<circle cx="{x:.1f}" cy="{place(mean):.1f}" r="{size}"/></g>'
        )
    name = name_measure(measure)
    shown = ", ".join(f"{found.mean:.3f}" for _, found in figures)
    last = figures[-1][1].mean
    return (
        f"<div><p><span>{escape_line(name)}</span> <b>{last:.3f}</b></p>"
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(f"{name}, from the oldest run to the newest: {shown}")}">'
        f'<polyline points="{" ".join(points)}" fill="none" stroke="currentColor" opacity="0.35"/>'
        f"{''.join(marks)}</svg></div>"
    )
