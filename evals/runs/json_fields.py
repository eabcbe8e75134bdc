"""Reading an object of JSON field by field, each checked for its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

T = TypeVar("T")
Number = int | float


class JsonFields:
    """The fields of an object of JSON; KeyError for one that is missing and has no default, TypeError for a wrong one.

    A default stands in for a field that is missing, never for one of another type.
    """

    def __init__(self, values: object) -> None:
        if not isinstance(values, Mapping):
            raise TypeError("it is not an object")
        self._values = values

    def has(self, name: str) -> bool:
        """True where the field is there and not null."""
        return self._values.get(name) is not None

    def text(self, name: str, default: str | None = None) -> str:
        """A text."""
        return self._read(name, str, "a text", default)

    def optional_text(self, name: str) -> str | None:
        """A text, or None."""
        return self.text(name) if self.has(name) else None

    def one_of(self, name: str, known: Sequence[T], default: T) -> T:
        """One of the known values."""
        value = self._values.get(name, default)
        if value not in known:
            raise ValueError(f"`{name}` is not one of {', '.join(map(str, known))}")
        return value  # type: ignore[no-any-return]

    def flag(self, name: str, default: bool | None = None) -> bool:
        """True or false."""
        return self._read(name, bool, "true or false", default)

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number."""
        return _to_whole(self._get(name, default), name)

    def optional_whole(self, name: str) -> int | None:
        """A whole number, or None."""
        return self.whole(name) if self.has(name) else None

    def number(self, name: str, default: float | None = None) -> float:
        """A number."""
        return _to_number(self._get(name, default), name)

    def optional_number(self, name: str) -> float | None:
        """A number, or None."""
        return self.number(name) if self.has(name) else None

    def day(self, name: str) -> date:
        """A day in ISO 8601."""
        return date.fromisoformat(self.text(name))

    def optional_day(self, name: str) -> date | None:
        """A day, or None."""
        return self.day(name) if self.has(name) else None

    def time(self, name: str) -> datetime:
        """A time in ISO 8601."""
        return datetime.fromisoformat(self.text(name))

    def optional_time(self, name: str) -> datetime | None:
        """A time, or None."""
        return self.time(name) if self.has(name) else None

    def object(self, name: str) -> JsonFields:
        """An object."""
        return JsonFields(self.mapping(name))

    def optional_object(self, name: str) -> JsonFields | None:
        """An object, or None."""
        return self.object(name) if self.has(name) else None

    def mapping(self, name: str, default: dict[str, Any] | None = None) -> dict[str, Any]:
        """An object whose names are not known beforehand."""
        return self._read(name, dict, "an object", default)

    def numbers(self, name: str, default: dict[str, Any] | None = None) -> dict[str, float]:
        """An object of numbers."""
        return {key: _to_number(value, f"{name}.{key}") for key, value in self.mapping(name, default).items()}

    def wholes(self, name: str) -> dict[str, int]:
        """An object of whole numbers; an empty one where it is missing."""
        return {key: _to_whole(value, f"{name}.{key}") for key, value in self.mapping(name, {}).items()}

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; an empty one where it is missing."""
        return self.list(name, lambda value: _to_text(value, name))

    def objects(self, name: str, make: Callable[[JsonFields], T]) -> tuple[T, ...]:
        """A list of objects, each made into a record; an empty one where it is missing."""
        return self.list(name, lambda value: make(JsonFields(value)))

    def list(self, name: str, make: Callable[[Any], T]) -> tuple[T, ...]:
        """A list, each of its values made into something; an empty one where it is missing."""
        values = self._values.get(name, [])
        if not isinstance(values, Sequence) or isinstance(values, str):
            raise TypeError(f"`{name}` is not a list")
        return tuple(make(value) for value in values)

    def _get(self, name: str, default: Any) -> Any:
        return self._values[name] if default is None else self._values.get(name, default)

    def _read(self, name: str, kind: type[T], called: str, default: T | None) -> T:
        value = self._get(name, default)
        if not isinstance(value, kind):
            raise TypeError(f"`{name}` is not {called}")
        return value


def _to_text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"`{name}` holds what is not a text")
    return value


def _to_whole(value: object, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"`{name}` is not a whole number")
    return value


def _to_number(value: object, name: str) -> float:
    if not isinstance(value, Number) or isinstance(value, bool):
        raise TypeError(f"`{name}` is not a number")
    return value
