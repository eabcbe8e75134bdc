"""Plots as geometry: where each line, dot, tick and label of an SVG stands. `report_parts/charts.jinja` draws them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

WIDTH, HEIGHT = 440, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 12, 44  # margins, in the same units
Point = tuple[float, float]


class Tick(NamedTuple):
    """A place on an axis, in the drawing's units, and what stands there."""

    at: float
    label: str


class Dot(NamedTuple):
    """A dot of radius `r`, with what it says when pointed at."""

    x: float
    y: float
    r: float
    label: str


class Label(NamedTuple):
    """Words beside a point; `anchor` is SVG's text-anchor."""

    x: float
    y: float
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Series:
    """What one run draws: a `path` through its points, or only `dots`; `colour` is the run's number."""

    colour: int
    path: str
    dots: tuple[Dot, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A plot, ready to be drawn; `diagonal` is the line on which y equals x, where that means something."""

    title: str
    note: str
    x_label: str
    y_label: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    series: tuple[Series, ...]
    diagonal: str = ""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = HEIGHT - _BOTTOM


@dataclass(frozen=True, slots=True)
class Data:
    """The points of one run; `sizes` (0 to 1) make dots of them, `names` stand beside them."""

    colour: int
    points: Sequence[Point]
    line: bool = True
    sizes: Sequence[float] = ()
    names: Sequence[str] = ()


def draw_chart(
    title: str,
    note: str,
    axes: tuple[str, str],
    data: Sequence[Data],
    x_range: tuple[float, float],
    y_range: tuple[float, float] = (0.0, 1.0),
    *,
    diagonal: bool = False,
) -> Chart:
    """Lay out a plot of `data`; ranges are (least, most) of each axis, in the data's units."""

    def x(value: float) -> float:
        return _scale(value, x_range, _LEFT, WIDTH - _RIGHT)

    def y(value: float) -> float:
        return _scale(value, y_range, HEIGHT - _BOTTOM, _TOP)

    return Chart(
        title=title,
        note=note,
        x_label=axes[0],
        y_label=axes[1],
        x_ticks=tuple(Tick(x(value), label) for value, label in make_ticks(*x_range)),
        y_ticks=tuple(Tick(y(value), label) for value, label in make_ticks(*y_range)),
        series=tuple(_place(d, [(x(a), y(b)) for a, b in d.points]) for d in data),
        diagonal=f"M{x(x_range[0])} {y(x_range[0])}L{x(x_range[1])} {y(x_range[1])}" if diagonal else "",
    )


def _place(data: Data, places: Sequence[Point]) -> Series:
    path = "M" + "L".join(f"{x} {y}" for x, y in places) if data.line and places else ""
    dots = tuple(
        Dot(x, y, round(2.5 + 5 * size, 1), f"{a:.3g}, {b:.3f}")
        for (x, y), size, (a, b) in zip(places, data.sizes, data.points, strict=False)
    )
    labels = tuple(_label(x, y, name) for (x, y), name in zip(places, data.names, strict=False))
    return Series(data.colour, path, dots, labels)


def _label(x: float, y: float, name: str) -> Label:
    """To the right of the point, or to its left where it would leave the plot."""
    leftward = x > WIDTH * 0.6
    return Label(round(x + (-8 if leftward else 8), 1), round(y + 4, 1), name, "end" if leftward else "start")


def _scale(value: float, spread: tuple[float, float], start: float, end: float) -> float:
    least, most = spread
    share = (value - least) / (most - least) if most > least else 0.5
    return round(start + min(1.0, max(0.0, share)) * (end - start), 1)


def make_ticks(least: float, most: float) -> list[tuple[float, str]]:
    """Four to eight round values between the two, and how they are written."""
    if most <= least:
        return [(least, f"{least:g}")]
    step = 10 ** math.floor(math.log10((most - least) / 4))
    step *= next(factor for factor in (5, 2, 1) if (most - least) / (step * factor) >= 4)
    first = math.ceil(least / step - 1e-9)
    count = math.floor(most / step + 1e-9) - first
    return [((first + n) * step, f"{(first + n) * step:.6g}") for n in range(count + 1)]
