"""Errors as RFC 9457 has them, and which of them each route may answer with."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from index import DatelineError
from ui.api.errors import NothingAddedError, explain_fields, explain_status, list_wrong_fields, status_of
from ui.api.rest.shapes import ProblemOut
from ui.api.service import Service
from ui.refusals import PROBLEM, refuse_rest

_MEANINGS = {
    400: "It can't be read, or asks for what makes no sense: no question, a day that isn't one.",
    401: "A token is needed, and was not sent.",
    403: "Not from here: the page of another site asks, or nothing may be changed.",
    404: "There is no such article, or no such model.",
    409: "A request with this Idempotency-Key is being answered. Send it again in a moment.",
    411: "The body has no Content-Length.",
    413: "The body is too large.",
    415: "The body is of another kind than this takes.",
    422: "A field is missing, unknown or wrong.",
    429: "Too many requests. Retry-After says how many seconds to wait.",
    503: "The library can't be read or written now, or the model doesn't answer.",
}
_EVERYWHERE = (401, 403, 429, 503)
_WITH_BODY = (400, 411, 413, 415, 422)
_SCHEMA = {"schema": {"$ref": "#/components/schemas/ProblemOut"}}

Responses = dict[int | str, dict[str, Any]]


def describe_problems(*statuses: int, body: bool = False) -> Responses:
    """The problems of a route for its description: those given, those that all have, and with `body` those of one."""
    named = sorted({*statuses, *_EVERYWHERE, *(_WITH_BODY if body else ())})
    return {status: {"description": _MEANINGS[status], "content": {PROBLEM: _SCHEMA}} for status in named}


def add_problem_schema(document: dict[str, Any]) -> None:
    """Put the shape of problems into an OpenAPI document, and take out the framework's own."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update({**problem.pop("$defs", {}), "ProblemOut": problem})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for operation in (operation for methods in document["paths"].values() for operation in methods.values()):
        if "HTTPValidationError" in str(operation["responses"].get("422")):  # of what has nothing that can be wrong
            del operation["responses"]["422"]


def handle_problems(app: FastAPI, service: Service) -> None:
    """Answer every error of the app with a problem."""

    @app.exception_handler(RequestValidationError)
    async def refuse_fields(_: Request, error: RequestValidationError) -> JSONResponse:
        why = f"{explain_fields(error)}. /api/docs lists the fields."
        return refuse_rest(422, why, errors=list_wrong_fields(error))

    @app.exception_handler(HTTPException)
    async def turn_away(_: Request, error: HTTPException) -> JSONResponse:
        return refuse_rest(status_of(error), explain_status(error), error.headers)

    @app.exception_handler(DatelineError)
    @app.exception_handler(Exception)
    async def fail(_: Request, error: Exception) -> JSONResponse:
        more: dict[str, Any] = {"failed": error.failed} if isinstance(error, NothingAddedError) else {}
        return refuse_rest(status_of(error), service.explain(error), **more)
