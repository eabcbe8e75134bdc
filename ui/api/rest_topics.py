"""The REST API's overviews of a topic: `/api/timeline`, `/api/quotes`, `/api/disagreements` and `/api/brief`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import FastAPI, Query
from pydantic import BaseModel, ConfigDict

from index import Filters
from rag import brief_to_dict, read_chosen_filters, statements_to_dict, timeline_to_dict, topic_to_dict
from ui.api.fields import After, AsOf, Before, Collections, Languages, Sources, Topic
from ui.api.service import Service


class TopicIn(BaseModel):
    """A topic."""

    model_config = ConfigDict(extra="forbid")

    topic: Topic
    after: After = None
    before: Before = None
    sources: Sources = ()
    languages: Languages = ()
    collection: Collections = ()
    as_of: AsOf = None

    def read(self) -> tuple[str, Filters, date | None]:
        """The topic, the filters, and as of when. Raises UsageError for words that mean no day."""
        named = self.sources, self.languages
        return self.topic, *read_chosen_filters(self.after, self.before, *named, self.as_of, self.collection)


def add_topic_routes(app: FastAPI, service: Service) -> None:
    """Add the overviews to the API. Nothing found is an empty list with a `reason`."""

    @app.get("/timeline")
    def timeline(query: Annotated[TopicIn, Query()]) -> dict[str, Any]:
        """What happened about a topic, in order: `events`, each with its day or month, a sentence, and citations."""
        *_, found = service.timeline(*query.read())
        return timeline_to_dict(found)

    @app.get("/quotes")
    def quotes(query: Annotated[TopicIn, Query()]) -> dict[str, Any]:
        """Who said what about a topic, or what the person `topic` said, the newest first: `statements`."""
        return statements_to_dict(service.quotes(*query.read()))

    @app.get("/disagreements")
    def disagreements(query: Annotated[TopicIn, Query()]) -> dict[str, Any]:
        """What different articles on a topic contradict each other in: `disagreements`, each with its `sides`."""
        return topic_to_dict(service.disagreements(*query.read()))

    @app.get("/brief")
    def brief(query: Annotated[TopicIn, Query()]) -> dict[str, Any]:
        """A topic in brief: `sections` of lines, each with its citations."""
        return brief_to_dict(service.brief(*query.read()))
