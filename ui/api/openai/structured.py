"""An answer as JSON with its citations, cut to the schema that a request gives."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from rag import Answer
from ui.api.openai.errors import UnsupportedError
from ui.api.openai.written import Step, Written, make_link
from ui.presentation import present

_DEEPEST = 20  # schemas and references in each other
_MOST_STEPS = 20_000  # of cutting one answer: choices within choices multiply
_SILENT = frozenset(  # keywords that ask for nothing
    "type properties required additionalProperties items anyOf oneOf $ref $defs definitions "
    "title description default examples $schema $id strict".split()
)
_TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer"}
# What an answer has, with a value of each kind: a schema is held against this before anybody searches.
_SHAPE: dict[str, Any] = {
    "answer": "",
    "refused": False,
    "reason": "",
    "sentences": [{"text": "", "citations": [1]}],
    "citations": [{"marker": 1, "title": "", "source": "", "published": "", "url": "", "quotes": [""]}],
}

Fit = Callable[[Any], Any]


class SchemaIn(BaseModel):
    """A JSON schema with its name."""

    model_config = ConfigDict(extra="ignore")

    name: Annotated[str, Field(max_length=64)] = "answer"
    schema_: Annotated[dict[str, Any], Field(alias="schema")] = {}


class FormatIn(BaseModel):
    """What the answer is to be: text, any JSON, or JSON of a schema (there, or beside the type)."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["text", "json_object", "json_schema"] = "text"
    json_schema: SchemaIn | None = None
    schema_: Annotated[dict[str, Any] | None, Field(alias="schema")] = None

    def make_fit(self) -> Fit | None:
        """What cuts an answer to the schema; None where text is wanted. Raises UnsupportedError."""
        if self.type == "text":
            return None
        schema = self.schema_ or (self.json_schema.schema_ if self.json_schema else {})
        cut = _Cutter(schema)
        cut(_SHAPE)
        return cut


def answer_to_object(answer: Answer, address: str) -> dict[str, Any]:
    """The answer as `_SHAPE` has it. What isn't known is empty, never null."""
    shown = present(answer)
    link = make_link(address)
    sources = {source.number: source for source in shown.sources}
    return {
        "answer": answer.text(),
        "refused": answer.refused,
        "reason": answer.reason,
        "sentences": [{"text": s.text, "citations": list(s.citations)} for s in answer.sentences],
        "citations": [
            {
                "marker": c.marker,
                "title": c.hit.article.title,
                "source": c.hit.article.attributed,
                "published": c.hit.article.published.isoformat() if c.hit.article.published else "",
                "url": link(sources[c.marker]) if c.marker in sources else "",
                "quotes": list(c.quoted()),
            }
            for c in answer.citations
        ],
    }


def write_object(answers: Iterator[Answer], address: str, fit: Fit) -> Iterator[Step]:
    """The answer as JSON, in one step when it is done: half an object is of no use."""
    for answer in answers:
        if answer.stage == "done":
            text = json.dumps(fit(answer_to_object(answer, address)), ensure_ascii=False)
            yield Step(text, Written(text), answer)


class _Cutter:
    """Cuts a value to a JSON schema: fields that it doesn't name are left out."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._root = schema

    def __call__(self, value: Any) -> Any:
        self._steps = 0
        return self._cut(self._root, value, "the answer", 0)

    def _cut(self, schema: Any, value: Any, place: str, depth: int) -> Any:
        if schema is True:
            return value
        self._steps += 1
        if not isinstance(schema, Mapping) or depth > _DEEPEST or self._steps > _MOST_STEPS:
            raise _unfit(f"what it says of {place} can't be read")
        if "$ref" in schema:
            return self._cut(self._look_up(schema["$ref"], place), value, place, depth + 1)
        if unknown := [name for name in schema if name not in _SILENT]:
            raise _unfit(f"it demands {str(unknown[0])[:50]!r} of {place}, and nobody can promise that")
        if choices := schema.get("anyOf") or schema.get("oneOf"):
            return self._cut_to_one(choices, value, place, depth)
        wanted = schema.get("type")
        kind = _TYPES[type(value)]
        fits = {kind, "number"} if kind == "integer" else {kind}
        if wanted is not None and not fits & set(wanted if isinstance(wanted, list) else [str(wanted)]):
            raise _unfit(f"{place} is of type {kind}")
        if kind == "object":
            return self._cut_object(schema, value, place, depth)
        if kind == "array" and "items" in schema:
            return [self._cut(schema["items"], part, f"a part of {place}", depth + 1) for part in value]
        return value

    def _cut_object(self, schema: Mapping[str, Any], value: Mapping[str, Any], place: str, depth: int) -> Any:
        named, required = schema.get("properties"), schema.get("required", [])
        if not (named is None or isinstance(named, Mapping)) or not isinstance(required, list):
            raise _unfit(f"what it says of {place} can't be read")
        if lacking := [name for name in required if name not in value]:
            raise _unfit(f"{place} has no {str(lacking[0])[:50]!r}; it has: {', '.join(value)}")
        if named is None:
            return value
        return {
            name: self._cut(part, value[name], str(name), depth + 1) for name, part in named.items() if name in value
        }

    def _cut_to_one(self, choices: Any, value: Any, place: str, depth: int) -> Any:
        error = _unfit(f"what it says of {place} can't be read")
        for choice in choices if isinstance(choices, list) else []:
            try:
                return self._cut(choice, value, place, depth + 1)
            except UnsupportedError as said:
                error = said
                if self._steps > _MOST_STEPS:
                    break
        raise error

    def _look_up(self, reference: Any, place: str) -> Any:
        found: Any = self._root
        for name in str(reference).removeprefix("#").strip("/").split("/") if reference != "#" else []:
            found = found.get(name) if isinstance(found, Mapping) else None
        if found is None or not str(reference).startswith("#"):
            raise _unfit(f"its reference of {place} leads nowhere")
        return found


def _unfit(why: str) -> UnsupportedError:
    return UnsupportedError("response_format", f"the schema can't be kept: {why}. Change the schema.", "invalid_schema")
