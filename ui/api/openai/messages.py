"""A conversation as chat programs send it, and what is asked in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from index import UsageError
from rag import Turn
from ui.api.fields import FilteredAnswer
from ui.api.openai.errors import UnsupportedError
from ui.api.openai.written import read_answer
from ui.api.service import MOST_TURNS, AskRequest

MOST_MESSAGES = 2 * MOST_TURNS
_LONGEST_MESSAGE = 200_000  # characters; instructions of chat programs are long
_LONGEST_ANSWER = 20_000  # characters of an earlier one that count
_TEXTS = ("text", "input_text", "output_text", "refusal")
_LISTS = ("sources", "languages", "collection", "without")
_NAMED = tuple(FilteredAnswer.model_fields)  # what `metadata` can limit a question by

Metadata = Annotated[
    dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=512)]],
    Field(
        max_length=16, description=f"{', '.join(_NAMED)} limit the question; a list is written a, b. The rest is yours."
    ),
]


class ContentPart(BaseModel):
    """A piece of a message. Only text can be read."""

    model_config = ConfigDict(extra="ignore")

    type: Annotated[str, Field(max_length=100)]
    text: Annotated[str | None, Field(max_length=_LONGEST_MESSAGE)] = None
    refusal: Annotated[str | None, Field(max_length=_LONGEST_MESSAGE)] = None

    def read(self) -> str:
        """The words. Raises UnsupportedError for what has none."""
        if self.type not in _TEXTS:
            raise UnsupportedError("messages", f"a part of type {self.type!r} can't be read here. Send text.")
        return self.text or self.refusal or ""


class Message(BaseModel):
    """One message of the conversation. What else a program keeps in it is passed over."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: (
        Annotated[str, Field(max_length=_LONGEST_MESSAGE)]
        | Annotated[list[ContentPart], Field(max_length=MOST_MESSAGES)]
        | None
    ) = None

    def text(self) -> str:
        """The words. Raises UnsupportedError for a picture and its like."""
        if isinstance(self.content, list):
            return " ".join(part.read() for part in self.content)
        return self.content or ""


class Asking(FilteredAnswer):
    """What both kinds of requests have: who is asked, and what limits the question, here or in `metadata`."""

    model: Annotated[str, Field(min_length=1, max_length=200, description="One of /v1/models.")]
    metadata: Metadata | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_metadata(cls, given: Any) -> Any:
        metadata = given.get("metadata") if isinstance(given, dict) else None
        if not isinstance(metadata, dict):
            return given
        named = {name: metadata[name] for name in _NAMED if isinstance(metadata.get(name), str)}
        for name in named.keys() & set(_LISTS):
            named[name] = [part.strip() for part in named[name].split(",") if part.strip()]
        return {**named, **given}

    def list_own_metadata(self) -> list[str]:
        """What of `metadata` limits nothing."""
        return [f"metadata.{name}" for name in self.metadata or {} if name not in _NAMED]

    def make_request(self, messages: Sequence[Message]) -> AskRequest:
        """The last message as the question, and the conversation before it. Instructions to a model are no question.

        Raises UsageError where there is no question, UnsupportedError for what can't be read.
        """
        conversation = [m for m in messages if m.role in ("user", "assistant") and m.content]
        if not conversation or conversation[-1].role != "user":
            raise UsageError("the last message must be the user's, with a text: it is the question.")
        history = tuple(
            Turn(asked.text(), read_answer(said.text()[:_LONGEST_ANSWER]))
            for asked, said in pairwise(conversation)
            if (asked.role, said.role) == ("user", "assistant")
        )
        filters, as_of = self.read_chosen()
        question = conversation[-1].text()
        return AskRequest(question, history, filters, as_of, self.model, self.without, self.exact)
