"""Reading articles: `/api/articles`, `/api/collections`, `/api/versions`, `/api/export`, `/api/status`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from rag import article_to_dict
from ui.api.fields import Filtered
from ui.api.publish import publish_article, publish_line
from ui.api.rest.problems import describe_problems
from ui.api.rest.shapes import ArticlesOut, StatusOut, VersionsOut, WholeArticleOut
from ui.api.service import MOST_LISTED, Service

_MOST_WORDS = 500  # characters
_OWN = ("path", "size_bytes", "embedder_sha256")  # of a status, what is nobody else's business
_LINES = {"application/x-ndjson": {"schema": {"type": "string", "description": "An article a line, as JSON."}}}


class ListIn(Filtered):
    """A part of the list of articles."""

    text: str = Field("", max_length=_MOST_WORDS, description="Only articles with these words in title or text.")
    sort: Literal["oldest", "newest", "title", "source"] = Field(
        "oldest", description="What comes first; by date, the undated come last."
    )
    offset: int = Field(0, ge=0, le=10**9, description="How many to pass over.")
    limit: int = Field(100, ge=1, le=MOST_LISTED, description="How many to list at most.")


def add_article_routes(app: FastAPI, service: Service) -> None:
    """Add what reads articles to the API."""

    @app.get(
        "/articles",
        response_model=ArticlesOut,
        response_model_exclude_unset=True,
        responses=describe_problems(400, 422),
    )
    def list_articles(query: Annotated[ListIn, Query()]) -> dict[str, Any]:
        """The articles within filters, without their texts, part by part."""
        words = query.text.strip()
        found, total = service.articles(query.read_filters(), words, query.sort, query.offset, query.limit)
        end = query.offset + len(found)
        listed = {
            "articles": [article_to_dict(article) for article in found],
            "total": total,
            "next": end if found and end < total else None,
        }
        return listed | ({"damaged": damaged} if (damaged := service.damaged()) else {})

    @app.get("/collections", response_model=dict[str, int], responses=describe_problems())
    def list_collections() -> dict[str, int]:
        """How many articles are in each collection, by its name."""
        return service.collections()

    @app.get(
        "/articles/{article_id:path}",
        response_model=WholeArticleOut,
        response_model_exclude_unset=True,
        responses=describe_problems(404),
    )
    def read_article(article_id: str) -> dict[str, Any]:
        """An article and its text; offsets of passages and quotes count its characters."""
        article = service.article(article_id)
        return {**publish_article(article), "copies": service.copies(article.id)}

    @app.get("/versions/{article_id:path}", response_model=VersionsOut, responses=describe_problems(404))
    def list_versions(article_id: str) -> dict[str, Any]:
        """The texts that an article had before the one it has."""
        article = service.article(article_id)
        found = [_show_times(version._asdict()) for version in service.versions(article.id)]
        return {"id": article.id, "versions": found}

    @app.get(
        "/export",
        response_class=StreamingResponse,
        responses={**describe_problems(), 200: {"description": "All articles.", "content": _LINES}},
    )
    def export() -> StreamingResponse:
        """All articles with all that is known of them, an article a line; sent to `/api/articles/files` in a file whose
        name ends in .jsonl, they are added again, the texts byte for byte.
        """
        lines: Iterator[str] = (json.dumps(publish_line(article)) + "\n" for article in service.export())
        return StreamingResponse(lines, media_type="application/x-ndjson")

    @app.get("/status", response_model=StatusOut, responses=describe_problems())
    def show_status() -> dict[str, Any]:
        """What the library holds. `/health` says whether it can be read, without a token."""
        found = service.status()
        shown = {name: value for name, value in asdict(found).items() if name not in _OWN}
        if found.queue is not None:
            shown["queue"]["reasons"] = [{"origin": f.origin, "reason": f.reason} for f in found.queue.reasons]
        return _show_times(shown)


def _show_times(values: dict[str, Any]) -> dict[str, Any]:
    return {name: v.isoformat() if isinstance(v, datetime) else v for name, v in values.items()}
