"""The Library tab: the articles by day and outlet, as a table, page by page, and adding more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import gradio as gr

from index import Article, Filters, Library, UsageError
from rag import read_chosen_filters
from ui.api.service import Service
from ui.chat.add_form import AddForm
from ui.chat.charts.draw_days import draw_days
from ui.chat.conversation import STORED
from ui.chat.filters import FilterBar
from ui.chat.shared import QUICK, Shared
from ui.escape import escape, escape_line
from ui.wording import show_date

_SCRIPT = Path(__file__).parents[1] / "charts" / "days.js"
_ROWS = 100  # of the table
_NAMED = 10  # of what is damaged
_NEWEST, _OLDEST = "Newest first", "Oldest first"


class LibraryTab:
    """The table, its search, order and filters, and the fields to add by."""

    NAME = "Library"

    def __init__(self, library: Library, service: Service, *, read_only: bool) -> None:
        self._library = library
        self._adding = AddForm(library, service.events.note_added, read_only=read_only)
        self._filters = FilterBar(library, "Showing")

    def build(self, tab: gr.Tab) -> None:
        """Make the parts."""
        self._tab = tab
        self._adding.build()
        with gr.Row(elem_id="finding"):
            self._search = gr.Textbox(
                value="",
                label="Words in title or text",
                placeholder="Words in title or text …",
                show_label=False,
                container=False,
                max_lines=1,
                scale=1,
                elem_id="search",
            )
            self._order = gr.Dropdown(
                [_NEWEST, _OLDEST], label="Order", show_label=False, container=False, scale=0, min_width=150
            )
        self._filters.build()
        self._days = gr.HTML("", elem_id="days", js_on_load=_SCRIPT.read_text())
        self._table = gr.HTML("", elem_id="articles", js_on_load=None)
        with gr.Row(elem_id="pages"):
            self._back = gr.Button("Previous page", size="sm", scale=0, visible=False)
            self._on = gr.Button("Next page", size="sm", scale=0, visible=False)
        self._first = gr.State(0)  # number of the table's first row, from 0

    def wire(self, shared: Shared) -> None:
        """Say what happens on each part."""
        self._filters.wire(shared)
        self._adding.wire(shared)
        asked = [self._search, self._order, *self._filters.fields]
        shown = [self._table, self._first, self._back, self._on]
        changes = [part.change for part in asked]
        gr.on([shared.blocks.load, shared.generation.change, *changes], self.list_articles, asked, shown, **QUICK)
        gr.on(
            [shared.blocks.load, shared.generation.change, *changes],
            self.draw,
            [self._search, *self._filters.fields],
            self._days,
            trigger_mode="always_last",
            **QUICK,
        )
        self._days.choose_days(self.choose_days, None, [self._filters.after, self._filters.before], **QUICK)
        for button, way in ((self._back, -1), (self._on, 1)):
            button.click(self._make_turn(way), [*asked, self._first], shown, **QUICK)

    def list_articles(
        self,
        words: str,
        order: str,
        after: str | None,
        before: str | None,
        sources: Sequence[str],
        languages: Sequence[str],
        collections: Sequence[str],
        first: int = 0,
    ) -> tuple[Any, ...]:
        """The articles within the filters as a table by date, the undated last: a page of it from row `first` on."""
        filters = _read_filters(after, before, sources, languages, collections)
        first = max(0, first)
        rows, found = self._library.page(filters, words.strip(), first, _ROWS, newest_first=order != _OLDEST)
        last = first + len(rows)
        return (
            _render_table(rows, found, first, self._library.damaged()),
            first,
            gr.update(visible=first > 0),
            gr.update(visible=last < found),
        )

    def draw(
        self,
        words: str,
        after: str | None,
        before: str | None,
        sources: Sequence[str],
        languages: Sequence[str],
        collections: Sequence[str],
    ) -> str:
        """The articles within the filters by day and outlet, as a picture."""
        filters = _read_filters(after, before, sources, languages, collections)
        return draw_days(self._library.days(filters, words.strip()))

    def choose_days(self, event: gr.EventData) -> tuple[Any, ...]:
        """The first and the last day of the bar that was pressed, for the fields of the filters."""
        asked: dict[str, Any] = event._data if isinstance(event._data, dict) else {}
        try:
            days = [date.fromisoformat(str(asked.get(name))) for name in ("first", "last")]
        except ValueError:  # a browser may say anything
            return gr.skip(), gr.skip()
        return days[0].isoformat(), days[1].isoformat()

    def _make_turn(self, way: int) -> Callable[..., tuple[Any, ...]]:
        def turn(
            words: str,
            order: str,
            after: str | None,
            before: str | None,
            sources: Sequence[str],
            languages: Sequence[str],
            collections: Sequence[str],
            first: int,
        ) -> tuple[Any, ...]:
            return self.list_articles(words, order, after, before, sources, languages, collections, first + way * _ROWS)

        return turn


def _read_filters(
    after: str | None,
    before: str | None,
    sources: Sequence[str],
    languages: Sequence[str],
    collections: Sequence[str],
) -> Filters:
    try:
        return read_chosen_filters(after, before, sources, languages, None, collections).filters
    except UsageError:  # the chips say it
        return Filters()


def _render_table(rows: Sequence[Article], found: int, first: int, damaged: Sequence[str] = ()) -> str:
    """The rows, each title a button that the page's script opens the article by."""
    body = "".join(
        f'<tr><th scope="row"><button type="button" class="dl-row" name="{STORED}" value="{escape(a.id)}">'
        f"{escape_line(a.title) or '(no title)'}</button></th><td>{escape_line(a.attributed)}</td>"
        f"<td>{show_date(a)}</td><td>{len(a.text.split()):,}</td></tr>"
        for a in rows
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Title", "Outlet", "Date", "Words"))
    table = f'<table class="dl-articles"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>' if rows else ""
    left_out = f" Damaged, and left out: {escape_line(', '.join(damaged[:_NAMED]))}." if damaged else ""
    return f'<p role="status">{_count(found, first, len(rows))}{left_out}</p>{table}'


def _count(found: int, first: int, shown: int) -> str:
    if not found:
        return "No article is within that."
    part = f", {first + 1:,} to {first + shown:,} of them here" if shown < found else ""
    return f"{found:,} article{'' if found == 1 else 's'}{part}."
