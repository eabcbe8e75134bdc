"""Articles in, ranked passages out. The public face is `Library`; see ARCHITECTURE.md."""

from typing import TYPE_CHECKING, Any

from index.errors import DatelineError, UsageError
from index.records import AddReport, Article, Failure, Filters, Hit, Passage, Scope, Status

if TYPE_CHECKING:
    from index.library import Library

__all__ = [
    "AddReport",
    "Article",
    "DatelineError",
    "Failure",
    "Filters",
    "Hit",
    "Library",
    "Passage",
    "Scope",
    "Status",
    "UsageError",
]


def __getattr__(name: str) -> Any:
    """`Library`, when it is first asked for: the processes that read files do without what it loads."""
    if name == "Library":
        from index.library import Library

        return Library
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
