"""Errors in the shape that OpenAI's clients read."""

from __future__ import annotations

from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from index import UsageError
from ui.api.errors import ModelNotFoundError, explain_fields, status_of
from ui.api.service import Service
from ui.refusals import make_openai_error


class UnsupportedError(UsageError):
    """What the protocol has and a library can't do. `param` is the field that asks for it, and `code` OpenAI's."""

    def __init__(self, param: str, why: str, code: str = "unsupported_value") -> None:
        super().__init__(why)
        self.param = param
        self.code = code


def describe_error(service: Service, error: Exception) -> dict[str, Any]:
    """The error as clients read it."""
    why, status = service.explain(error), status_of(error)
    if isinstance(error, UnsupportedError):
        return make_openai_error(why, status, error.param, error.code)
    if isinstance(error, ModelNotFoundError):
        return make_openai_error(why, status, "model", "model_not_found")
    return make_openai_error(why, status)


def answer_error(service: Service, error: Exception) -> JSONResponse:
    """The error as a response."""
    return JSONResponse(describe_error(service, error), status_of(error))


def refuse_fields(error: RequestValidationError) -> JSONResponse:
    """What is wrong with the fields of a request."""
    (place, *_) = (e["loc"] for e in error.errors())
    param = ".".join(str(part) for part in place[1:])[:200] or None
    return JSONResponse(make_openai_error(explain_fields(error), 400, param, "invalid_value"), 400)
