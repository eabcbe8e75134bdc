"""The article that is open beside the tabs: one behind a citation, or one of the library's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import gradio as gr

from index import Article, Library, make_storable, recall_version
from rag import Quote
from ui.chat.article.removal import Removal
from ui.chat.article.render_article import render_article, render_missing
from ui.chat.conversation import QUOTED, STORED, Source, find_source
from ui.chat.conversation_store import choose_conversation
from ui.chat.session import Sessions
from ui.chat.shared import QUICK, Shared
from ui.server.owners import read_owner

_SCRIPT = Path(__file__).parents[1] / "page.js"
_SIMILAR = 5  # articles that are named below one
_SPAN = re.compile(r"\b(title:)?([0-9]{1,9})-([0-9]{1,9})\b")


class ArticlePanel:
    """The panel of the open article."""

    def __init__(self, library: Library, sessions: Sessions, *, read_only: bool) -> None:
        self._library = library
        self._sessions = sessions
        self._removal = Removal(library, read_only=read_only)

    def build(self) -> gr.HTML:
        """Make the parts, and return the one that holds the article."""
        article = gr.HTML("", elem_id="article", js_on_load=_SCRIPT.read_text())
        self._removal.build()
        return article

    def wire(self, shared: Shared) -> None:
        """Say what opens an article."""
        shown = [shared.article, shared.opened, *self._removal.parts]
        shared.article.open_source(self.open_source, shared.conversation, shown, **QUICK)
        shared.blocks.load(self.open_named, None, shown, **QUICK)
        self._removal.wire(shared)

    def open_source(self, conversation: str, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """The article behind a button; its id and the way to remove it where it is one of the library's."""
        asked: dict[str, Any] = event._data if isinstance(event._data, dict) else {}
        click = asked.get("click")
        click = click if isinstance(click, int) else 0
        kind, place = asked.get("kind"), asked.get("place")
        if kind == STORED:
            article = self._library.find(str(place))
            shown = show_stored(self._library, article, click)
            return (*shown, *self._removal.offer(article is not None))
        if kind == QUOTED:
            spans, _, article_id = str(place).partition(" ")
            article = self._library.find(article_id)
            if article is None:
                return render_missing(click), None, *self._removal.offer(False)
            source = _find_others(self._library, article)._replace(quotes=_read_spans(spans))
            return render_article(source, click), article.id, *self._removal.offer(True)
        cited = find_source(
            self._sessions.get(read_owner(request), choose_conversation(conversation, request)).view().conversation,
            kind,
            place,
        )
        if cited and self._library.find(cited.article.id):
            found = _find_others(self._library, cited.article)
            cited = cited._replace(others=found.others, similar=found.similar)
        return render_article(cited, click) if cited else render_missing(click), None, *self._removal.offer(False)

    def open_named(self, request: gr.Request) -> tuple[Any, ...]:
        """The article that the page's address names, at the quotes that it names; nothing where it names none."""
        asked = dict(request.query_params)
        if "article" not in asked:
            return (gr.skip(),) * (2 + len(self._removal.parts))
        article = self._library.find(make_storable(str(asked["article"])))
        if article is None:
            return render_missing(0), None, *self._removal.offer(False)
        spans = _read_spans(str(asked.get("quotes", "")))
        text = str(asked.get("text", ""))
        if article.content_hash.startswith(text):
            source = _find_others(self._library, article)._replace(quotes=spans)
        else:
            before = (recall_version(article, version) for version in self._library.versions(article.id))
            earlier = next((found for found in before if found.content_hash.startswith(text)), None)
            source = Source(earlier, spans, "Earlier version", 0) if earlier else _find_others(self._library, article)
        return render_article(source, 0), article.id, *self._removal.offer(True)


def _read_spans(text: str) -> tuple[Quote, ...]:
    """Quotes as `link_article` writes them; at most 20, and none that is not one."""
    found = _SPAN.findall(text[:500])[:20]
    return tuple(Quote(int(start), int(end), "title" if title else "text") for title, start, end in found)


def show_stored(library: Library, article: Article | None, click: int) -> tuple[str, str | None]:
    """An article of the library with its copies and earlier versions, and its id; None where it is gone."""
    if article is None:
        return render_missing(click), None
    return render_article(_find_others(library, article), click), article.id


def _find_others(library: Library, article: Article) -> Source:
    others = tuple(other for id_ in library.copies(article.id) if (other := library.find(id_)))
    similar = tuple(library.similar(article.id, _SIMILAR))
    return Source(article, (), "Article", len(others), others, tuple(library.versions(article.id)), similar)
