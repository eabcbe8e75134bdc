"""What is wrong with a request, in words and as an HTTP status."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from index import ArticleMissing, DatelineError, LibraryReadOnly, NoRights, NotAllowed, UsageError

_MOST_NAMED = 10  # fields that are wrong


class NotFoundError(DatelineError):
    """There is no such thing."""


class ModelNotFoundError(NotFoundError):
    """No such model is served."""


class NotAllowedError(DatelineError):
    """Nobody may do this here."""


class ConflictError(DatelineError):
    """Another request is doing this already."""


class UnfitError(UsageError):
    """A request that is read, and that can't be done as it is."""


class NothingAddedError(UnfitError):
    """All that was to be added failed: `failed` has of each the `origin` and the `reason`."""

    def __init__(self, failed: list[dict[str, str]]) -> None:
        super().__init__("nothing could be added; `failed` says why of each. Send what can be read.")
        self.failed = failed


def list_wrong_fields(error: RequestValidationError) -> list[dict[str, str]]:
    """The fields that are wrong, each with its name and what is wrong, without repeating what was sent."""
    return [{"field": _name(e["loc"]), "detail": str(e["msg"])[:200]} for e in error.errors()[:_MOST_NAMED]]


def explain_fields(error: RequestValidationError) -> str:
    """What is wrong with the fields of a request, in a line."""
    return "; ".join(f"{wrong['field']}: {wrong['detail']}" for wrong in list_wrong_fields(error))[:1_000]


def explain_status(error: HTTPException) -> str:
    """What the framework turned the request away for, in a line, and what to do."""
    advice = {
        400: "The body can't be read. Send it as its Content-Type says.",
        404: "There is nothing at this address. /api/docs lists what there is.",
        405: "The address is right and the method is not. /api/docs lists them.",
    }
    return advice.get(error.status_code, f"{error.detail}.")


def status_of(error: Exception) -> int:
    """The HTTP status that says it."""
    match error:
        case HTTPException():
            return error.status_code
        case NotFoundError() | ArticleMissing():
            return 404
        case NotAllowedError() | NotAllowed() | NoRights() | LibraryReadOnly():
            return 403
        case ConflictError():
            return 409
        case UnfitError():
            return 422
        case UsageError():
            return 400
    return 503 if isinstance(error, DatelineError) else 500


def _name(place: Sequence[Any]) -> str:
    return ".".join(str(part)[:100] for part in place)[:200]
