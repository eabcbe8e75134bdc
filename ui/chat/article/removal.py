"""Removing the article that is open: a question first, and a way back afterwards."""

from __future__ import annotations

import logging
from typing import Any

import gradio as gr

from index import Article, DatelineError, Library, current_actor, recall_version
from ui.advice import explain_error, explain_failure
from ui.chat.article.render_article import render_note
from ui.chat.shared import QUICK, QUIET, Shared
from ui.escape import escape_line
from ui.server.page_events import writes

_log = logging.getLogger("dateline.chat")


class Removal:
    """The buttons below an article of the library; with `read_only` none is ever shown, and none does anything."""

    def __init__(self, library: Library, *, read_only: bool) -> None:
        self._library = library
        self._read_only = read_only

    def build(self) -> None:
        """Make the parts; all are hidden until an article of the library is open."""
        self._ask = gr.Button("Remove from the library …", size="sm", visible=False, elem_id="remove")
        with gr.Group(visible=False, elem_id="removing") as self._asking:
            self._question = gr.HTML("", js_on_load=None)
            with gr.Row():
                self._remove = gr.Button("Remove", variant="stop", size="sm")
                self._keep = gr.Button("Keep", size="sm")
        self._undo = gr.Button("Undo: put it back", size="sm", visible=False, elem_id="undo")
        self._removed = gr.State(())  # the texts that the article had, the newest last

    def wire(self, shared: Shared) -> None:
        """Say what happens on each button."""
        if self._read_only:
            return
        parts = [self._ask, self._asking, self._question]
        self._ask.click(self.ask, shared.opened, parts, **QUICK)
        self._keep.click(lambda: (gr.update(visible=True), gr.update(visible=False)), None, parts[:2], **QUICK)
        # Through the queue, without which Gradio does not tell those who listen to a state of its change.
        changed = [shared.article, self._asking, self._undo, self._removed, shared.generation]
        self._remove.click(self.remove, shared.opened, changed, **QUIET)
        self._undo.click(self.undo, self._removed, changed, **QUIET)

    @property
    def parts(self) -> list[Any]:
        """The parts that `offer` sets."""
        return [self._ask, self._asking, self._undo]

    def offer(self, is_open: bool) -> tuple[Any, ...]:
        """The first button where an article of the library is open, and nothing else."""
        offered = is_open and not self._read_only and current_actor().may_write
        return gr.update(visible=offered), gr.update(visible=False), gr.update(visible=False)

    def ask(self, opened: str | None) -> tuple[Any, ...]:
        """The question, with the article's name."""
        article = self._library.find(opened or "")
        if article is None:
            return gr.update(visible=False), gr.update(visible=False), ""
        question = f"<p>Remove “{escape_line(article.title) or '(no title)'}”? The file it was read from stays.</p>"
        return gr.update(visible=False), gr.update(visible=True), question

    @writes
    def remove(self, opened: str | None) -> tuple[Any, ...]:
        """Remove the article, and keep what it was for Undo."""
        try:
            texts = self._recall(opened or "")
            self._library.remove_all([texts[-1].id])
        except DatelineError as error:
            return self._fail(error)
        note = render_note("Removed", f"“{texts[-1].title or '(no title)'}” is no longer in the library.")
        return note, gr.update(visible=False), gr.update(visible=True), texts, self._generation()

    @writes
    def undo(self, removed: tuple[Article, ...]) -> tuple[Any, ...]:
        """Put the article back, with the texts that it had before."""
        try:
            report = self._library.add(removed)
        except DatelineError as error:
            return self._fail(error)
        if report.failed:
            said = f"It could not be put back: {explain_failure(report.failed[0])}."
        else:
            said = "It waits to be embedded." if report.queued else "It is in the library again."
        return render_note("Put back", said), gr.update(visible=False), gr.update(visible=False), (), self._generation()

    def _recall(self, article_id: str) -> tuple[Article, ...]:
        article = self._library.get(article_id)
        before = (recall_version(article, version) for version in self._library.versions(article.id))
        return (*before, article)

    def _fail(self, error: DatelineError) -> tuple[Any, ...]:
        _log.warning("%s", error)
        gr.Warning(escape_line(explain_error(error, self._library)), duration=8)
        return (gr.skip(),) * 5

    def _generation(self) -> int:
        return self._library.status().generation
