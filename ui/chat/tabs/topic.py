"""The Topic tab: what happened about a topic, who said what, what is disputed, and a brief."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import gradio as gr

from index import LONGEST_QUESTION, Filters, Library, UsageError, make_storable
from rag import read_chosen_filters
from ui.api.service import Service
from ui.chat.filters import FilterBar
from ui.chat.shared import QUIET, Shared
from ui.chat.topic.render_topic import (
    render_brief,
    render_nothing,
    render_progress,
    render_statements,
    render_timeline,
    render_topic_disagreements,
)

_SCRIPT = Path(__file__).parents[1] / "topic" / "topic.js"
_TIMELINE, _QUOTES, _DISAGREEMENTS, _BRIEF = "Timeline", "Who said what", "Disagreements", "Brief"
_AT_ONCE = 2  # overviews that are made at the same time, for all readers


class TopicTab:
    """The topic, its filters, and the overview that was asked for."""

    NAME = "Topic"

    def __init__(self, library: Library, service: Service) -> None:
        self._service = service
        self._filters = FilterBar(library, "Looking at", as_of=True)

    def build(self, tab: gr.Tab) -> None:
        """Make the parts."""
        self._tab = tab
        with gr.Row(elem_id="naming"):
            self._topic = gr.Textbox(
                placeholder="A topic, or a person …",
                label="Topic",
                show_label=False,
                container=False,
                max_lines=1,
                max_length=LONGEST_QUESTION,
                scale=1,
                min_width=120,
                elem_id="topic",
            )
            self._kind = gr.Radio(
                [_TIMELINE, _QUOTES, _DISAGREEMENTS, _BRIEF],
                value=_TIMELINE,
                label="What to show",
                show_label=False,
                container=False,
                scale=0,
                min_width=530,
                elem_id="topic-kind",
            )
            self._show = gr.Button("Show", variant="primary", scale=0, min_width=72, elem_id="show-topic")
        self._filters.build()
        self._overview = gr.HTML("", elem_id="overview", js_on_load=_SCRIPT.read_text())

    def wire(self, shared: Shared) -> None:
        """Say what happens on each part."""
        self._filters.wire(shared)
        asked = [self._topic, self._kind, *self._filters.fields]
        gr.on(
            [self._topic.submit, self._show.click, self._kind.input],
            self.show,
            asked,
            self._overview,
            concurrency_limit=_AT_ONCE,
            concurrency_id="overviews",
            trigger_mode="always_last",
            **QUIET,
        )

    def show(
        self,
        topic: str,
        kind: str,
        after: str | None,
        before: str | None,
        sources: Sequence[str],
        languages: Sequence[str],
        collections: Sequence[str],
        as_of: str | None,
    ) -> Iterator[str]:
        """The overview, a timeline as it grows; why there is none where there is none."""
        topic = make_storable(topic or "").strip()
        if not topic:
            yield render_nothing("Name a topic or a person, then press Show.")
            return
        yield render_progress("Reading the articles")
        try:
            chosen = read_chosen_filters(after, before, sources, languages, as_of, collections)
            yield from self._make(topic, kind, *chosen)
        except UsageError as error:
            said = self._service.explain(error)
            yield render_nothing(said[:1].upper() + said[1:])
        except Exception as error:
            yield render_nothing(self._service.explain(error))

    def _make(self, topic: str, kind: str, filters: Filters, as_of: date | None) -> Iterator[str]:
        if kind == _QUOTES:
            said = self._service.quotes(topic, filters, as_of)
            yield render_statements(said) if said.statements else render_nothing(said.reason)
        elif kind == _DISAGREEMENTS:
            found = self._service.disagreements(topic, filters, as_of)
            yield render_topic_disagreements(found) if found.disagreements else render_nothing(found.reason)
        elif kind == _BRIEF:
            brief = self._service.brief(topic, filters, as_of)
            yield render_brief(brief) if brief.sections else render_nothing(brief.reason)
        else:
            timeline: Any = None
            for timeline in self._service.timeline(topic, filters, as_of):
                yield render_timeline(timeline, growing=True)
            yield render_timeline(timeline) if timeline.events else render_nothing(timeline.reason)
