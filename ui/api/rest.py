"""The REST API, under `/api`: ask, search, articles, and a page that describes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from index import LONGEST_QUESTION, DatelineError, SearchMode
from rag import Chosen, Turn, article_to_dict, corrections_to_dict, filters_to_dict, hit_to_dict, read_chosen_filters
from ui.api import service
from ui.api.fields import After, AsOf, Before, Collections, Exact, Languages, Question, Sources, Without
from ui.api.publish import publish_answer, publish_article
from ui.api.rest_topics import add_topic_routes
from ui.api.service import MOST_HITS, MOST_LISTED, MOST_TURNS, Service, status_of


class _Strict(BaseModel):
    """Unknown fields are refused: a misspelt filter that is passed over would widen the search."""

    model_config = ConfigDict(extra="forbid")


class _Filtered(_Strict):
    question: Question
    after: After = None
    before: Before = None
    sources: Sources = ()
    languages: Languages = ()
    collection: Collections = ()
    without: Without = ()
    exact: Exact = False

    def read_filters(self, as_of: str | None = None) -> Chosen:
        """The filters, and the day as of which is asked. Raises UsageError for words that mean no day."""
        named = self.sources, self.languages
        return read_chosen_filters(self.after, self.before, *named, as_of, self.collection)


class TurnIn(_Strict):
    """One earlier question of the conversation, and the answer to it."""

    question: Annotated[str, Field(max_length=LONGEST_QUESTION)]
    answer: Annotated[str, Field(max_length=20_000)]
    standalone_question: str = Field("", max_length=LONGEST_QUESTION, description="As the answer to it has that.")


class AskIn(_Filtered):
    """A question to answer."""

    history: list[TurnIn] = Field([], max_length=MOST_TURNS, description="The conversation so far, the oldest first.")
    as_of: AsOf = None
    model: str = Field("", max_length=200, description="One of /v1/models; empty: the library's own.")
    stream: bool = Field(False, description="Send the answer as it grows, as server-sent events.")

    def request(self) -> service.AskRequest:
        history = tuple(Turn(turn.question, turn.answer, turn.standalone_question) for turn in self.history)
        chosen = self.read_filters(self.as_of)
        return service.AskRequest(self.question, history, *chosen, self.model, self.without, self.exact)


class SearchIn(_Filtered):
    """A search."""

    limit: int = Field(10, ge=1, le=MOST_HITS)
    mode: SearchMode = Field("hybrid", description="Vectors, full text, or both.")


class PageIn(_Strict):
    """A part of the list of articles."""

    offset: int = Field(0, ge=0, le=10**9)
    limit: int = Field(100, ge=1, le=MOST_LISTED)
    collection: Collections = ()


def make_rest_app(service: Service) -> FastAPI:
    """The API as an app of its own, to be mounted under `/api`."""
    app = FastAPI(
        title="Dateline",
        description="Ask a pile of news articles; every sentence of an answer cites the exact words.",
        docs_url=None,  # FastAPI's pages load scripts from another host
        redoc_url=None,
    )

    @app.post("/ask", response_model=None)
    def ask(body: AskIn) -> JSONResponse | StreamingResponse:
        """Answer a question. With `stream`, events named `searching`, `answering`, `checking`, `translating` (where an
        LLM translates quotes) and `done`, each with the whole answer so far, or `error`.
        """
        answers = service.stream(body.request())
        if not body.stream:
            *_, answer = answers
            return JSONResponse(publish_answer(answer))
        first = next(answers)  # what can't be asked is an error of the request, and not of the stream

        def events() -> Iterator[str]:
            yield _event(first.stage, publish_answer(first))
            try:
                for answer in answers:
                    yield _event(answer.stage, publish_answer(answer))
            except Exception as error:
                yield _event("error", {"error": service.explain(error)})

        return StreamingResponse(events(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    @app.get("/search")
    def search(query: Annotated[SearchIn, Query()], response: Response) -> list[dict[str, Any]]:
        """The passages that fit a question best. The header `Dateline-Question` has, as JSON, the filters that the
        question `named`, the `reason` where they leave no article, the `corrections` of misspelt words, and what is
        `damaged` and left out, if anything.
        """
        filters = query.read_filters().filters
        found = service.search(query.question, query.limit, query.mode, filters, query.without, exact=query.exact)
        understood = {
            "named": filters_to_dict(found.question.named),
            "reason": found.reason,
            "corrections": corrections_to_dict(found.question.corrections),
        }
        if damaged := service.damaged():
            understood["damaged"] = damaged
        response.headers["Dateline-Question"] = json.dumps(understood)
        return [hit_to_dict(hit) for hit in found.hits]

    add_topic_routes(app, service)

    @app.get("/articles")
    def list_articles(query: Annotated[PageIn, Query()]) -> dict[str, Any]:
        """The articles without their texts, the oldest first."""
        found, total = service.articles(query.offset, query.limit, query.collection)
        listed = {"articles": [article_to_dict(article) for article in found], "total": total}
        return listed | ({"damaged": damaged} if (damaged := service.damaged()) else {})

    @app.get("/collections")
    def list_collections() -> dict[str, int]:
        """How many articles are in each collection, by its name."""
        return service.collections()

    @app.get("/articles/{article_id:path}")
    def read_article(article_id: str) -> dict[str, Any]:
        """An article and its text; offsets of passages and quotes count its characters."""
        return publish_article(service.article(article_id))

    @app.get("/docs", include_in_schema=False)
    def describe() -> HTMLResponse:
        return HTMLResponse(_describe(app.openapi()))

    @app.exception_handler(RequestValidationError)
    async def refuse(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"error": explain_fields(error)}, 422)

    @app.exception_handler(HTTPException)
    async def turn_away(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"error": explain_status(error)}, status_of(error))

    @app.exception_handler(DatelineError)
    @app.exception_handler(Exception)
    async def fail(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"error": service.explain(error)}, status_of(error))

    return app


def explain_fields(error: Exception) -> str:
    """What is wrong with the fields of a request, in a line, without repeating what was sent."""
    assert isinstance(error, RequestValidationError)
    return "; ".join(f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors()[:10])[:1_000]


def explain_status(error: Exception) -> str:
    """What the framework turned the request away for, in a line."""
    assert isinstance(error, HTTPException)
    return f"{error.detail}."


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def _describe(document: dict[str, Any]) -> str:
    """The OpenAPI document as a page to read, without a script."""
    parts = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parts.append(
                f"<h2>{method.upper()} /api{escape(path)}</h2><p>{escape(operation.get('description', ''))}</p>"
            )
            rows = [(p["name"], p.get("required", False), p["schema"]) for p in operation.get("parameters", [])]
            if "requestBody" in operation:
                name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
                schema = document["components"]["schemas"][name]
                required = schema.get("required", [])
                rows = [(name, name in required, field) for name, field in schema["properties"].items()]
            cells = "".join(_row(*row) for row in rows)
            parts.append(f"<table><tr><th>field<th>needed<th>what</tr>{cells}</table>")
    title = escape(document["info"]["title"])
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}: the REST API</title>"
        "<style>body{font:1rem/1.5 system-ui;margin:2rem auto;max-width:50rem;padding:0 1rem}"
        "td,th{padding:.2rem 1rem .2rem 0;text-align:left;vertical-align:top}</style>"
        f"<h1>{title}: the REST API</h1><p>{escape(document['info']['description'])}</p>"
        "<p>Requests are answered in JSON; an error is <code>{&quot;error&quot;: &quot;…&quot;}</code>. "
        f"The same for programs: <a href=openapi.json>openapi.json</a>.</p>{''.join(parts)}</html>"
    )


def _row(name: str, required: bool, schema: dict[str, Any]) -> str:
    about = schema.get("description") or schema.get("title", "")
    default = f" Default: {schema['default']!r}." if "default" in schema and schema["default"] not in ("", None) else ""
    return f"<tr><td><code>{escape(name)}</code><td>{'yes' if required else ''}<td>{escape(about + default)}</tr>"
