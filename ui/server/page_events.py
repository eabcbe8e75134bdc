"""What an event of the page may bring along, by the parts that it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, TypeGuard, TypeVar

import gradio as gr
from gradio.blocks import BlockFunction

from index import NoRights, on_behalf_of
from ui.server.owners import read_actor

_FIELDS = {"data", "event_data", "fn_index", "trigger_id", "session_hash"}
_WITH_CHOICE = {"like", "example_select"}  # events that say what was chosen
_LAST_ERRORS: ContextVar[list[Exception] | None] = ContextVar("unreadable", default=None)


F = TypeVar("F", bound=Callable[..., Any])


class BadRequestError(ValueError):
    """Why a request of the page is not passed on."""


class QuietBlocks(gr.Blocks):  # type: ignore[misc]
    """Blocks for which a value that no part can have is an error of who sent it: no traceback of it, and status 400.

    What an event does is done on behalf of whoever sent it.
    """

    async def process_api(self, *given: Any, request: Any = None, **named: Any) -> Any:
        with on_behalf_of(read_actor(request)):
            try:
                return await super().process_api(*given, request=request, **named)
            except NoRights as error:
                raise gr.Error(str(error), print_exception=False) from None

    async def preprocess_data(self, *given: Any, **named: Any) -> Any:
        try:
            return await super().preprocess_data(*given, **named)
        except Exception as error:
            errors = _LAST_ERRORS.get()
            if errors is not None:
                errors.append(error)
            said = "The page sent what this part can't have. Load it again."
            raise gr.Error(said, print_exception=False) from None


def writes(function: F) -> F:
    """Mark what is done on an event as adding or removing: only for those who may."""
    function.writes = True  # type: ignore[attr-defined]
    return function


def is_writing(body: dict[str, Any], events: Mapping[int, BlockFunction]) -> bool:
    """True for an event that adds or removes, as far as `check_event` has found nothing wrong with it."""
    return getattr(events[body["fn_index"]].fn, "writes", False)


def note_unreadable() -> list[Exception]:
    """A list that grows by what can't be read, in the requests that this task goes on to make."""
    errors: list[Exception] = []
    _LAST_ERRORS.set(errors)
    return errors


def check_event(body: dict[str, Any], events: Mapping[int, BlockFunction], *, queued: bool) -> dict[str, Any]:
    """Return an event as Gradio may have it. Raises BadRequestError for one that the page can't have sent."""
    if unknown := sorted(body.keys() - _FIELDS):
        raise BadRequestError(f"it has a field {unknown[0][:50]!r}, which is none")
    number, trigger = body.get("fn_index"), body.get("trigger_id")
    event = events.get(number) if _is_number(number) else None
    if event is None or bool(event.queue) != queued:
        raise BadRequestError("it names no event of this page")
    if trigger is not None and not _is_number(trigger):
        raise BadRequestError("it names no part of this page")
    about = body.get("event_data")
    says = {name for _, name in event.targets}
    if says & _WITH_CHOICE and not (isinstance(about, dict) and {"index", "value"} <= about.keys()):
        raise BadRequestError("it does not say what was chosen")
    data = body.get("data")
    if not isinstance(data, list) or len(data) != len(event.inputs):
        raise BadRequestError(f"it has to bring {len(event.inputs)} values")
    if body.get("session_hash") is None:
        raise BadRequestError("it names no session")
    values = [_check_value(part, value) for part, value in zip(event.inputs, data, strict=True)]
    return {**body, "data": values}


def _check_value(part: object, value: Any) -> Any:
    """The value as the part has it. Raises BadRequestError for one that it can't have."""
    if isinstance(part, gr.State):  # the server has it
        return None
    if isinstance(part, gr.Textbox):
        value, fits = value or "", isinstance(value, str | None)
    elif isinstance(part, gr.Dropdown) and part.multiselect:
        value, fits = value or [], value is None or _is_list_of(str, value)
    elif isinstance(part, gr.Dropdown | gr.Radio):
        fits = isinstance(value, str | None)
    elif isinstance(part, gr.File):
        fits = value is None or (_is_list_of(dict, value) and all("path" in file for file in value))
    else:
        raise BadRequestError(f"nobody has said what a {type(part).__name__} may have")
    if not fits:
        raise BadRequestError(f"a {type(part).__name__} can't have such a value")
    return value


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_list_of(kind: type, value: object) -> bool:
    return isinstance(value, list) and all(isinstance(part, kind) for part in value)
