"""Thumbs up and down, and a note to one: kept with the library for `dateline eval make --from-feedback`."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import gradio as gr

from evals import Feedback, keep_answer, write_feedback
from index import DatelineError, Library
from ui.chat.conversation_store import choose_conversation
from ui.chat.session import Sessions
from ui.chat.shared import QUIET, Shared
from ui.server.owners import read_owner

_LONGEST_NOTE = 2_000  # characters

_log = logging.getLogger("dateline.chat")


class Thumbs:
    """The field for a note, which comes once a thumb was given."""

    def __init__(self, library: Library, sessions: Sessions) -> None:
        self._library = library
        self._sessions = sessions

    def build(self) -> None:
        """Make the parts."""
        with gr.Row(visible=False, elem_id="noting") as self._noting:
            self._note = gr.Textbox(
                label="What was right or wrong about it? (you need not say)",
                max_lines=3,
                max_length=_LONGEST_NOTE,
                scale=1,
            )
            self._send = gr.Button("Keep the note", scale=0, min_width=150)
            self._leave = gr.Button("No note", scale=0, min_width=110)
        self._given = gr.State(None)

    def wire(self, chat: gr.Chatbot, shared: Shared) -> None:
        """Say what happens on each part."""
        parts = [self._noting, self._note, self._given]
        chat.like(self.keep_thumb, shared.conversation, parts, **QUIET)
        gr.on([self._send.click, self._note.submit], self.keep_note, [self._note, self._given], self._noting, **QUIET)
        gr.on(
            [self._leave.click, shared.conversation.change],
            lambda: gr.update(visible=False),
            None,
            self._noting,
            **QUIET,
        )

    def keep_thumb(self, conversation: str, thumb: gr.LikeData, request: gr.Request) -> tuple[Any, ...]:
        """Keep what a reader thinks of an answer."""
        nothing = (gr.update(visible=False), "", None)
        turn = thumb.index // 2 if isinstance(thumb.index, int) else -1  # a question and what came of it, by turns
        exchanges = (
            self._sessions.get(read_owner(request), choose_conversation(conversation, request)).view().conversation
        )
        answer = exchanges[turn].answer if 0 <= turn < len(exchanges) else None
        if thumb.liked not in (True, False) or answer is None or answer.stage != "done":
            return nothing
        given = Feedback(datetime.now(UTC), "up" if thumb.liked else "down", "", keep_answer(answer))
        return (gr.update(visible=True), "", given) if self._keep(given) else nothing

    def keep_note(self, note: str, given: Feedback | None) -> Any:
        """Keep the thumb again with a note, and so in the place of the one without."""
        if given is not None and note.strip():
            self._keep(replace(given, at=datetime.now(UTC), note=note.strip()))
        return gr.update(visible=False)

    def _keep(self, given: Feedback) -> bool:
        try:
            write_feedback(self._library.folder, given)
        except DatelineError:
            _log.exception("a thumb was not kept")
            gr.Warning("That could not be kept; the page's terminal says why.", duration=8)
            return False
        gr.Info("Thank you: kept with the library.", duration=4)
        return True
