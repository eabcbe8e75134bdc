"""Asking and searching: `/api/ask` and `/api/search`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import FastAPI, Query, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import Field

from index import LONGEST_QUESTION, SearchMode
from rag import Turn, corrections_to_dict, filters_to_dict, hit_to_dict
from ui.api.errors import status_of
from ui.api.fields import FilteredAnswer, FilteredQuestion, Question, Strict
from ui.api.publish import publish_answer
from ui.api.rest.answer_shapes import AnswerOut
from ui.api.rest.events import CONTENT, list_changes, write_event
from ui.api.rest.problems import describe_problems
from ui.api.rest.shapes import HitOut
from ui.api.service import MOST_HITS, MOST_TURNS, AskRequest, Service
from ui.refusals import make_problem


class TurnIn(Strict):
    """One earlier question of the conversation, and the answer to it."""

    question: Annotated[str, Field(max_length=LONGEST_QUESTION, description="As it was asked.")]
    answer: Annotated[str, Field(max_length=20_000, description="In words.")]
    standalone_question: str = Field("", max_length=LONGEST_QUESTION, description="As the answer to it has that.")


class AskIn(FilteredAnswer):
    """A question to answer."""

    question: Question
    history: list[TurnIn] = Field([], max_length=MOST_TURNS, description="The conversation so far, the oldest first.")
    model: str = Field("", max_length=200, description="One of /v1/models; empty: the library's own.")
    stream: bool = Field(False, description="Send the answer as it grows, as server-sent events.")

    def request(self) -> AskRequest:
        history = tuple(Turn(turn.question, turn.answer, turn.standalone_question) for turn in self.history)
        return AskRequest(self.question, history, *self.read_chosen(), self.model, self.without, self.exact)


class SearchIn(FilteredQuestion):
    """A search."""

    question: Question
    limit: int = Field(10, ge=1, le=MOST_HITS, description="How many passages at most.")
    mode: SearchMode = Field("hybrid", description="Vectors, full text, or both.")


def add_question_routes(app: FastAPI, service: Service) -> None:
    """Add asking and searching to the API."""
    answered = {"model": AnswerOut, "description": "The answer, or its growth.", "content": CONTENT}

    @app.post("/ask", response_model=None, responses={**describe_problems(404, body=True), 200: answered})
    def ask(body: AskIn) -> JSONResponse | StreamingResponse:
        """Answer a question; with `stream`, as it grows, in events that each have what has changed."""
        answers = service.stream(body.request())
        if not body.stream:
            *_, answer = answers
            return JSONResponse(publish_answer(answer))
        changes = list_changes(answers)
        first = next(changes)  # what can't be asked is an error of the request, and not of the stream

        def events() -> Iterator[str]:
            yield write_event(*first)
            try:
                for change in changes:
                    yield write_event(*change)
            except Exception as error:
                yield write_event("error", make_problem(status_of(error), service.explain(error)))

        return StreamingResponse(events(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    @app.get(
        "/search",
        response_model=list[HitOut],
        response_model_exclude_unset=True,
        responses=describe_problems(400, 422),
    )
    def search(query: Annotated[SearchIn, Query()], response: Response) -> list[dict[str, Any]]:
        """The passages that fit a question best. The header `Dateline-Question` has, as JSON, the filters that the
        question `named`, the `reason` where they leave no article, the `corrections` of misspelt words, and what is
        `damaged` and left out, if anything.
        """
        filters = query.read_filters()
        found = service.search(query.question, query.limit, query.mode, filters, query.without, exact=query.exact)
        understood = {
            "named": filters_to_dict(found.question.named),
            "reason": found.reason,
            "corrections": corrections_to_dict(found.question.corrections),
        }
        if damaged := service.damaged():
            understood["damaged"] = damaged
        response.headers["Dateline-Question"] = json.dumps(understood)
        return [hit_to_dict(hit) for hit in found.hits]
