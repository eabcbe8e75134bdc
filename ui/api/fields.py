"""The fields that REST, the OpenAI protocol and MCP have in common: what a question or a topic is limited to."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from index import LONGEST_QUESTION, Filters
from rag import Chosen, FilterKind, read_chosen_filters

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


class Strict(BaseModel):
    """Unknown fields are refused: a misspelt filter that is passed over would widen the search."""

    model_config = ConfigDict(extra="forbid")


class Filtered(Strict):
    """The articles that are looked at."""

    after: After = None
    before: Before = None
    sources: Sources = ()
    languages: Languages = ()
    collection: Collections = ()

    def read_filters(self) -> Filters:
        """The filters. Raises UsageError for words that mean no day."""
        return self._read(None).filters

    def _read(self, as_of: str | None) -> Chosen:
        named = self.sources, self.languages
        return read_chosen_filters(self.after, self.before, *named, as_of, self.collection)


class FilteredAsOf(Filtered):
    """The articles that are looked at, as of a day."""

    as_of: AsOf = None

    def read_chosen(self) -> Chosen:
        """The filters, and as of when. Raises UsageError for words that mean no day."""
        return self._read(self.as_of)


class FilteredQuestion(Filtered):
    """What a search is limited to."""

    without: Without = ()
    exact: Exact = False


class FilteredAnswer(FilteredQuestion, FilteredAsOf):
    """What an answer is limited to."""
