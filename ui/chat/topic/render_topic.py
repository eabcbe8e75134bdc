"""Overviews of a topic as HTML in which nothing but our own tags is markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag import Brief, Citation, Statements, Timeline, TopicDisagreements
from ui.chat.citations import render_button, render_disagreement
from ui.chat.conversation import QUOTED
from ui.chat.topic.draw_timeline import draw_timeline
from ui.disagreements import show_disagreement
from ui.escape import escape_line, mute_markers
from ui.presentation import show_citation


def render_timeline(timeline: Timeline, *, growing: bool = False) -> str:
    """The timeline as a picture, with what zooms, filters and saves it, and its events as a list with their sources."""
    rows = "".join(
        f'<li data-event="{n}"><span class="dl-when">{escape_line(event.show_date())}</span> '
        f"{_line(event.text, timeline.cited(event))}</li>"
        for n, event in enumerate(timeline.events)
    )
    picture = "" if growing else draw_timeline(timeline)
    return f'{picture}<ol class="dl-events">{rows}</ol>{_progress(growing)}{_notes(timeline.notes)}'


def render_statements(found: Statements) -> str:
    """Who said what, each behind the speaker and the day, with its source."""
    by_marker = {citation.marker: citation for citation in found.citations}
    rows = []
    for statement in found.list_lines():
        day = f"{statement.said:%-d %B %Y}" if statement.said else "undated"
        who = f'<span class="dl-who">{escape_line(mute_markers(statement.speaker))}</span>'
        when = f'<span class="dl-when">{day}{"" if statement.direct else ", reported"}</span>'
        rows.append(f"<li>{who} {when} {_line(statement.shown, [by_marker[statement.marker]])}</li>")
    more = f"{found.found:,} were found; these are the newest." if found.found > len(found.statements) else ""
    return f'<ul class="dl-events">{"".join(rows)}</ul>{_notes([more] if more else [])}'


def render_brief(brief: Brief) -> str:
    """The sections of a brief, each line with its sources."""
    parts = []
    for section in brief.sections:
        rows = "".join(
            f'<li><span class="dl-when">{escape_line(mute_markers(line.when))}</span> '
            f"{_line(line.text, [brief.citations[marker - 1] for marker in line.citations])}</li>"
            for line in section.lines
        )
        parts.append(f'<h2 class="dl-section">{escape_line(section.heading)}</h2><ul class="dl-events">{rows}</ul>')
    return "".join(parts) + _notes(brief.notes)


def render_topic_disagreements(found: TopicDisagreements) -> str:
    """What the articles contradict each other in, the sides next to each other."""
    buttons = {citation.marker: _cite(citation) for citation in found.citations}
    shown = map(show_disagreement, found.disagreements)
    return "".join(render_disagreement(disagreement, buttons.__getitem__) for disagreement in shown)


def render_nothing(reason: str) -> str:
    """Why there is nothing to show."""
    return (
        '<div class="dl-notice dl-refusal" role="status"><p class="dl-notice-title">∅ Nothing found</p>'
        f"<p>{escape_line(reason)}</p></div>"
    )


def render_progress(said: str) -> str:
    """What is being done."""
    return f'<p class="dl-progress" role="status">{escape_line(said)} …</p>'


def _progress(growing: bool) -> str:
    return render_progress("Reading more articles") if growing else ""


def _line(text: str, cited: Sequence[Citation]) -> str:
    """A sentence, its numbered buttons, and the outlets that report it."""
    outlets = dict.fromkeys(citation.hit.article.source or "" for citation in cited)
    said = escape_line(", ".join(mute_markers(outlet) for outlet in outlets if outlet))
    outlet = f' <span class="dl-facts">{said}</span>' if said else ""
    return f'<span class="dl-said">{escape_line(mute_markers(text))}</span>{"".join(map(_cite, cited))}{outlet}'


def _cite(citation: Citation) -> str:
    """The button that opens the article at its quotes, which its value names."""
    spans = ",".join(f"{'title:' if q.field == 'title' else ''}{q.start}-{q.end}" for q in citation.quotes[:20])
    return render_button(show_citation(citation), QUOTED, f"{spans} {citation.hit.article.id}")


def _notes(notes: Iterable[str]) -> str:
    return "".join(f'<p class="dl-colophon">{escape_line(note)}</p>' for note in notes)
