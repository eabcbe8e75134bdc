"""What an event of the page may bring along, by the parts that it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, TypeGuard

import gradio as gr
from gradio.blocks import BlockFunction

_FIELDS = {"data", "event_data", "fn_index", "trigger_id", "session_hash"}
_WITH_CHOICE = {"like", "example_select"}  # events that say what was chosen
_LAST_ERRORS: ContextVar[list[Exception] | None] = ContextVar("unreadable", default=None)


class BadRequestError(ValueError):
    """Why a request of the page is not passed on."""


class QuietBlocks(gr.Blocks):  # type: ignore[misc]
    """Blocks for which a value that no part can have is an error of who sent it: no traceback of it, and status 400."""

    async def preprocess_data(self, *given: Any, **named: Any) -> Any:
        try:
            return await super().preprocess_data(*given, **named)
        except Exception as error:
            errors = _LAST_ERRORS.get()
            if errors is not None:
                errors.append(error)
            said = "The page sent what this part can't have. Load it again."
            raise gr.Error(said, print_exception=False) from None


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
    for kind, fits in _FITTING:
        if isinstance(part, kind):
            if value is not None and not fits(value):
                raise BadRequestError(f"a {kind.__name__} can't have such a value")
            return value
    if isinstance(part, gr.State):  # the server has it
        return None
    raise BadRequestError(f"nobody has said what a {type(part).__name__} may have")


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_choice(value: object) -> bool:
    return _is_text(value) or (isinstance(value, list) and all(map(_is_text, value)))


def _is_files(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(file, dict) and "path" in file for file in value)


_FITTING: tuple[tuple[type, Callable[[object], bool]], ...] = (
    (gr.Textbox, _is_text),
    (gr.Dropdown, _is_choice),
    (gr.DateTime, _is_text),
    (gr.File, _is_files),
)
