"""The talks on the left: found, opened, renamed, deleted with a way back, and saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gradio as gr

from index import DatelineError
from ui.chat.conversation_store import LONGEST_NAME, DeletedTalk, KeptTalk, choose_talk, is_talk_id, make_talk_id
from ui.chat.render import escape_line
from ui.chat.session import Sessions
from ui.chat.shared import QUICK, Shared
from ui.export.routes import FILES, talk_address
from ui.server.users import read_reader

_SCRIPT = Path(__file__).parent / "conversations.js"
_NAMES = {"md": "Markdown", "docx": "Word", "json": "JSON"}


class TalkList:
    """The reader's talks, the one that is shown marked, with what can be done to it."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._store = sessions.store

    def build(self) -> None:
        """Make the parts."""
        with gr.Column(elem_id="talks", scale=0, min_width=200):
            self.words = gr.Textbox(
                value="",
                label="Search your talks",
                placeholder="Search your talks …",
                show_label=False,
                container=False,
                max_lines=1,
                elem_id="search-talks",
            )
            self._chosen = gr.Textbox("", label="Chosen talk", visible="hidden")
            self.list = gr.HTML("", elem_id="talk-list", js_on_load=_SCRIPT.read_text())
            with gr.Group(visible=False, elem_id="renaming") as self._renaming:
                self._name = gr.Textbox(label="Name of this talk", max_lines=1, max_length=LONGEST_NAME)
                with gr.Row():
                    self._rename = gr.Button("Rename", variant="primary", size="sm", min_width=60)
                    self._cancel = gr.Button("Cancel", size="sm", min_width=60)
            self._undo = gr.Button("Undo: put it back", size="sm", visible=False, elem_id="undo-talk")
            self._deleted = gr.State(None)

    def wire(self, shared: Shared, watching: Sequence[Any]) -> None:
        """Say what happens on each part. `watching` are the events that show an answer as it grows: they end where
        another talk is opened; the answer goes on.
        """
        end: dict[str, Any] = {
            "fn": None,
            "cancels": list(watching),
            **QUICK,
        }  # before, or it would end the next one too
        asked = [shared.talk, self.words]
        shared.blocks.load(self.choose_first, None, shared.talk, **QUICK)
        self.words.change(self.show, asked, self.list, **QUICK)
        self.list.open_talk(self.choose, None, [self._chosen, self._renaming], **QUICK)
        self._chosen.change(**end).then(lambda chosen: chosen.split()[0], self._chosen, shared.talk, **QUICK)
        renaming = [self._renaming, self._name]
        self.list.rename_talk(self.ask_name, shared.talk, renaming, **QUICK)
        named = [self._renaming, self.list]
        gr.on([self._rename.click, self._name.submit], self.rename, [*asked, self._name], named, **QUICK)
        self._cancel.click(lambda: gr.update(visible=False), None, self._renaming, **QUICK)
        deleted = [shared.talk, self._renaming, self._undo, self._deleted]
        self.list.delete_talk(**end).then(self.delete, shared.talk, deleted, **QUICK)
        put_back = [shared.talk, self._undo, self._deleted]
        self._undo.click(**end).then(self.undo, self._deleted, put_back, **QUICK)

    def choose_first(self, request: gr.Request) -> str:
        """The talk that the page's address names, else a new one."""
        return choose_talk("", request)

    def choose(self, event: gr.EventData) -> tuple[Any, ...]:
        """The talk that was pressed, and the number of the press: to choose the same again is a change too."""
        asked: dict[str, Any] = event._data if isinstance(event._data, dict) else {}
        talk, press = str(asked.get("talk")), asked.get("press")
        return f"{talk} {press}" if is_talk_id(talk) else gr.skip(), gr.update(visible=False)

    def show(self, talk: str, words: str, request: gr.Request) -> str:
        """The list, of the talks that have those words."""
        reader, talk = read_reader(request), choose_talk(talk, request)
        try:
            found, shown = self._store.search(reader, words), self._store.find(reader, talk)
        except DatelineError:
            return '<p class="dl-warning">The talks can’t be read; the server’s terminal says why.</p>'
        return _render_list(found, shown, searched=bool(words.strip()))

    def ask_name(self, talk: str, request: gr.Request) -> tuple[Any, ...]:
        """The field for a new name, with the old one in it."""
        kept = self._store.find(read_reader(request), talk)
        return gr.update(visible=kept is not None), kept.name if kept else ""

    def rename(self, talk: str, words: str, name: str, request: gr.Request) -> tuple[Any, ...]:
        """Give the talk its new name."""
        self._store.rename(read_reader(request), talk, name)
        return gr.update(visible=False), self.show(talk, words, request)

    def delete(self, talk: str, request: gr.Request) -> tuple[Any, ...]:
        """Delete the talk that is shown, begin a new one, and keep what it was for Undo, for as long as the page is
        open.
        """
        reader = read_reader(request)
        self._sessions.forget(reader, talk)
        deleted = self._store.delete(reader, talk)
        return make_talk_id(), gr.update(visible=False), gr.update(visible=deleted is not None), deleted

    def undo(self, deleted: DeletedTalk | None, request: gr.Request) -> tuple[Any, ...]:
        """Put the deleted talk back, and show it."""
        if deleted is None:
            return gr.skip(), gr.update(visible=False), None
        self._store.restore(read_reader(request), deleted)
        return deleted.kept.id, gr.update(visible=False), None


def _render_list(found: Sequence[KeptTalk], shown: KeptTalk | None, *, searched: bool) -> str:
    """The talks as buttons. The script puts the id of the one that is shown into the page's address."""
    rows = "".join(_row(kept, is_shown=shown is not None and kept.id == shown.id) for kept in found)
    if not found:
        said = "None has these words." if searched else "What you ask is kept here, for you alone."
        rows = f'<li class="dl-colophon">{said}</li>'
    return (
        f'<nav aria-label="Your talks" data-talk="{shown.id if shown else ""}"><ul class="dl-talks">{rows}</ul></nav>'
    )


def _row(kept: KeptTalk, *, is_shown: bool) -> str:
    day = datetime.fromtimestamp(kept.changed, UTC)
    current = ' aria-current="true"' if is_shown else ""
    button = (
        f'<button type="button" class="dl-talk" value="{kept.id}"{current}>{escape_line(kept.name) or "(no name)"}'
        f'<span class="dl-day">{day:%-d %B %Y}</span></button>'
    )
    return f"<li>{button}{_actions(kept.id) if is_shown else ''}</li>"


def _actions(talk: str) -> str:
    acts = {"rename_talk": "Rename", "delete_talk": "Delete"}
    buttons = (f'<button type="button" class="dl-act" name="{name}">{said}</button>' for name, said in acts.items())
    link = f'<a class="dl-act dl-link" href="/?talk={talk}">Copy link</a>'
    files = (f'<a class="dl-act" href="{talk_address(talk)}.{kind}" download>{_NAMES[kind]}</a>' for kind in FILES)
    return f'<p class="dl-acts">{"".join(buttons)}{link}</p><p class="dl-acts">Save as {"".join(files)}</p>'
