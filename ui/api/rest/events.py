"""A growing answer as server-sent events, each with what has changed since the one before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rag import Answer
from ui.api.publish import publish_answer

_DESCRIPTION = (
    "Server-sent events named searching, answering, checking, translating (where an LLM translates quotes) and done; "
    "or error, with a problem. Each one's data is what has changed since the one before: put the fields of `changed` "
    "over those that you have, and of each list in `lists` put the `items` in the place of all from number `start` on "
    "(from 0). After done you have the answer that is sent without `stream`."
)
_LIST = {
    "type": "object",
    "required": ["start", "items"],
    "properties": {
        "start": {"type": "integer", "description": "How many of the list stay as they are."},
        "items": {"type": "array", "description": "The list from there on.", "items": {}},
    },
}
# For the OpenAPI document; `itemSchema` is of its version 3.2.
CONTENT: dict[str, Any] = {
    "text/event-stream": {
        "schema": {"type": "string", "description": _DESCRIPTION},
        "itemSchema": {
            "type": "object",
            "required": ["changed", "lists"],
            "properties": {
                "changed": {"type": "object", "description": "Fields of AnswerOut that are new or have changed."},
                "lists": {
                    "type": "object",
                    "description": "Lists of AnswerOut that are new or have changed, by their names.",
                    "additionalProperties": _LIST,
                },
            },
        },
    }
}


def list_changes(answers: Iterator[Answer]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The stage of each answer, and what has changed since the one before."""
    known: dict[str, Any] = {}
    for answer in answers:
        now = publish_answer(answer)
        new = {name: value for name, value in now.items() if name not in known or known[name] != value}
        changed = {name: value for name, value in new.items() if not isinstance(value, list)}
        lists = {name: _cut_known(known.get(name, []), value) for name, value in new.items() if isinstance(value, list)}
        yield answer.stage, {"changed": changed, "lists": lists}
        known = now


def _cut_known(known: list[Any], now: list[Any]) -> dict[str, Any]:
    """A list from the first of its parts on that is another."""
    same = 0
    while same < min(len(known), len(now)) and known[same] == now[same]:
        same += 1
    return {"start": same, "items": now[same:]}


def write_event(name: str, data: dict[str, Any]) -> str:
    """An event as the stream has it."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
