"""Articles in, ranked passages out. The public face is `Library`; see ARCHITECTURE.md."""

from index.errors import DatelineError, UsageError
from index.library import Library
from index.records import AddReport, Article, Failure, Filters, Hit, Passage, Scope, Status

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
