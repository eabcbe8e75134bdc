"""`/v1/responses`: text in, text out, with its citations as annotations; nothing of it is kept here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field

from ui.api.openai.errors import UnsupportedError
from ui.api.openai.messages import MOST_MESSAGES, Asking, ContentPart, Message
from ui.api.openai.structured import FormatIn
from ui.api.openai.written import Place, Step, count_tokens

_LONGEST_INPUT = 200_000  # characters
_KEPT = ("previous_response_id", "conversation", "prompt")  # what would have to be kept here


class ItemIn(BaseModel):
    """A message of the conversation, or another item, which is passed over."""

    model_config = ConfigDict(extra="ignore")

    type: Annotated[str, Field(max_length=100)] = "message"
    role: Annotated[str, Field(max_length=100)] = ""
    content: (
        Annotated[str, Field(max_length=_LONGEST_INPUT)]
        | Annotated[list[ContentPart], Field(max_length=MOST_MESSAGES)]
        | None
    ) = None


class TextIn(BaseModel):
    """What the text is to be."""

    model_config = ConfigDict(extra="ignore")

    format: FormatIn | None = None


class ResponseIn(Asking):
    """A request for a response. What else clients send is passed over, and named in a header, or refused."""

    model_config = ConfigDict(extra="allow")

    input: (
        Annotated[str, Field(max_length=_LONGEST_INPUT)]
        | Annotated[list[ItemIn], Field(min_length=1, max_length=MOST_MESSAGES)]
    )
    instructions: Annotated[str | None, Field(max_length=_LONGEST_INPUT)] = None
    stream: bool | None = False
    text: TextIn | None = None
    previous_response_id: Any = None
    conversation: Any = None
    prompt: Any = None

    def read_messages(self) -> list[Message]:
        """The conversation. Raises UnsupportedError for one that would have to be kept here."""
        for name in _KEPT:
            if getattr(self, name) is not None:
                raise UnsupportedError(name, f"{name}: nothing is kept here. Send the whole conversation as input.")
        messages = [Message(role="system", content=self.instructions)] if self.instructions else []
        if isinstance(self.input, str):
            return [*messages, Message(role="user", content=self.input)]
        for item in self.input:
            if item.type != "message":
                continue
            if item.role not in ("system", "developer", "user", "assistant"):
                raise UnsupportedError("input", "a message's role is system, developer, user or assistant.")
            messages.append(Message.model_validate({"role": item.role, "content": item.content}))
        return messages


class Response(NamedTuple):
    """What every part of one response has."""

    id: str
    created: int
    asked: ResponseIn

    def to_dict(self, status: str, output: list[dict[str, Any]], step: Step | None = None) -> dict[str, Any]:
        """The response as it is now."""
        return {
            "id": self.id,
            "object": "response",
            "created_at": self.created,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "instructions": self.asked.instructions,
            "max_output_tokens": None,
            "metadata": self.asked.metadata or {},
            "model": self.asked.model,
            "output": output,
            "parallel_tool_calls": False,
            "previous_response_id": None,
            "reasoning": {"effort": None, "summary": None},
            "store": False,
            "temperature": None,
            "text": {"format": {"type": "text"}},
            "tool_choice": "auto",
            "tools": [],
            "top_p": None,
            "truncation": "disabled",
            "usage": _usage(step) if step else None,
            "user": None,
        }


def make_response(response: Response, steps: Iterator[Step]) -> dict[str, Any]:
    """The whole response."""
    *_, step = steps
    return response.to_dict("completed", [_message(_message_id(), step)], step)


def make_events(response: Response, steps: Iterator[Step]) -> Iterator[dict[str, Any]]:
    """The response as typed events, numbered from 0."""
    for number, event in enumerate(_list_events(response, steps)):
        yield {**event, "sequence_number": number}


def write_event(event: dict[str, Any]) -> str:
    """An event as a server-sent one."""
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"


def _list_events(response: Response, steps: Iterator[Step]) -> Iterator[dict[str, Any]]:
    item = _message_id()
    at = {"item_id": item, "output_index": 0, "content_index": 0}
    begun = response.to_dict("in_progress", [])
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    empty = {"id": item, "type": "message", "status": "in_progress", "role": "assistant", "content": []}
    yield {"type": "response.output_item.added", "output_index": 0, "item": empty}
    yield {"type": "response.content_part.added", **at, "part": _part("", ())}
    for step in steps:
        if step.said:
            yield {"type": "response.output_text.delta", **at, "delta": step.said, "logprobs": []}
    text, places = step.written
    for number, place in enumerate(places):
        annotation = {"annotation_index": number, "annotation": _annotate(place)}
        yield {"type": "response.output_text.annotation.added", **at, **annotation}
    yield {"type": "response.output_text.done", **at, "text": text, "logprobs": []}
    yield {"type": "response.content_part.done", **at, "part": _part(text, places)}
    message = _message(item, step)
    yield {"type": "response.output_item.done", "output_index": 0, "item": message}
    yield {"type": "response.completed", "response": response.to_dict("completed", [message], step)}


def _message_id() -> str:
    return f"msg_{uuid4().hex}"


def _message(item: str, step: Step) -> dict[str, Any]:
    content = [_part(*step.written)]
    return {"id": item, "type": "message", "status": "completed", "role": "assistant", "content": content}


def _part(text: str, places: tuple[Place, ...]) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [_annotate(p) for p in places], "logprobs": []}


def _annotate(place: Place) -> dict[str, Any]:
    return {"type": "url_citation", **place.to_dict()}


def _usage(step: Step) -> dict[str, Any]:
    asked, said = count_tokens(step.answer)
    return {
        "input_tokens": asked,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": said,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": asked + said,
    }
