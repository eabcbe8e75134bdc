"""The picture of a sweep: quality against time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evals.report.charts import Chart, Data, draw_svg
from evals.runs.sweep import SweepPoint, find_best_points, read_mean
from index import DatelineError

SWEEP_PICTURE = "sweep.svg"


def draw_sweep(points: Sequence[SweepPoint], measure: str, path: Path) -> None:
    """Write quality against milliseconds as an SVG: a dot for each run, a line through those that none beats."""
    places = [(point.milliseconds, read_mean(point, measure)) for point in points]
    front = [(point.milliseconds, read_mean(point, measure)) for point in find_best_points(points, measure)]
    names = [", ".join(f"{name} {value}" for name, value in point.values.items()) for point in points]
    slowest, heights = max(x for x, _ in places), [y for _, y in places]
    chart = Chart(
        "Quality against time",
        "",
        "milliseconds for a question (median)",
        measure,
        [Data(0, front), Data(0, places, line=False, sizes=[0.3] * len(places), names=names)],
        (0.0, 1.35 * slowest),
        (min(heights), max(heights)) if min(heights) < max(heights) else (heights[0] - 0.05, heights[0] + 0.05),
    )
    try:
        path.write_text(draw_svg(chart) + "\n", encoding="utf-8")
    except OSError as error:
        raise DatelineError(f"{path} can't be written ({error.strerror}). Name another folder with --out.") from None
