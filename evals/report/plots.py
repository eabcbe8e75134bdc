"""The plots of a report: what was measured, as points."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from evals.measures.confidence import CONFIDENCE, RIGHT, trace_risk
from evals.report.charts import Chart, Data, Point
from evals.runs.run_folder import RunFolder

_DEPTHS = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20)
_BINS = 10


def list_charts(runs: Sequence[RunFolder]) -> list[Chart]:
    """The plots for which at least one of the runs has something to show."""
    charts = (_draw_recall(runs), _draw_risk(runs), _draw_calibration(runs), _draw_latency(runs))
    return [chart for chart in charts if chart.data]


def _draw_recall(runs: Sequence[RunFolder]) -> Chart:
    return Chart(
        "Recall by rank",
        "Share of the relevant articles among the first k.",
        "k, articles",
        "recall",
        _each([trace_recall(run) for run in runs]),
        (0, _DEPTHS[-1]),
    )


def _draw_risk(runs: Sequence[RunFolder]) -> Chart:
    return Chart(
        "Risk and coverage",
        "Share of wrong answers when only the surest are given. Lower is better.",
        "coverage, share of questions",
        "risk",
        _each([[point for point in trace_risk(run.scores) if point[0] > 0] for run in runs]),
        (0, 1),
    )


def _draw_calibration(runs: Sequence[RunFolder]) -> Chart:
    found = [(n, *bin_confidence(run)) for n, run in enumerate(runs)]
    return Chart(
        "Calibration of confidence",
        "Share of right answers by confidence; the larger the dot, the more questions. On the line is best.",
        "confidence",
        "share right",
        [Data(n, points, sizes=sizes) for n, points, sizes in found if points],
        (0, 1),
        diagonal=True,
    )


def _draw_latency(runs: Sequence[RunFolder]) -> Chart:
    latencies = [list_milliseconds(run) for run in runs]
    slowest = max((_percentile(values, 0.99) for values in latencies if values), default=1.0)
    return Chart(
        "Latency",
        "Share of questions done within so many milliseconds (up to the 99th percentile).",
        "milliseconds",
        "share of questions",
        _each([_accumulate(values, slowest) for values in latencies]),
        (0, slowest),
    )


def _each(points: Sequence[Sequence[Point]]) -> list[Data]:
    return [Data(n, found) for n, found in enumerate(points) if found]


def trace_recall(run: RunFolder) -> list[Point]:
    """(k, mean recall at k), by ir_measures, over the questions that have relevant articles."""
    import ir_measures
    from ir_measures import R

    rows = [row for row in run.answers if row.variant == "asked" and row.relevant and not row.unanswerable]
    if not rows:
        return []
    qrels = [ir_measures.Qrel(row.id, article, 1) for row in rows for article in row.relevant]
    ranked = [
        ir_measures.ScoredDoc(row.id, article, -float(rank)) for row in rows for rank, article in enumerate(row.ranking)
    ]
    found = ir_measures.calc_aggregate([R @ k for k in _DEPTHS], qrels, ranked)
    return [(float(k), float(found[R @ k])) for k in _DEPTHS]


def bin_confidence(run: RunFolder) -> tuple[list[Point], list[float]]:
    """(mean confidence, share right) of each tenth of the scale that has answers, and each one's share of them.

    A reliability diagram: DeGroot and Fienberg, The Comparison and Evaluation of Forecasters, 1983.
    """
    bins: dict[int, list[Point]] = {}
    for row in run.scores:
        sure, right = row.scores.get(CONFIDENCE.name), row.scores.get(RIGHT.name)
        if sure is not None and right is not None:
            bins.setdefault(min(_BINS - 1, int(sure * _BINS)), []).append((sure, right))
    total = sum(map(len, bins.values()))
    found = [
        (statistics.fmean(c for c, _ in b), statistics.fmean(r for _, r in b), len(b)) for _, b in sorted(bins.items())
    ]
    return [(sure, right) for sure, right, _ in found], [size / total for *_, size in found]


def list_milliseconds(run: RunFolder) -> list[float]:
    """How long each question took, ranked and answered, in order."""
    return sorted(1000 * timing.seconds["total"] for timing in run.timings.questions)


def _accumulate(values: Sequence[float], most: float) -> list[Point]:
    """(milliseconds, share of questions done within them); at most some 100 points."""
    step = max(1, len(values) // 100)
    points = [(value, (n + 1) / len(values)) for n, value in enumerate(values) if n % step == 0 or n == len(values) - 1]
    return [(value, share) for value, share in points if value <= most]


def _percentile(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]
