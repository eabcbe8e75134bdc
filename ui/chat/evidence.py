"""The article that is open beside the tabs: one behind a citation, or one of the library's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from index import Article, Library
from ui.chat.removal import Removal
from ui.chat.render import render_article, render_missing
from ui.chat.session import Sessions
from ui.chat.shared import QUICK, Shared
from ui.chat.talk import STORED, Source, find_source

_SCRIPT = Path(__file__).parent / "page.js"


class Evidence:
    """The panel of the open article."""

    def __init__(self, library: Library, sessions: Sessions) -> None:
        self._library = library
        self._sessions = sessions
        self._removal = Removal(library)

    def build(self) -> gr.HTML:
        """Make the parts, and return the one that holds the article."""
        article = gr.HTML("", elem_id="article", js_on_load=_SCRIPT.read_text())
        self._removal.build()
        return article

    def wire(self, shared: Shared) -> None:
        """Say what opens an article."""
        shown = [shared.article, shared.opened, *self._removal.parts]
        shared.article.open_source(self.open_source, None, shown, **QUICK)
        self._removal.wire(shared)

    def open_source(self, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """The article behind a button; its id and the way to remove it where it is one of the library's."""
        asked: dict[str, Any] = event._data if isinstance(event._data, dict) else {}
        click = asked.get("click")
        click = click if isinstance(click, int) else 0
        kind, place = asked.get("kind"), asked.get("place")
        if kind == STORED:
            article = self._library.find(str(place))
            shown = show_stored(self._library, article, click)
            return (*shown, *self._removal.offer(article is not None))
        source = find_source(self._sessions.get(str(request.session_hash)).view().talk, kind, place)
        return render_article(source, click) if source else render_missing(click), None, *self._removal.offer(False)


def show_stored(library: Library, article: Article | None, click: int) -> tuple[str, str | None]:
    """An article of the library with its copies and earlier versions, and its id; None where it is gone."""
    if article is None:
        return render_missing(click), None
    others = tuple(other for id_ in library.copies(article.id) if (other := library.find(id_)))
    source = Source(article, (), "Article", len(others), others, tuple(library.versions(article.id)))
    return render_article(source, click), article.id
