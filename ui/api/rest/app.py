"""The REST API as an app: ask, search, overviews of a topic, articles, and a page that describes them."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from ui.api.rest.adding import add_changing_routes
from ui.api.rest.articles import add_article_routes
from ui.api.rest.ask import add_question_routes
from ui.api.rest.page import write_page
from ui.api.rest.problems import add_problem_schema, handle_problems
from ui.api.rest.topics import add_topic_routes
from ui.api.rest.uploads import LimitUploads
from ui.api.service import Service


class _Described(FastAPI):
    """An app whose description has the shape of problems in it."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        add_problem_schema(document)
        return document


def make_rest_app(service: Service) -> FastAPI:
    """The API as an app of its own, to be mounted under `/api`."""
    app = _Described(
        title="Dateline",
        description="Ask a pile of news articles; every sentence of an answer cites the exact words.",
        docs_url=None,  # FastAPI's pages load scripts from another host
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.add_middleware(LimitUploads)
    add_question_routes(app, service)
    add_topic_routes(app, service)
    add_article_routes(app, service)
    add_changing_routes(app, service)
    handle_problems(app, service)

    @app.get("/docs", include_in_schema=False)
    def describe() -> HTMLResponse:
        return HTMLResponse(write_page(app.openapi()))

    return app
