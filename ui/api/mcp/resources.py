"""Articles, their passages, and conversations as resources, each at an address of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import quote

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp.server.mcpserver.resources import ResourceSecurity
from mcp_types import ListResourcesResult, Resource

from index import Article
from ui.api.errors import NotFoundError
from ui.api.publish import publish_article, publish_passage
from ui.api.service import Service
from ui.chat.conversation_store import is_conversation_id
from ui.chat.session import Sessions
from ui.export.texts import write_json
from ui.server.owners import find_owner
from ui.wording import show_date

P = ParamSpec("P")
R = TypeVar("R")

ARTICLE = "dateline://articles/{article_id}"
PASSAGE = "dateline://articles/{article_id}/passages/{number}"
CONVERSATION = "dateline://conversations/{conversation_id}"
MOST_ON_PAGE = 100  # articles
_JSON = "application/json"
# An id is looked up in the library, and is no path: one may have dots and slashes.
_IDS = ResourceSecurity(exempt_params={"article_id"})


def add_templates(server: MCPServer[Any], service: Service, sessions: Sessions | None) -> None:
    """Give a server the resources that have an address: conversations only where `sessions` has them."""

    @server.resource(ARTICLE, title="An article", mime_type=_JSON, security=_IDS)
    @_explaining(service)
    def article(article_id: str) -> dict[str, Any]:
        """An article: its clean text, and what is known of it. Offsets of quotes count characters of the text."""
        return publish_article(_find_article(service, article_id))

    @server.resource(PASSAGE, title="A passage", mime_type=_JSON, security=_IDS)
    @_explaining(service)
    def passage(article_id: str, number: str) -> dict[str, Any]:
        """A passage of an article, by its number from 0, which a passage's id ends with."""
        found = _find_article(service, article_id)
        passages = service.passages(found)
        if not number.isdecimal() or len(number) > 5 or int(number) >= len(passages):
            raise NotFoundError(f"the article has no passage {number[:20]!r}; the last is {len(passages) - 1}.")
        return publish_passage(found, passages[int(number)])

    if sessions is None:
        return

    @server.resource(CONVERSATION, title="A conversation", mime_type=_JSON)
    @_explaining(service)
    def conversation(conversation_id: str, context: Context[Any, Any]) -> str:
        """The answers of a conversation on the chat page, with all that they cite: to whose it is, and nobody else."""
        owner = find_owner(context)
        known = owner and is_conversation_id(conversation_id)
        exchanges = sessions.get(owner, conversation_id).view().conversation if known else ()
        answers = [exchange.answer for exchange in exchanges if exchange.answer is not None]
        if not answers:
            raise NotFoundError("you have no such conversation, or it has no answer yet.")
        return write_json(answers)


def list_resources(
    service: Service, sessions: Sessions | None, context: Context[Any, Any], offset: int
) -> ListResourcesResult:
    """The articles from the one numbered `offset` on, the newest first; in front of all, the asker's conversations."""
    articles, total = service.newest(offset, MOST_ON_PAGE)
    owner = find_owner(context) if sessions and offset == 0 else ""
    kept = sessions.store.search(owner) if sessions and owner else []
    conversations = [
        Resource(uri=fill_address(CONVERSATION, conversation_id=found.id), name=found.name, mime_type=_JSON)
        for found in kept
    ]
    end = offset + len(articles)
    more = str(end) if articles and end < total else None
    return ListResourcesResult(resources=[*conversations, *map(_describe, articles)], next_cursor=more)


def _describe(article: Article) -> Resource:
    facts = filter(None, [article.attributed, show_date(article)])
    return Resource(
        uri=fill_address(ARTICLE, article_id=article.id),
        name=article.title or article.id,
        description=", ".join(facts) or None,
        mime_type=_JSON,
    )


def fill_address(template: str, **parts: str) -> str:
    """The address that the template gives; all signs of a part that mean something in an address are escaped."""
    return template.format(**{name: quote(part, safe="") for name, part in parts.items()})


def _find_article(service: Service, article_id: str) -> Article:
    """The article with just this id: an address stands for one, and no beginning of it does."""
    found = service.article(article_id)
    if found.id != article_id:
        raise NotFoundError(f"there is no article {article_id[:100]!r}.")
    return found


def _explaining(service: Service) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Have a function raise what the SDK shows to the client, in words that may leave this machine."""

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except NotFoundError as error:
                raise ResourceNotFoundError(service.explain(error)) from None
            except Exception as error:
                raise ResourceError(service.explain(error)) from None

        return call

    return wrap
