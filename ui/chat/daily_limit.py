"""What the day's limit for models is, and how much of it is used: a line below the model picker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from index import DatelineError
from rag import SpentToday
from ui.api.service import Service
from ui.chat.shared import QUICK, Shared
from ui.escape import escape_line


class Budget:
    """The line, where there is a limit; nothing otherwise."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def build(self) -> None:
        """Make the part."""
        self._line = gr.HTML("", visible=self._service.limited, elem_id="budget", js_on_load=None)

    def wire(self, shared: Shared, answers: Sequence[Any]) -> None:
        """Show it when the page opens, and anew when one of the events `answers` has ended."""
        if self._service.limited:
            for event in (shared.blocks.load, *(answer.then for answer in answers)):
                event(self.show, None, self._line, **QUICK)

    def show(self) -> str:
        """The line as it is now."""
        try:
            return f"<p>{escape_line(show_today(self._service.spent_today()))}</p>"
        except DatelineError as error:
            return f'<p class="dl-warning">⚠&#160;{escape_line(self._service.explain(error))}</p>'


def show_today(today: SpentToday) -> str:
    """What is used of each limit that there is."""
    parts = [f"${today.usd:.4f} of ${today.most_usd:g}"] if today.most_usd else []
    parts += [f"{today.tokens:,} of {today.most_tokens:,} tokens"] if today.most_tokens else []
    return f"Models today: {', '.join(parts)}"
