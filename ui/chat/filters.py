"""Filters by date, source, language and collection: set by hand, shown as chips, and removed one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from index import Library, UsageError, make_safe, name_language
from rag import read_chosen_filters
from ui.chat.shared import QUICK, Shared
from ui.escape import escape_line

_SCRIPT = Path(__file__).parent / "chips.js"
_AFTER, _BEFORE, _AS_OF, _SOURCE, _LANGUAGE = "after", "before", "as-of", "source", "language"
_COLLECTION = "collection"


class FilterBar:
    """The fields of the filters, and the chips that say which of them hold. Each page's values are its own.

    With `as_of`, there is a field for the day as of which is asked too, the last of `fields`.
    """

    def __init__(self, library: Library, name: str, *, as_of: bool = False) -> None:
        self._library = library
        self._name = name
        self._has_as_of = as_of

    def build(self) -> None:
        """Make the parts."""
        with gr.Accordion("Dates, sources, languages", open=False, elem_classes="dl-filters"):
            with gr.Row():
                self.after = _make_day_box("From")
                self.before = _make_day_box("To")
                self.as_of = [_make_day_box("As of")] if self._has_as_of else []
            with gr.Row():
                self.sources = gr.Dropdown([], label="Sources", multiselect=True, min_width=200, scale=2)
                self.languages = gr.Dropdown([], label="Languages", multiselect=True, min_width=130)
                self.collections = gr.Dropdown([], label="Collections", multiselect=True, min_width=130, visible=False)
        self.chips = gr.HTML("", elem_classes="dl-chips", js_on_load=_SCRIPT.read_text())

    @property
    def fields(self) -> list[Any]:
        """The parts whose values are read, in that order."""
        return [self.after, self.before, self.sources, self.languages, self.collections, *self.as_of]

    def wire(self, shared: Shared) -> None:
        """Say what becomes of the chips when a field changes, and of the fields when a chip is pressed."""
        # One event for all fields, so that the last one that changed has the last word.
        changes = [part.change for part in self.fields]
        gr.on(changes, self.show_chips, self.fields, self.chips, trigger_mode="always_last", **QUICK)
        self.chips.remove_filter(self.remove_filter, self.fields, self.fields, **QUICK)
        listed = [self.sources, self.languages, self.collections]
        gr.on([shared.blocks.load, shared.generation.change], self.list_choices, None, listed, **QUICK)

    def list_choices(self) -> tuple[Any, ...]:
        """What the library has to choose from, as it is now; no field where there is nothing."""
        sources = [(make_safe(source), source) for source in self._library.sources()]
        languages = sorted((make_safe(name_language(code)), code) for code in self._library.languages())
        collections = list(self._library.collections())
        listed = (sources, languages, collections)
        return tuple(gr.update(choices=choices, visible=bool(choices)) for choices in listed)

    def show_chips(
        self,
        after: str | None,
        before: str | None,
        sources: Sequence[str],
        languages: Sequence[str],
        collections: Sequence[str],
        as_of: str | None = None,
    ) -> str:
        """The filters that hold as buttons, and how many articles they leave; empty without any."""
        try:
            filters, day = read_chosen_filters(after, before, sources, languages, as_of, collections)
            if not filters and not day:
                return ""
            last = min(filter(None, (filters.before, day)), default=None)
            scope = self._library.scope(replace(filters, before=last))
        except UsageError as error:
            return f'<p class="dl-warning" role="status">{escape_line(str(error))}</p>'
        chips = [_chip(_AFTER, f"from {filters.after:%-d %B %Y}")] if filters.after else []
        chips += [_chip(_BEFORE, f"to {filters.before:%-d %B %Y}")] if filters.before else []
        chips += [_chip(_AS_OF, f"as of {day:%-d %B %Y}")] if day else []
        chips += [_chip(_SOURCE, source, n) for n, source in enumerate(filters.sources)]
        chips += [_chip(_LANGUAGE, f"in {name_language(code)}", n) for n, code in enumerate(filters.languages)]
        chips += [_chip(_COLLECTION, f"in {name}", n) for n, name in enumerate(filters.collections)]
        undated = f", {scope.undated_left_out:,} undated left out" if scope.undated_left_out else ""
        unnamed = f", {scope.unnamed_left_out:,} of unknown language left out" if scope.unnamed_left_out else ""
        count = f"{self._name} {scope.searched:,} of {scope.articles:,} articles{undated}{unnamed}"
        return f'<p><span role="status">{count}</span> {" ".join(chips)}</p>'

    def remove_filter(
        self,
        after: str | None,
        before: str | None,
        sources: Sequence[str],
        languages: Sequence[str],
        collections: Sequence[str],
        event: gr.EventData,
        as_of: str | None = None,
    ) -> tuple[Any, ...]:
        """The fields without what the chip that was pressed stands for."""
        asked = event._data if isinstance(event._data, dict) else {}
        kind, _, number = str(asked.get("chip")).partition(":")
        day = None if kind == _AS_OF else as_of
        return (
            None if kind == _AFTER else after,
            None if kind == _BEFORE else before,
            [source for n, source in enumerate(sources) if (kind, number) != (_SOURCE, str(n))],
            [code for n, code in enumerate(languages) if (kind, number) != (_LANGUAGE, str(n))],
            [name for n, name in enumerate(collections) if (kind, number) != (_COLLECTION, str(n))],
            *([day] if self.as_of else []),
        )


def _make_day_box(label: str, *, visible: bool = True) -> gr.Textbox:
    words = "2024-03-17, May 2023, last week"
    return gr.Textbox(label=label, placeholder=words, max_length=60, min_width=130, visible=visible)


def _chip(kind: str, text: str, number: int = 0) -> str:
    return (
        f'<button type="button" class="dl-chip" value="{kind}:{number}">{escape_line(text)} '
        '<span aria-hidden="true">✕</span><span class="dl-hidden">(remove this filter)</span></button>'
    )
