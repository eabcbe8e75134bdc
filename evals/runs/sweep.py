"""A sweep: a grid of settings, each combination a run, and what quality costs in milliseconds."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from evals.lines import read_toml
from evals.measures.registry import list_measures
from evals.records import Dataset
from evals.runs.run import RunOptions, run_dataset
from evals.runs.run_folder import RunFolder
from evals.runs.system import Track, track_nothing
from index import UsageError, load_settings
from rag import Settings

_MOST_RUNS = 500


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a sweep file says: each name of `grid` takes each of its values; `settings` hold in every run."""

    dataset: str
    grid: Mapping[str, Sequence[Any]]
    settings: Mapping[str, Any] = field(default_factory=dict)
    measure: str = field(default_factory=lambda: list_measures()[0].name)


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """One combination: the values that differ, all settings, and the run that came of it."""

    values: Mapping[str, Any]
    settings: Settings
    run: RunFolder

    @property
    def milliseconds(self) -> float:
        """How long a question took, ranked and answered: the median."""
        return 1000 * statistics.median(timing.seconds["total"] for timing in self.run.timings.questions)


def read_sweep(path: Path) -> Sweep:
    """Read a sweep from TOML; raise UsageError that names what is wrong with it."""
    values = read_toml(path, [f.name for f in fields(Sweep)])
    for name, kind in (("dataset", str), ("grid", dict), ("settings", dict), ("measure", str)):
        if not isinstance(values.get(name, kind()), kind):
            raise UsageError(f"`{name}` in {path} is {values[name]!r}; it must be a {_KINDS[kind]}.")
    if not values.get("dataset") or not values.get("grid"):
        raise UsageError(f"{path} needs `dataset` and a table [grid], such as rerank_depth = [0, 8, 20].")
    for name, options in values["grid"].items():
        if not isinstance(options, list) or not options:
            raise UsageError(f"`{name}` under [grid] in {path} is {options!r}; it must be a list of values.")
    return Sweep(**values)


_KINDS = {str: "text", dict: "table"}


def expand_grid(sweep: Sweep, path: Path) -> list[tuple[Mapping[str, Any], Settings]]:
    """Every combination with its settings; raise UsageError for an unknown setting, a wrong value, or too many."""
    names = list(sweep.grid)
    points: dict[Settings, Mapping[str, Any]] = {}
    for number, values in enumerate(itertools.product(*sweep.grid.values()), start=1):
        if number > _MOST_RUNS:
            raise UsageError(f"{path} makes more than {_MOST_RUNS} runs. Leave out some values.")
        point = dict(zip(names, values, strict=True))
        settings = load_settings(Settings, None, {**sweep.settings, **point}, flags_from=str(path))
        points.setdefault(settings, point)
    return [(point, settings) for settings, point in points.items()]


def run_sweep(
    sweep: Sweep, path: Path, dataset: Dataset, out: Path, options: RunOptions, track: Track = track_nothing
) -> Iterator[SweepPoint]:
    """Make each run in a folder of its own under `out`, which is named for its values; finished ones are kept.

    Raises DatelineError as `run_dataset` does; what was done is kept, and goes on when it is called again.
    """
    for values, settings in expand_grid(sweep, path):
        yield SweepPoint(values, settings, run_dataset(dataset, settings, out / name_point(values), options, track))


def name_point(values: Mapping[str, Any]) -> str:
    """`rerank_depth=8,passage_words=60`, without what a file's name can't hold."""
    return re.sub(r"[^\w=,.+-]", "_", ",".join(f"{name}={value}" for name, value in values.items()))[:200]


def find_best_points(points: Sequence[SweepPoint], measure: str) -> list[SweepPoint]:
    """The points that no other one beats in both quality and time (the Pareto front), the quickest first."""
    front: list[SweepPoint] = []
    for point in sorted(points, key=lambda p: (p.milliseconds, -read_mean(p, measure))):
        if not front or read_mean(point, measure) > read_mean(front[-1], measure):
            front.append(point)
    return front


def read_mean(point: SweepPoint, measure: str) -> float:
    """The mean of a measure; raise UsageError for one that the run has not, or that has no label."""
    found = point.run.summary.measures.get(measure)
    if found is None or found.mean is None:
        raise UsageError(f"{point.run.path} has no figure for `measure` {measure!r}. Name one that its summary has.")
    return found.mean
