"""What has become of the articles that the answers of a conversation rest on, since they were given."""

from __future__ import annotations

from collections.abc import Iterator

from index import Article, Library
from ui.chat.conversation import Conversation, Exchange
from ui.presentation import show_title


def list_changes(conversation: Conversation, library: Library, first: int = 0) -> dict[int, tuple[str, ...]]:
    """By turn, from the turn `first` on, a line for each cited article whose text is another now, or that is gone.

    The answer and its quotes stay as they were; the article's text of then is kept with them.
    """
    turns = enumerate(conversation[first:], first)
    found = ((turn, tuple(_find_changes(exchange, library))) for turn, exchange in turns)
    return {turn: changes for turn, changes in found if changes}


def _find_changes(exchange: Exchange, library: Library) -> Iterator[str]:
    citations = exchange.answer.citations if exchange.answer else ()
    for then in {citation.hit.article.id: citation.hit.article for citation in citations}.values():
        now = library.find(then.id)
        if now is None:
            yield f"Removed since: {show_title(then)}"
        elif now.content_hash != then.content_hash:
            yield f"Changed since: {show_title(then)}{_show_update(now)}"


def _show_update(article: Article) -> str:
    return f" (updated {article.modified:%-d %B %Y})" if article.modified else ""
