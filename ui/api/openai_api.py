"""The OpenAI-compatible API, under `/v1`: chat clients use the library as a model.

The protocol is https://platform.openai.com/docs/api-reference/chat, as far as a library can keep it.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import quote
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from index import DatelineError, Filters, UsageError
from rag import Answer, Turn
from ui.api import service
from ui.api.fields import Collections
from ui.api.rest import explain_fields, explain_status
from ui.api.service import MOST_TURNS, Service, status_of
from ui.escape import escape_markdown, unescape_markdown
from ui.export.texts import bold_markdown, write_markdown_disagreements, write_markdown_sources
from ui.presentation import NEAREST_PASSAGES, SOURCES, Presentation, ShownSource, present

_LONGEST_MESSAGE = 20_000  # characters
_CITATION = re.compile(r" ?\[\d+\]\([^)\s]*\)")
_SOURCES_ON = re.compile(rf"\n\n\*\*(?:{SOURCES}|{NEAREST_PASSAGES})\*\*\n\n.*", re.DOTALL)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ContentPart(_Strict):
    """A piece of a message; only text can be read."""

    type: Literal["text"]
    text: Annotated[str, Field(max_length=_LONGEST_MESSAGE)]


class Message(_Strict):
    """One message of the conversation."""

    role: Literal["system", "developer", "user", "assistant"]
    content: Annotated[str, Field(max_length=_LONGEST_MESSAGE)] | list[ContentPart] | None = None
    name: str | None = None
    annotations: list[Any] | None = None  # a client may send our own message back
    refusal: str | None = None

    def text(self) -> str:
        if isinstance(self.content, list):
            return " ".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(_Strict):
    """What a stream holds besides the answer."""

    include_usage: bool = False
    include_obfuscation: bool = False


class CompletionIn(_Strict):
    """A request for a completion.

    Fields that steer how a model writes are taken and have no effect: an answer is made from the articles alone.
    `collection` is ours: only articles in one of these collections count. What would change the shape of the reply,
    such as `tools`, is refused, like any other field that is not here.
    """

    model: Annotated[str, Field(max_length=200)]
    messages: Annotated[list[Message], Field(min_length=1, max_length=2 * MOST_TURNS)]
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = 1
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    seed: int | None = None
    stop: str | list[str] | None = None
    user: str | None = None
    collection: Collections = ()

    def request(self) -> service.AskRequest:
        """The last message as the question, and the conversation before it. Instructions to a model are passed over."""
        conversation = [message for message in self.messages if message.role in ("user", "assistant")]
        if not conversation or conversation[-1].role != "user":
            raise UsageError("the last message must be the user's: it is the question.")
        history = tuple(
            Turn(asked.text(), _read_answer(said.text()))
            for asked, said in pairwise(conversation)
            if (asked.role, said.role) == ("user", "assistant")
        )
        filters = Filters(collections=self.collection)
        return service.AskRequest(conversation[-1].text(), history, filters, model=self.model)


class Written(NamedTuple):
    """An answer as Markdown, and where in it the citations stand (offsets in characters)."""

    text: str
    annotations: list[dict[str, Any]]


def make_openai_app(service: Service) -> FastAPI:
    """The API as an app of its own, to be mounted under `/v1`."""
    app = FastAPI(title="Dateline, OpenAI-compatible", docs_url=None, redoc_url=None)

    @app.get("/models")
    def list_models() -> dict[str, Any]:
        """Who may be asked."""
        models = [{"id": name, "object": "model", "created": 0, "owned_by": "dateline"} for name in service.models]
        return {"object": "list", "data": models}

    @app.post("/chat/completions", response_model=None)
    def complete(body: CompletionIn, request: Request) -> JSONResponse | StreamingResponse:
        """Answer the last message."""
        answers = service.stream(body.request())
        frame = {"id": f"chatcmpl-{uuid4().hex}", "created": int(time.time()), "model": body.model}
        address = f"{request.url.scheme}://{request.url.netloc}"
        if not body.stream:
            *_, answer = answers
            return JSONResponse(_completion(frame, answer, address))
        first = next(answers)  # what can't be asked is an error of the request, and not of the stream
        chunks = _chunks(frame, _continue(first, answers), address, body.stream_options or StreamOptions())

        def events() -> Iterator[str]:
            try:
                for chunk in chunks:
                    yield f"data: {json.dumps(chunk)}\n\n"
            except Exception as error:
                yield f"data: {json.dumps(_error(service.explain(error), status_of(error)))}\n\n"
            yield "data: [DONE]\n\n"

        return StreamingResponse(events(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    @app.exception_handler(RequestValidationError)
    async def refuse(_: Request, error: Exception) -> JSONResponse:
        return JSONResponse(_error(explain_fields(error), 400), 400)

    @app.exception_handler(HTTPException)
    async def turn_away(_: Request, error: Exception) -> JSONResponse:
        status = status_of(error)
        return JSONResponse(_error(explain_status(error), status), status)

    @app.exception_handler(DatelineError)
    @app.exception_handler(Exception)
    async def fail(_: Request, error: Exception) -> JSONResponse:
        status = status_of(error)
        return JSONResponse(_error(service.explain(error), status), status)

    return app


def write_answer(answer: Answer, address: str) -> Written:
    """The answer as Markdown in which every citation is a link, and nothing of an article's words is markup.

    `address` is the server's own, for articles that have no address on the web. What is not a sentence comes last, with
    an answer that is done: of one that grows, nothing is taken back.
    """
    shown = present(answer)

    def link(source: ShownSource) -> str:
        return source.address or f"{address}/api/articles/{quote(source.article_id, safe='')}"

    written = _write_sentences(shown, link)
    if answer.stage != "done":
        return written
    notes = map(escape_markdown, (shown.reason, *shown.doubts, *shown.notes))
    blocks = [
        bold_markdown(escape_markdown(shown.headline)),
        written.text,
        *notes,
        *write_markdown_disagreements(shown),
        *write_markdown_sources(shown, link),
    ]
    return Written("\n\n".join(filter(None, blocks)), written.annotations)


def _write_sentences(shown: Presentation, link: Callable[[ShownSource], str]) -> Written:
    sources = {source.number: source for source in shown.sources}
    text = ""
    annotations: list[dict[str, Any]] = []
    for sentence in shown.sentences:
        text += (" " if text else "") + escape_markdown(sentence.text)
        for source in (sources[marker] for marker in sentence.markers):
            url = link(source)
            start = len(text) + 1
            text += f" [{source.number}]({url})"
            place = {"start_index": start, "end_index": len(text), "url": url, "title": source.title}
            annotations.append({"type": "url_citation", "url_citation": place})
    return Written(text, annotations)


def _read_answer(text: str) -> str:
    """The words of an answer that a client sends back, without what `write_answer` put around them."""
    return unescape_markdown(_CITATION.sub("", _SOURCES_ON.sub("", text)))


def _completion(frame: dict[str, Any], answer: Answer, address: str) -> dict[str, Any]:
    text, annotations = write_answer(answer, address)
    message = {"role": "assistant", "content": text, "refusal": None, "annotations": annotations}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {**frame, "object": "chat.completion", "choices": [choice], "usage": _usage(answer)}


def _chunks(
    frame: dict[str, Any], answers: Iterator[Answer], address: str, options: StreamOptions
) -> Iterator[dict[str, Any]]:
    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return {**frame, "object": "chat.completion.chunk", "choices": [choice]}

    yield chunk({"role": "assistant", "content": ""})
    sent = ""
    annotations: list[dict[str, Any]] = []
    for answer in answers:
        text, annotations = write_answer(_settle(answer), address)
        if not text.startswith(sent):
            if answer.stage != "done":
                continue
            text, annotations = _say_anew(sent, text, annotations)
        if text != sent:
            yield chunk({"content": text[len(sent) :]})
            sent = text
    yield chunk({"annotations": annotations} if annotations else {}, "stop")
    if options.include_usage:
        yield {**frame, "object": "chat.completion.chunk", "choices": [], "usage": _usage(answer)}


def _settle(answer: Answer) -> Answer:
    """The part of a growing answer that stands: all but the last sentence, once one of them cites.

    Until then the model may still be on its way to a refusal.
    """
    if answer.stage == "done":
        return answer
    standing = answer.sentences[:-1]
    cites = any(sentence.citations for sentence in standing)
    return replace(answer, sentences=standing if cites else (), refused=False, reason="")


def _say_anew(sent: str, text: str, annotations: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """The text behind what was sent and can't be taken back."""
    start = len(sent) + 2
    moved = []
    for annotation in annotations:
        place = annotation["url_citation"]
        ends = {name: place[name] + start for name in ("start_index", "end_index")}
        moved.append({**annotation, "url_citation": {**place, **ends}})
    return f"{sent}\n\n{text}", moved


def _usage(answer: Answer) -> dict[str, int]:
    asked, said = answer.prompt_tokens or 0, answer.completion_tokens or 0
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def _continue(first: Answer, rest: Iterator[Answer]) -> Iterator[Answer]:
    yield first
    yield from rest


def _error(message: str, status: int) -> dict[str, Any]:
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}
