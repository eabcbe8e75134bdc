"""What limits the answers of a conversation: days, outlets, languages, collections, set and lifted by a line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from index import Filters, Library, UsageError, join_lines, name_language
from rag import ChosenDays, describe_filters, read_chosen_days

_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """The filters, and the day that answers are as of."""

    filters: Filters
    as_of: date | None

    @property
    def searched(self) -> Filters:
        """The filters, with nothing later than the day."""
        ends = [day for day in (self.filters.before, self.as_of) if day]
        return replace(self.filters, before=min(ends, default=None))

    def describe(self) -> str:
        """The limits in words; nothing where there are none."""
        day = [f"as of {self.as_of:%-d %B %Y}"] if self.as_of else []
        names = [f"in {' or '.join(self.filters.collections)}"] if self.filters.collections else []
        return " · ".join([*describe_filters(self.filters).values(), *names, *day])


def change_limits(limits: Limits, name: str, value: str, library: Library) -> Limits:
    """The limits with one set anew, or lifted where `value` is empty.

    `name` is one of LIMITS. Raises UsageError for a value that there is not.
    """
    return LIMITS[name](limits, value.strip(), library)


def _set_after(limits: Limits, value: str, library: Library) -> Limits:
    return _replace(limits, after=_read_days(limits, after=value).after)


def _set_before(limits: Limits, value: str, library: Library) -> Limits:
    return _replace(limits, before=_read_days(limits, before=value).before)


def _set_as_of(limits: Limits, value: str, library: Library) -> Limits:
    return replace(limits, as_of=_read_days(limits, as_of=value).as_of)


def _set_source(limits: Limits, value: str, library: Library) -> Limits:
    if not value:
        return _replace(limits, sources=())
    known = library.sources()
    found = next((source for source in known if source.casefold() == value.casefold()), "")
    if not found:
        raise UsageError(f"no article is from {join_lines(value)[:100]!r}. {_name_some('outlets', known)}")
    return _replace(limits, sources=(found,))


def _set_language(limits: Limits, value: str, library: Library) -> Limits:
    if not value:
        return _replace(limits, languages=())
    known = {code: name_language(code) for code in library.languages()}
    wanted = value.casefold()
    found = next((code for code, name in known.items() if wanted in (code.casefold(), name.casefold())), "")
    if not found:
        there = [f"{code} ({name})" for code, name in known.items()]
        raise UsageError(f"no article is in {join_lines(value)[:100]!r}. {_name_some('languages', there)}")
    return _replace(limits, languages=(found,))


def _set_collection(limits: Limits, value: str, library: Library) -> Limits:
    if not value:
        return _replace(limits, collections=())
    changed = _replace(limits, collections=(value,))
    library.scope(changed.filters)  # which says where there is no such collection
    return changed


LIMITS: dict[str, Callable[[Limits, str, Library], Limits]] = {
    "/after": _set_after,
    "/before": _set_before,
    "/as-of": _set_as_of,
    "/source": _set_source,
    "/language": _set_language,
    "/collection": _set_collection,
}


def _replace(limits: Limits, **changes: object) -> Limits:
    filters = replace(limits.filters, **changes)  # type: ignore[arg-type]
    if filters.after and filters.before and filters.after > filters.before:
        raise UsageError(f"nothing is published after {filters.after} and before {filters.before}. Change one of them.")
    return replace(limits, filters=filters)


def _read_days(limits: Limits, after: str = "", before: str = "", as_of: str = "") -> ChosenDays:
    return read_chosen_days(after, before, as_of, today=limits.as_of or date.today())


def _name_some(what: str, names: list[str]) -> str:
    if not names:
        return f"The articles name no {what}."
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"There are: {', '.join(map(join_lines, names[:_MOST_NAMED]))}{more}."
