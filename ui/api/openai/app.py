"""The OpenAI protocol as an app: clients use the library as a model, and its embedder for vectors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.exceptions import HTTPException

from index import DatelineError
from ui.api.errors import NotFoundError, explain_status, status_of
from ui.api.openai.chat import CompletionIn, Frame, make_chunks, make_completion, write_chunk
from ui.api.openai.embeddings import EmbeddingsIn, embed
from ui.api.openai.errands import run_errand
from ui.api.openai.errors import answer_error, describe_error, refuse_fields
from ui.api.openai.messages import Asking, Message
from ui.api.openai.passed_over import list_ignored, write_header
from ui.api.openai.responses import Response, ResponseIn, make_events, make_response, write_event
from ui.api.openai.structured import FormatIn, write_object
from ui.api.openai.written import Step, Written, grow_text
from ui.api.service import Service
from ui.refusals import make_openai_error

Write = Callable[[dict[str, Any]], str]


def make_openai_app(service: Service) -> FastAPI:
    """The API as an app of its own, to be mounted under `/v1`."""
    app = FastAPI(title="Dateline, OpenAI-compatible", docs_url=None, redoc_url=None)

    @app.get("/models")
    def list_models() -> dict[str, Any]:
        """Who may be asked."""
        return {"object": "list", "data": [_describe_model(name) for name in service.models]}

    @app.get("/models/{model:path}")
    def show_model(model: str) -> dict[str, Any]:
        """One of those who may be asked, or the embedder."""
        service.check_model(model, and_embedder=True)
        return _describe_model(model)

    @app.post("/chat/completions", response_model=None)
    def complete(body: CompletionIn, request: Request) -> JSONResponse | StreamingResponse:
        """Answer the last message."""
        headers = _name_ignored(body)
        steps = _answer(service, body, body.messages, body.response_format, request)
        frame = Frame(f"chatcmpl-{uuid4().hex}", int(time.time()), body.model)
        if not body.stream:
            return JSONResponse(make_completion(frame, steps), headers=headers)
        usage = body.stream_options is not None and body.stream_options.include_usage
        chunks = make_chunks(frame, _begin(steps), include_usage=usage)
        return _stream(service, chunks, write_chunk, headers, end="data: [DONE]\n\n")

    @app.post("/responses", response_model=None)
    def respond(body: ResponseIn, request: Request) -> JSONResponse | StreamingResponse:
        """Answer the input."""
        headers = _name_ignored(body)
        form = body.text.format if body.text else None
        steps = _answer(service, body, body.read_messages(), form, request)
        response = Response(f"resp_{uuid4().hex}", int(time.time()), body)
        if not body.stream:
            return JSONResponse(make_response(response, steps), headers=headers)
        return _stream(service, make_events(response, _begin(steps)), write_event, headers)

    @app.get("/responses/{response_id}")
    def show_response(response_id: str) -> None:
        """Nothing is kept, so there is none."""
        raise NotFoundError("responses are not kept here. Ask again.")

    @app.post("/embeddings")
    def embed_texts(body: EmbeddingsIn) -> JSONResponse:
        """The vectors of texts."""
        return JSONResponse(embed(service, body), headers=write_header(list_ignored(body.model_extra or {})))

    @app.exception_handler(RequestValidationError)
    async def refuse(_: Request, error: RequestValidationError) -> JSONResponse:
        return refuse_fields(error)

    @app.exception_handler(HTTPException)
    async def turn_away(_: Request, error: HTTPException) -> JSONResponse:
        why = explain_status(error).replace("/api/docs lists", "docs/api.md says")
        return JSONResponse(make_openai_error(why, status_of(error)), status_of(error))

    @app.exception_handler(DatelineError)
    @app.exception_handler(Exception)
    async def fail(_: Request, error: Exception) -> JSONResponse:
        return answer_error(service, error)

    return app


def _describe_model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "dateline"}


def _name_ignored(body: Asking) -> dict[str, str]:
    return write_header([*list_ignored(body.model_extra or {}), *body.list_own_metadata()])


def _answer(
    service: Service, body: Asking, messages: list[Message], form: FormatIn | None, request: Request
) -> Iterator[Step]:
    """What is said, step by step. Raises before the first for what can't be asked."""
    service.check_model(body.model)
    fit = form.make_fit() if form else None
    if messages and (said := run_errand(messages)) is not None:
        return iter([Step(said, Written(said))])
    answers = service.stream(body.make_request(messages))
    address = f"{request.url.scheme}://{request.url.netloc}"
    return write_object(answers, address, fit) if fit else grow_text(answers, address)


def _begin(steps: Iterator[Step]) -> Iterator[Step]:
    """The steps, the first of them made: what can't be asked is an error of the request, and not of the stream."""
    first = next(steps)

    def go_on() -> Iterator[Step]:
        yield first
        yield from steps

    return go_on()


def _stream(
    service: Service, parts: Iterator[dict[str, Any]], write: Write, headers: dict[str, str], end: str = ""
) -> StreamingResponse:
    """The parts as server-sent events; an error on the way is one too."""

    def events() -> Iterator[str]:
        try:
            yield from map(write, parts)
        except Exception as error:
            said = describe_error(service, error)
            yield write({**said["error"], "type": "error", "sequence_number": 0} if write is write_event else said)
        yield end

    return StreamingResponse(events(), media_type="text/event-stream", headers={**headers, "Cache-Control": "no-store"})
