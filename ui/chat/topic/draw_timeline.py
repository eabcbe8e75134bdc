"""A timeline as SVG: an axis of time with a dot for each event, and under it a row for each, as the list has them.

The script beside it (`topic.js`) zooms and filters by what `data-` attributes say, and saves the picture as it is.
"""

from __future__ import annotations

from datetime import date, timedelta

from rag import Event, Timeline
from ui.escape import escape, escape_line, mute_markers

_WIDTH = 960  # of the picture, in its own units
_LEFT, _RIGHT = 24, 24
_TITLE, _AXIS, _FIRST_ROW = 28, 78, 128
_ROW = 24
_LONGEST = 92  # characters of a sentence in a row
_LONGEST_TITLE = 80
_TEXT = 'font-family="system-ui, sans-serif" fill="currentColor"'


def draw_timeline(timeline: Timeline) -> str:
    """The picture with its controls; nothing for a timeline without events."""
    if not timeline.events:
        return ""
    outlets = sorted({outlet for event in timeline.events for outlet in _list_outlets(timeline, event)})
    options = "".join(f'<option value="{escape(outlet)}">{escape_line(outlet)}</option>' for outlet in outlets)
    buttons = "".join(
        f'<button type="button" class="dl-tool" value="{does}"{label}>{shown}</button>'
        for does, shown, label in (
            ("in", "+", ' aria-label="Zoom in"'),
            ("out", "−", ' aria-label="Zoom out"'),
            ("left", "‹", ' aria-label="Earlier"'),
            ("right", "›", ' aria-label="Later"'),
            ("all", "All", ' aria-label="Show all"'),
            ("svg", "Save SVG", ""),
            ("png", "Save PNG", ""),
        )
    )
    picker = f'<label>Outlet <select class="dl-outlet"><option value="">all</option>{options}</select></label>'
    return (
        f'<figure class="dl-picture"><div class="dl-tools" role="group" aria-label="The picture">{buttons}'
        f'{picker if outlets else ""}<span class="dl-shown" role="status"></span></div>{_draw(timeline)}</figure>'
    )


def _draw(timeline: Timeline) -> str:
    first = min(event.date for event in timeline.events)
    last = max(event.last for event in timeline.events)
    margin = max(timedelta(1), (last - first) / 40)
    start, end = _to_number(first - margin), _to_number(last + margin)
    height = _FIRST_ROW + _ROW * len(timeline.events) + 12
    title = _shorten(mute_markers(timeline.topic), _LONGEST_TITLE)
    events = "".join(_draw_event(timeline, n, event, start, end) for n, event in enumerate(timeline.events))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" class="dl-timeline" '
        f'data-from="{start}" data-to="{end}" aria-label="Timeline of {escape_line(title)}: '
        f'{len(timeline.events)} events, listed below">'
        f'<text x="{_LEFT}" y="{_TITLE}" font-size="18" font-weight="700" {_TEXT}>{escape_line(title)}</text>'
        f'<line class="dl-axis" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{_AXIS}" y2="{_AXIS}" '
        'stroke="currentColor" opacity="0.5"/>'
        f'<g class="dl-ticks" font-size="12"></g>{events}</svg>'
    )


def _draw_event(timeline: Timeline, n: int, event: Event, start: int, end: int) -> str:
    """A dot on the axis, wide where it took days, with its number; and a row of day, sentence and outlets."""
    per_day = (_WIDTH - _LEFT - _RIGHT) / (end - start)
    days = _to_number(event.date), _to_number(event.last)
    x1, x2 = (_LEFT + (day - start) * per_day for day in days)
    y = _FIRST_ROW + _ROW * n + 14
    outlets = _list_outlets(timeline, event)
    return (
        f'<g class="dl-event" data-event="{n}" data-first="{days[0]}" data-last="{days[1]}" '
        f'data-outlets="{escape(_PARTED.join(outlets))}">'
        f'<line class="dl-dot" x1="{x1:.1f}" x2="{max(x2, x1 + 0.1):.1f}" y1="{_AXIS}" y2="{_AXIS}" stroke-width="12" '
        f'stroke-linecap="round" stroke="var(--dl-accent)" opacity="{1 if event.date == event.last else 0.4}"/>'
        f'<g class="dl-row-text"><text x="{_LEFT}" y="{y}" font-size="13" font-weight="600" {_TEXT}>'
        f"{escape_line(event.show_date())}</text>"
        f'<text x="{_LEFT + 200}" y="{y}" font-size="13" {_TEXT}>'
        f"{escape_line(_shorten(mute_markers(event.text), _LONGEST))}</text></g></g>"
    )


_PARTED = "\u001f"  # the unit separator: no outlet's name has one


def _list_outlets(timeline: Timeline, event: Event) -> list[str]:
    named = (citation.hit.article.source for citation in timeline.cited(event))
    return sorted({mute_markers(outlet) for outlet in named if outlet})


def _to_number(day: date) -> int:
    """Days since 1970, as JavaScript counts them."""
    return (day - date(1970, 1, 1)).days


def _shorten(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"
