"""`/v1/chat/completions`: the last message is the question, the answer is the reply."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from ui.api.openai.messages import MOST_MESSAGES, Asking, Message
from ui.api.openai.structured import FormatIn
from ui.api.openai.written import Place, Step, count_tokens


class StreamOptions(BaseModel):
    """What a stream holds besides the answer."""

    model_config = ConfigDict(extra="ignore")

    include_usage: bool = False


class CompletionIn(Asking):
    """A request for a completion. What else clients send is passed over, and named in a header, or refused."""

    model_config = ConfigDict(extra="allow")

    messages: Annotated[list[Message], Field(min_length=1, max_length=MOST_MESSAGES)]
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    response_format: FormatIn | None = None


class Frame(NamedTuple):
    """What every part of one completion has."""

    id: str
    created: int
    model: str


def make_completion(frame: Frame, steps: Iterator[Step]) -> dict[str, Any]:
    """The whole completion."""
    *_, step = steps
    message = {
        "role": "assistant",
        "content": step.written.text,
        "refusal": None,
        "annotations": _annotate(step.written.places),
    }
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {**frame._asdict(), "object": "chat.completion", "choices": [choice], "usage": _usage(step)}


def make_chunks(frame: Frame, steps: Iterator[Step], *, include_usage: bool) -> Iterator[dict[str, Any]]:
    """The completion in parts, as it grows."""

    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return {**frame._asdict(), "object": "chat.completion.chunk", "choices": [choice]}

    yield chunk({"role": "assistant", "content": ""})
    for step in steps:
        if step.said:
            yield chunk({"content": step.said})
    annotations = _annotate(step.written.places)
    yield chunk({"annotations": annotations} if annotations else {}, "stop")
    if include_usage:
        yield {**frame._asdict(), "object": "chat.completion.chunk", "choices": [], "usage": _usage(step)}


def write_chunk(chunk: dict[str, Any]) -> str:
    """A chunk as a server-sent event."""
    return f"data: {json.dumps(chunk)}\n\n"


def _annotate(places: tuple[Place, ...]) -> list[dict[str, Any]]:
    return [{"type": "url_citation", "url_citation": place.to_dict()} for place in places]


def _usage(step: Step) -> dict[str, int]:
    asked, said = count_tokens(step.answer)
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}
