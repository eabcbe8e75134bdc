"""The REST API's overviews of a topic: `/api/timeline`, `/api/quotes`, `/api/disagreements` and `/api/brief`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import FastAPI, Query

from index import Filters
from rag import brief_to_dict, statements_to_dict, timeline_to_dict, topic_to_dict
from ui.api.fields import FilteredAsOf, Topic
from ui.api.rest.answer_shapes import BriefOut, DisagreementsOut, StatementsOut, TimelineOut
from ui.api.rest.problems import describe_problems
from ui.api.service import Service


class TopicIn(FilteredAsOf):
    """A topic."""

    topic: Topic

    def read(self) -> tuple[str, Filters, date | None]:
        """The topic, the filters, and as of when. Raises UsageError for words that mean no day."""
        return self.topic, *self.read_chosen()


def add_topic_routes(app: FastAPI, service: Service) -> None:
    """Add the overviews to the API. Nothing found is an empty list with a `reason`."""
    common: dict[str, Any] = {"response_model_exclude_unset": True, "responses": describe_problems(400, 422)}

    @app.get("/timeline", response_model=TimelineOut, **common)
    def timeline(query: Annotated[TopicIn, Query()]) -> dict[str, Any]:
        """What happened about a topic, in order: `events`, each with its day or month, a sentence, and citations."""
        *_, found = service.timeline(*query.read())
        return timeline_to_dict(found)

    @app.get("/quotes", response_model=StatementsOut, **common)
    def quotes(query: Annotated[TopicIn, Query()]) -> dict[str, Any]:
        """Who said what about a topic, or what the person `topic` said, the newest first: `statements`."""
        return statements_to_dict(service.quotes(*query.read()))

    @app.get("/disagreements", response_model=DisagreementsOut, **common)
    def disagreements(query: Annotated[TopicIn, Query()]) -> dict[str, Any]:
        """What different articles on a topic contradict each other in: `disagreements`, each with its `sides`."""
        return topic_to_dict(service.disagreements(*query.read()))

    @app.get("/brief", response_model=BriefOut, **common)
    def brief(query: Annotated[TopicIn, Query()]) -> dict[str, Any]:
        """A topic in brief: `sections` of lines, each with its citations."""
        return brief_to_dict(service.brief(*query.read()))
