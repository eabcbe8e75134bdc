"""Plots as SVG, drawn by matplotlib, in the colours of the page that shows them."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

SIZE = (440, 280)  # width and height, in CSS pixels
COLOURS = ("#1d4f7c", "#b4541a", "#2f7d57", "#7a3f94", "#8f7a12", "#a8325e")  # of runs, one after the other
_INK, _FADED, _RULE = "#1c1b19", "#5d594f", "#dcd8cc"
_DPI = 72  # SVG's own unit: a point is a pixel
_SVG = "http://www.w3.org/2000/svg"
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: it is read aloud, found and scaled
    "svg.hashsalt": "dateline",  # the same plot has the same ids twice
    "font.size": 11,
    "text.parse_math": False,
    "text.color": _INK,
    "axes.labelcolor": _FADED,
    "axes.edgecolor": _FADED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": _RULE,
    "grid.linewidth": 1,
    "xtick.color": _FADED,
    "ytick.color": _FADED,
    "ytick.major.size": 0,
}
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Data:
    """The points of run number `colour`; `sizes` (0 to 1) make dots of them, `names` stand beside them;
    `label` in a legend."""

    colour: int
    points: Sequence[Point]
    line: bool = True
    sizes: Sequence[float] = ()
    names: Sequence[str] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """What a plot shows; ranges are (least, most), in the data's units. `diagonal` draws the line where y equals x;
    with `log_x` each step on the x axis is ten times the one before."""

    title: str
    note: str
    x_label: str
    y_label: str
    data: Sequence[Data]
    x_range: Point
    y_range: Point = (0.0, 1.0)
    diagonal: bool = False
    log_x: bool = False


def draw_svg(chart: Chart) -> str:
    """The chart as an SVG document, whose text is escaped and which links to nothing."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(SIZE[0] / _DPI, SIZE[1] / _DPI), dpi=_DPI, layout="tight")
        FigureCanvasSVG(figure)
        figure.patch.set_visible(False)
        axes = figure.add_subplot(facecolor="none", xlabel=chart.x_label, ylabel=chart.y_label)
        if chart.log_x:
            axes.set_xscale("log")
            axes.xaxis.set_major_formatter("{x:,.0f}")
            axes.xaxis.set_minor_formatter("")
        axes.set_xlim(chart.x_range[0], max(chart.x_range[1], chart.x_range[0] + 1e-9))
        margin = 0.02 * (chart.y_range[1] - chart.y_range[0])
        axes.set_ylim(chart.y_range[0] - margin, chart.y_range[1] + margin)
        if chart.diagonal:
            axes.plot(chart.x_range, chart.x_range, color=_FADED, linestyle=(0, (3, 4)), linewidth=1)
        for data in chart.data:
            _plot(axes, data)
        if any(data.label for data in chart.data):
            axes.legend(frameon=False)
        written = io.BytesIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a character that our font lacks is drawn by the browser's
            figure.savefig(written, format="svg", metadata=nothing)
    return _tidy(written.getvalue(), f"{chart.title}: {chart.y_label} by {chart.x_label}")


def _plot(axes: Any, data: Data) -> None:
    if not data.points:
        return
    colour = COLOURS[data.colour % len(COLOURS)]
    x, y = zip(*data.points, strict=True)
    if data.line:
        axes.plot(x, y, color=colour, linewidth=2, label=data.label or None)
    if data.sizes:
        axes.scatter(x, y, s=[(5 + 10 * size) ** 2 for size in data.sizes], color=colour, clip_on=False)
    for name, point in zip(data.names, data.points, strict=False):
        axes.annotate(name, point, xytext=(7, 4), textcoords="offset points", annotation_clip=False)


def _tidy(svg: bytes, label: str) -> str:
    """The drawing alone, without styles in its attributes, which a page that lets in no foreign style would drop."""
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ElementTree.fromstring(svg)  # noqa: S314 (our own drawing)
    for parent in root.iter():
        for child in list(parent):
            if child.tag in (f"{{{_SVG}}}style", f"{{{_SVG}}}metadata"):
                parent.remove(child)
        for rule in re.split(r";\s*", parent.attrib.pop("style", "")):
            name, colon, value = rule.partition(":")
            if colon:
                parent.set("font-size" if name == "font" else name, _size(value) if name == "font" else value.strip())
    root.attrib.update({"class": "plot", "role": "img", "aria-label": label})
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    return ElementTree.tostring(root, encoding="unicode")


def _size(font: str) -> str:
    """The size in CSS's `font`."""
    found = re.search(r"[\d.]+px", font)
    return found.group() if found else "11px"
