"""The conversations on the left: found, opened, renamed, shared, deleted with a way back, and saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gradio as gr

from index import DatelineError
from ui.chat.conversation_store import choose_conversation, is_conversation_id, make_conversation_id
from ui.chat.kept.records import LONGEST_NAME, MOST_LISTED, DeletedConversation, KeptConversation
from ui.chat.reading.links import name_share
from ui.chat.session import Sessions
from ui.chat.shared import QUICK, Shared
from ui.escape import escape_line
from ui.export.routes import FILES, conversation_address
from ui.server.owners import read_owner

_SCRIPT = Path(__file__).parent / "conversations.js"
_NAMES = {"md": "Markdown", "docx": "Word", "json": "JSON"}


class ConversationList:
    """A person's conversations, the one that is shown marked, with what can be done to it."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._store = sessions.store

    def build(self) -> None:
        """Make the parts."""
        with gr.Column(elem_id="conversations", scale=0, min_width=200):
            self.words = gr.Textbox(
                value="",
                label="Search conversations",
                placeholder="Search conversations …",
                show_label=False,
                container=False,
                max_lines=1,
                elem_id="search-conversations",
            )
            self._chosen = gr.Textbox("", label="Chosen conversation", visible="hidden")
            self.list = gr.HTML("", elem_id="conversation-list", js_on_load=_SCRIPT.read_text())
            with gr.Group(visible=False, elem_id="renaming") as self._renaming:
                self._name = gr.Textbox(label="Name of this conversation", max_lines=1, max_length=LONGEST_NAME)
                with gr.Row():
                    self._rename = gr.Button("Rename", variant="primary", size="sm", min_width=60)
                    self._cancel = gr.Button("Cancel", size="sm", min_width=60)
            self._undo = gr.Button("Undo: put it back", size="sm", visible=False, elem_id="undo-conversation")
            self._deleted = gr.State(None)

    def wire(self, shared: Shared, watching: Sequence[Any]) -> None:
        """Say what happens on each part. `watching` are the events that show an answer as it grows: they end where
        another conversation is opened; the answer goes on.
        """
        end: dict[str, Any] = {
            "fn": None,
            "cancels": list(watching),
            **QUICK,
        }  # before, or it would end the next one too
        asked = [shared.conversation, self.words]
        shared.blocks.load(self.choose_first, None, shared.conversation, **QUICK)
        self.words.change(self.show, asked, self.list, **QUICK)
        self.list.open_conversation(self.choose, None, [self._chosen, self._renaming], **QUICK)
        self._chosen.change(**end).then(
            lambda chosen: chosen.partition(" ")[0], self._chosen, shared.conversation, **QUICK
        )
        renaming = [self._renaming, self._name]
        self.list.rename_conversation(self.ask_name, shared.conversation, renaming, **QUICK)
        named = [self._renaming, self.list]
        gr.on([self._rename.click, self._name.submit], self.rename, [*asked, self._name], named, **QUICK)
        self._cancel.click(lambda: gr.update(visible=False), None, self._renaming, **QUICK)
        self.list.share_conversation(self.share, asked, self.list, **QUICK)
        self.list.unshare_conversation(self.unshare, asked, self.list, **QUICK)
        deleted = [shared.conversation, self._renaming, self._undo, self._deleted]
        self.list.delete_conversation(**end).then(self.delete, shared.conversation, deleted, **QUICK)
        put_back = [shared.conversation, self._undo, self._deleted]
        self._undo.click(**end).then(self.undo, self._deleted, put_back, **QUICK)

    def choose_first(self, request: gr.Request) -> str:
        """The conversation that the page's address names, else a new one."""
        return choose_conversation("", request)

    def choose(self, event: gr.EventData) -> tuple[Any, ...]:
        """The conversation that was pressed, and the number of the press: to choose the same again is a change too."""
        asked: dict[str, Any] = event._data if isinstance(event._data, dict) else {}
        conversation, press = str(asked.get("conversation")), asked.get("press")
        return f"{conversation} {press}" if is_conversation_id(conversation) else gr.skip(), gr.update(visible=False)

    def show(self, conversation: str, words: str, request: gr.Request) -> str:
        """The list, of the conversations that have those words."""
        owner, conversation = read_owner(request), choose_conversation(conversation, request)
        try:
            found, shown = self._store.search(owner, words), self._store.find(owner, conversation)
            share = self._store.shared_as(owner, conversation)
        except DatelineError:
            return '<p class="dl-warning">The conversations can’t be read; the server’s terminal says why.</p>'
        return _render_list(found, shown, share, searched=bool(words.strip()))

    def ask_name(self, conversation: str, request: gr.Request) -> tuple[Any, ...]:
        """The field for a new name, with the old one in it."""
        kept = self._store.find(read_owner(request), conversation)
        return gr.update(visible=kept is not None), kept.name if kept else ""

    def rename(self, conversation: str, words: str, name: str, request: gr.Request) -> tuple[Any, ...]:
        """Give the conversation its new name."""
        self._store.rename(read_owner(request), conversation, name)
        return gr.update(visible=False), self.show(conversation, words, request)

    def share(self, conversation: str, words: str, request: gr.Request) -> str:
        """Let whoever may read the library, and has the link, read the conversation. Returns the list."""
        self._store.share(read_owner(request), conversation)
        return self.show(conversation, words, request)

    def unshare(self, conversation: str, words: str, request: gr.Request) -> str:
        """Make the link lead nowhere. Returns the list."""
        self._store.unshare(read_owner(request), conversation)
        return self.show(conversation, words, request)

    def delete(self, conversation: str, request: gr.Request) -> tuple[Any, ...]:
        """Delete the conversation that is shown, and begin a new one. Undo has what it was while the page is open."""
        owner = read_owner(request)
        self._sessions.forget(owner, conversation)
        deleted = self._store.delete(owner, conversation)
        return make_conversation_id(), gr.update(visible=False), gr.update(visible=deleted is not None), deleted

    def undo(self, deleted: DeletedConversation | None, request: gr.Request) -> tuple[Any, ...]:
        """Put the deleted conversation back, and show it."""
        if deleted is None:
            return gr.skip(), gr.update(visible=False), None
        self._store.restore(read_owner(request), deleted)
        return deleted.kept.id, gr.update(visible=False), None


def _render_list(
    found: Sequence[KeptConversation], shown: KeptConversation | None, share: str, *, searched: bool
) -> str:
    """The conversations as buttons; below the one that is shown what can be done to it, which is shared as `share`.

    The script puts its id into the page's address.
    """
    rows = "".join(_row(kept, share, is_shown=shown is not None and kept.id == shown.id) for kept in found)
    if not found:
        said = "None has these words." if searched else "What you ask is kept here, for you alone."
        rows = f'<li class="dl-colophon">{said}</li>'
    if len(found) == MOST_LISTED:
        rows += f'<li class="dl-colophon">Of many, the last {MOST_LISTED} are listed. Search finds the others.</li>'
    current = shown.id if shown else ""
    return (
        f'<nav aria-label="Your conversations" data-conversation="{current}">'
        f'<ul class="dl-conversations">{rows}</ul></nav>'
    )


def _row(kept: KeptConversation, share: str, *, is_shown: bool) -> str:
    day = datetime.fromtimestamp(kept.changed, UTC)
    current = ' aria-current="true"' if is_shown else ""
    button = (
        f'<button type="button" class="dl-conversation" value="{kept.id}"{current}>'
        f'{escape_line(kept.name) or "(no name)"}<span class="dl-day">{day:%-d %B %Y}</span></button>'
    )
    return f"<li>{button}{_actions(kept.id, share) if is_shown else ''}</li>"


def _actions(conversation: str, share: str) -> str:
    acts = {"rename_conversation": "Rename", "delete_conversation": "Delete"}
    link = f'<a class="dl-act dl-link" href="/?conversation={conversation}">Copy link</a>'
    files = (
        f'<a class="dl-act" href="{conversation_address(conversation)}.{kind}" download>{_NAMES[kind]}</a>'
        for kind in FILES
    )
    return (
        f'<p class="dl-acts">{_buttons(acts)}{link}</p>{_sharing(share)}<p class="dl-acts">Save as {"".join(files)}</p>'
    )


def _sharing(share: str) -> str:
    """The way to share a conversation; where it is shared, what that means, its link, and the way back."""
    if not share:
        return f'<p class="dl-acts">{_buttons({"share_conversation": "Share"})}</p>'
    address = name_share(share)
    return (
        '<p class="dl-acts dl-shared">Whoever may read this library and has the link reads this conversation, and what '
        f'you go on to ask in it.<br><a class="dl-act dl-link" href="{address}">Copy shared link</a>'
        f'<a class="dl-act" href="{address}" target="_blank" rel="noopener">Open</a>'
        f"{_buttons({'unshare_conversation': 'Stop sharing'})}</p>"
    )


def _buttons(acts: Mapping[str, str]) -> str:
    return "".join(f'<button type="button" class="dl-act" name="{name}">{said}</button>' for name, said in acts.items())
