"""The messages of a conversation on the page. What is sent is what is new; the page puts it behind what it has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from index import Library
from ui.chat.changes import list_changes
from ui.chat.render import render_conversation
from ui.chat.session import View
from ui.chat.shared import QUICK

_SCRIPT = Path(__file__).parent / "growing_chat.js"
_THUMBS = ("Like", "Dislike")  # Gradio's words for the icons
_PUT_TOGETHER = """(news, messages, shown) => news?.messages
  ? [[...messages.slice(0, 2 * news.first), ...news.messages], `${news.conversation} ${news.turns}`]
  : [messages, shown]"""


class GrowingChat:
    """The chat, the part that gets what is new, and what the page says that it shows: a conversation and its turns.

    `news` is what events put out, `shown` what they read.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def build(self, **greeting: Any) -> None:
        """Make the parts; `greeting` is what an empty conversation shows."""
        self.chat = gr.Chatbot(
            label="The conversation",
            show_label=False,
            container=False,
            elem_id="chat",
            height="100%",
            autoscroll=False,
            layout="panel",
            buttons=[],
            feedback_options=_THUMBS,
            latex_delimiters=[],
            allow_tags=False,
            **greeting,
        )
        self.news = gr.HTML(None, html_template="", elem_classes="dl-hidden", js_on_load=_SCRIPT.read_text())
        self.shown = gr.Textbox("", label="What is shown", visible="hidden")

    def wire(self) -> None:
        """Put together, in the browser, what it has and what is new."""
        parts = [self.news, self.chat, self.shown]
        self.news.put_together(None, parts, parts[1:], js=_PUT_TOGETHER, **QUICK)

    def render(self, conversation: str, view: View, first: int = 0) -> dict[str, Any]:
        """What is new of a conversation: its messages from the turn `first` on, as the chat has them."""
        before = view.conversation[:-1] if view.busy else view.conversation  # the last one is being answered
        messages = render_conversation(
            view.conversation,
            conversation,
            first=first,
            busy=view.busy,
            kept=view.kept,
            late=view.late,
            changes=list_changes(before, self._library, first),
        )
        news = self.chat.postprocess(messages).model_dump()
        return {"conversation": conversation, "first": first, "turns": len(view.conversation), "messages": news}

    def find_first(self, conversation: str, view: View, shown: str) -> int:
        """The turn from which on a page that shows `shown` is sent the conversation.

        That is the last one it has: something stands below the last answer alone.
        """
        known, _, turns = shown.rpartition(" ")
        has = int(turns) if known == conversation and turns.isascii() and turns.isdigit() and len(turns) < 7 else 0
        return max(0, has - 1) if has <= len(view.conversation) else 0
