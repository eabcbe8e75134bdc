"""The fields that REST and MCP have in common: what a question or a topic is limited to."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from index import LONGEST_QUESTION
from rag import FilterKind

_DAY = "A day in words: 2024-03-17, 2023-05, 2023, May 2023, yesterday, last week."

Question = Annotated[
    str, Field(min_length=1, max_length=LONGEST_QUESTION, description="In whole words, as to a person.")
]
Topic = Annotated[str, Field(min_length=1, max_length=LONGEST_QUESTION, description="What it is to be about.")]
After = Annotated[str | None, Field(max_length=60, description=f"Only articles published on that day or later. {_DAY}")]
Before = Annotated[
    str | None, Field(max_length=60, description=f"Only articles published on that day or before. {_DAY}")
]
AsOf = Annotated[str | None, Field(max_length=60, description=f"As of that day: nothing published later. {_DAY}")]
Sources = Annotated[
    tuple[Annotated[str, Field(max_length=500)], ...],
    Field(max_length=50, description="Only articles from these outlets."),
]
Languages = Annotated[
    tuple[Annotated[str, Field(max_length=100)], ...],
    Field(max_length=50, description="Only articles in these languages, as fr."),
]


def _list_names(given: Any) -> Any:
    return (given,) if isinstance(given, str) else given


Collections = Annotated[
    tuple[Annotated[str, Field(max_length=100)], ...],
    BeforeValidator(_list_names),
    Field(max_length=50, description="Only articles in one of these collections: names, or one of them as a text."),
]
Exact = Annotated[
    bool, Field(description="Passages must have the phrases in double quotes, which come first otherwise.")
]
Without = Annotated[
    tuple[FilterKind, ...],
    Field(max_length=3, description="Kinds of filters that the question's words name and that should not count."),
]
