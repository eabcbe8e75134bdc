"""What the page's tabs share: parts of the page that several set, and how their events are wired."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import gradio as gr

from index import Library, Status
from ui.escape import escape_line

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
# What is done in a moment does without the queue, whose stream to the browser is the answers' alone.
QUICK: dict[str, Any] = {**QUIET, "queue": False}

THREADS = 100  # of Gradio's for events; most only wait


class Shared(NamedTuple):
    """What several parts read and set.

    `conversation` holds the id of the one that is shown; the browser keeps it, so that it outlives the server. `opened`
    is the id of the library's article that is open, None for any other. `generation` is the library's; who changes the
    library sets it, and whoever shows something of the library listens to its changes.
    """

    blocks: gr.Blocks
    conversation: gr.Textbox
    article: gr.HTML
    opened: gr.State
    generation: gr.State


class Tab(Protocol):
    """A tab of the page: a module of `ui.chat.tabs`. It makes its parts, then wires them when all are there."""

    NAME: str

    def build(self, tab: gr.Tab) -> None: ...
    def wire(self, shared: Shared) -> None: ...


_KEYS = {
    "Enter": "ask what stands in the box; Shift and Enter begin a new line",
    "/": "go to the box of the tab that is shown",
    "n and p": "in an article, go to the next source and the one before",
    "Escape": "close the article",
    "Tab": "go from part to part; an arrow goes from tab to tab",
    "?": "show this list",
}


def render_masthead(library: Library) -> str:
    """The page's name, what the library holds, and what sets the size of text and shows the keys."""
    keys = "".join(f"<dt>{escape_line(key)}</dt><dd>{escape_line(does)}</dd>" for key, does in _KEYS.items())
    sizes = "".join(
        f'<button type="button" class="dl-tool" name="text-size" value="{steps}" title="{said}" aria-label="{said}">'
        f"{shown}</button>"
        for steps, said, shown in (("-1", "Smaller text", "A−"), ("1", "Larger text", "A+"))
    )
    return (
        f"<h1>Dateline</h1><p>{escape_line(show_counts(library.status()))}</p>"
        f'<div class="dl-tools" role="group" aria-label="Reading">{sizes}'
        '<button type="button" class="dl-tool" name="keys" title="Keys (?)" aria-keyshortcuts="?" aria-label="Keys">?'
        '</button><span class="dl-hidden" role="status"></span></div>'
        f'<dialog id="dl-keys" aria-labelledby="dl-keys-title"><h2 id="dl-keys-title">Keys</h2><dl>{keys}</dl>'
        '<form method="dialog"><button class="dl-tool" autofocus>Close</button></form></dialog>'
    )


def show_counts(status: Status) -> str:
    """How many articles there are, and from when to when."""
    if not status.articles:
        return "The library is empty."
    count = f"{status.articles:,} article{'' if status.articles == 1 else 's'}"
    first, last = status.first_published, status.last_published
    if first is None or last is None:
        return f"{count}, undated"
    days = dict.fromkeys(f"{day:%-d %B %Y}" for day in (first, last))
    undated = f", {status.undated:,} undated" if status.undated else ""
    return f"{count}, {' to '.join(days)}{undated}"
