"""A conversation that its owner shares, as a page for whoever may read the library and has the link.

Its address is `/shared/ID`, and `/shared/ID?cited=TURN:NUMBER` with an article open. Nothing on it says whose it is,
leads to another conversation, or changes anything.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from index import DatelineError, Library
from ui.chat.article.render_article import render_content
from ui.chat.changes import list_changes
from ui.chat.conversation import CITED, NEAREST, Conversation, find_source
from ui.chat.kept.records import SharedConversation, is_share_id
from ui.chat.reading.links import name_share
from ui.chat.reading.page import show_page
from ui.chat.render import render_changes, render_exchange
from ui.chat.session import Sessions
from ui.escape import escape_line

_AGAIN = 5  # seconds until a page on which an answer grows is loaded again

_log = logging.getLogger("dateline.chat")


def make_shared_route(library: Library, sessions: Sessions) -> Route:
    """The way to the conversations that are shared."""

    async def show(request: Request) -> Response:
        asked = [(kind, request.query_params[kind]) for kind in (CITED, NEAREST) if kind in request.query_params]
        kind, place = asked[0] if asked else ("", "")
        return await run_in_threadpool(_show, library, sessions, str(request.path_params["share"]), kind, place)

    return Route(name_share("{share}"), show)


def _show(library: Library, sessions: Sessions, share: str, kind: str, place: str) -> Response:
    try:
        shared = sessions.store.find_shared(share) if is_share_id(share) else None
        if shared is None:
            said = "<p>There is nothing here: the link is wrong, or the conversation is not shared any more.</p>"
            return show_page("Not shared", "", said, status=404)
        view = sessions.get(shared.owner, shared.kept.id).view()
        article = _render_article(view.conversation, share, kind, place) if kind else ""
        said = _render_exchanges(view.conversation, library, share, busy=view.busy)
        about = _describe(shared)
    except DatelineError as error:
        _log.warning("%s", error)
        return show_page("Not to be read", "", "<p>The conversations can’t be read now.</p>", status=503)
    body = f'<section id="said" aria-label="The conversation">{said}</section><aside id="evidence">{article}</aside>'
    return show_page(shared.kept.name, about, body, again=_AGAIN if view.busy and not kind else 0)


def _describe(shared: SharedConversation) -> str:
    day = datetime.fromtimestamp(shared.kept.changed, UTC)
    return f"A shared conversation, to read. Last asked on {day:%-d %B %Y}."


def _render_exchanges(conversation: Conversation, library: Library, share: str, *, busy: bool) -> str:
    """Questions and answers, in a form whose buttons load the page with an article open."""
    changes = list_changes(conversation[:-1] if busy else conversation, library)
    said = "".join(
        f'<h2 class="dl-question">{escape_line(exchange.question)}</h2>'
        f"{render_exchange(exchange, turn, shared=True)}{render_changes(changes.get(turn, ()))}"
        for turn, exchange in enumerate(conversation)
    )
    return f'<form action="{name_share(share)}#quote">{said}</form>'


def _render_article(conversation: Conversation, share: str, kind: str, place: str) -> str:
    """The article as it was when the question was answered, at the words that were quoted."""
    source = find_source(conversation, kind, place)
    if source is None:
        return ""
    name = f'<span class="dl-name">{source.name}</span><a href="{name_share(share)}">Close</a>'
    content = render_content(source).replace("<mark>", '<mark id="quote">', 1)  # no other mark can come from its words
    return (
        '<article id="dl-article" tabindex="-1" aria-labelledby="dl-article-title">'
        f'<div class="dl-bar">{name}</div>{content}</article>'
    )
