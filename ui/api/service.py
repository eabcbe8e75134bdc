"""What every API does: search, ask, and read articles. The APIs translate, and do nothing else."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from starlette.exceptions import HTTPException

from index import Article, ArticleDamaged, DatelineError, Filters, Library, NoRights, SearchMode, UsageError
from rag import (
    OFFLINE,
    Answer,
    Brief,
    SearchResult,
    Settings,
    Spending,
    SpentToday,
    Statements,
    Timeline,
    TopicDisagreements,
    Turn,
    find_disagreements,
    find_statements,
    grow_timeline,
    make_brief,
    search,
    stream,
)
from ui.advice import explain_error
from ui.api.publish import hide_servers

MOST_HITS = 50
MOST_LISTED = 200  # articles in one list
MOST_TURNS = 200  # of a conversation that comes with a question
_FAILED = "Something went wrong here that should not have. Ask again; the server's log says more."

_log = logging.getLogger("dateline.api")


class NotFoundError(DatelineError):
    """There is no such article, or no such model."""


@dataclass(frozen=True, slots=True)
class AskRequest:
    """A question, and all that belongs to it. `model` is empty for the library's own.

    `without` are the kinds of filters that the question names and the asker lifts. With `exact`, passages must have the
    phrases in double quotes.
    """

    question: str
    history: tuple[Turn, ...] = ()
    filters: Filters = field(default_factory=Filters)
    as_of: date | None = None
    model: str = ""
    without: tuple[str, ...] = ()
    exact: bool = False


class Service:
    """The library as the APIs see it. Any number of threads may use one."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self._library = library
        self._settings = settings
        self._spending = Spending(library.folder, settings)

    @property
    def models(self) -> tuple[str, ...]:
        """Who may be asked, the library's own model first: a caller can't spend the keys on any other."""
        return tuple(dict.fromkeys((self._settings.model, OFFLINE)))

    def stream(self, request: AskRequest) -> Iterator[Answer]:
        """The answer as it grows. Raises NotFoundError for a model that is not served, UsageError for a question
        that can't be asked, DatelineError where a model fails.
        """
        model = request.model or self._settings.model
        if model not in self.models:
            raise NotFoundError(f"the model {model[:100]!r} is not served here. There are: {', '.join(self.models)}.")
        settings = replace(self._settings, model=model)
        answers = stream(
            self._library,
            request.question,
            request.history,
            settings,
            request.filters,
            request.as_of,
            without=request.without,
            exact=request.exact,
        )
        yield from map(hide_servers, answers)

    def ask(self, request: AskRequest) -> Answer:
        """The whole answer. Raises as `stream` does."""
        *_, answer = self.stream(request)
        return answer

    def search(
        self,
        question: str,
        limit: int,
        mode: SearchMode,
        filters: Filters,
        without: Sequence[str] = (),
        *,
        exact: bool = False,
    ) -> SearchResult:
        """At most `limit` passages, best first, for the question as `ask` understands it."""
        return search(self._library, question, limit, mode, filters, without, exact=exact)

    def disagreements(self, topic: str, filters: Filters, as_of: date | None = None) -> TopicDisagreements:
        """What the articles on a topic contradict each other in. Raises UsageError for what is no topic."""
        return find_disagreements(self._library, topic, filters, as_of)

    def timeline(self, topic: str, filters: Filters, as_of: date | None = None) -> Iterator[Timeline]:
        """What happened about a topic, as it grows; the last one is whole. Raises UsageError for what is no topic."""
        return grow_timeline(self._library, topic, filters, as_of)

    def quotes(self, about: str, filters: Filters, as_of: date | None = None) -> Statements:
        """Who said what about a topic, or what a person said. Raises UsageError for what is neither."""
        return find_statements(self._library, about, filters, as_of)

    def brief(self, topic: str, filters: Filters, as_of: date | None = None) -> Brief:
        """A topic in sections of cited lines. Raises UsageError for what is no topic."""
        return make_brief(self._library, topic, filters, as_of)

    def articles(self, offset: int, limit: int, collections: tuple[str, ...] = ()) -> tuple[list[Article], int]:
        """`limit` articles from the one numbered `offset` (0-based, the oldest first), and how many there are; with
        `collections`, of those that are in one of them.
        """
        filters = Filters(collections=collections)
        found = list(islice(self._library.articles(filters), offset, offset + limit))
        return found, self._library.scope(filters).searched

    def collections(self) -> dict[str, int]:
        """How many articles are in each collection, by its name."""
        return self._library.collections()

    def damaged(self) -> tuple[str, ...]:
        """What was left out of lists and searches since it is damaged."""
        return self._library.damaged()

    def article(self, article_id: str) -> Article:
        """The article with this id. Raises NotFoundError, ArticleDamaged."""
        try:
            return self._library.get(article_id)
        except ArticleDamaged:
            raise
        except DatelineError:
            raise NotFoundError(f"there is no article {article_id[:100]!r}.") from None

    @property
    def limited(self) -> bool:
        """True where a day has a limit, and somebody is served who counts towards it."""
        return self._spending.limited and self._settings.model != OFFLINE

    def spent_today(self) -> SpentToday:
        """What models have taken of the day's limit, for everybody. Raises DatelineError where nobody can say."""
        return self._spending.today()

    def counts(self) -> tuple[int, int]:
        """How many articles and passages there are."""
        status = self._library.status()
        return status.articles, status.passages

    def explain(self, error: Exception) -> str:
        """An error in words that may leave this machine: no path of it, and no traceback."""
        if isinstance(error, DatelineError):
            return explain_error(error, self._library)
        _log.error("a request failed", exc_info=error)
        return _FAILED


def status_of(error: Exception) -> int:
    """The HTTP status that says it."""
    if isinstance(error, HTTPException):
        return error.status_code
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, UsageError):
        return 400
    if isinstance(error, NoRights):
        return 403
    return 503 if isinstance(error, DatelineError) else 500
