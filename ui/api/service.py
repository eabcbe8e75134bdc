"""What every API does: search, ask, read articles, add and remove them. The APIs translate, and do nothing else."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from index import (
    NO_FILTERS,
    AddReport,
    Article,
    ArticleDamaged,
    DatelineError,
    Failure,
    Filters,
    Library,
    ModelState,
    Passage,
    SearchMode,
    Status,
    Vectors,
    Version,
    add_urls,
    find_models,
    read_files_in_subprocesses,
)
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
from ui.api.errors import ModelNotFoundError, NotAllowedError, NotFoundError
from ui.api.events import ServerEvents
from ui.api.publish import hide_servers
from ui.listing import ORDERS

MOST_HITS = 50
MOST_LISTED = 200  # articles in one list
MOST_TURNS = 200  # of a conversation that comes with a question
_FAILED = "Something went wrong here that should not have. Ask again; the server's log says more."
_UNUSABLE = "this model is not on the server, or can't be used. Whoever looks after it can see why."

_log = logging.getLogger("dateline.api")


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

    def __init__(self, library: Library, settings: Settings, *, read_only: bool = False) -> None:
        """With `read_only` nothing is added or removed."""
        self._library = library
        self._settings = settings
        self._read_only = read_only
        self._spending = Spending(library.folder, settings)
        self.events = ServerEvents(settings)

    @property
    def models(self) -> tuple[str, ...]:
        """Who may be asked, the library's own model first: a caller can't spend the keys on any other."""
        return tuple(dict.fromkeys((self._settings.model, OFFLINE)))

    def check_model(self, name: str, *, and_embedder: bool = False) -> None:
        """Raise ModelNotFoundError for a model that is not served."""
        there = [*self.models, *([self.embedder()[0]] if and_embedder else [])]
        if name not in there:
            raise ModelNotFoundError(f"the model {name[:100]!r} is not served here. There are: {', '.join(there)}.")

    def stream(self, request: AskRequest) -> Generator[Answer, None, None]:
        """The answer as it grows. Raises ModelNotFoundError for a model that is not served, UsageError for a question
        that can't be asked, DatelineError where a model fails.
        """
        model = request.model or self._settings.model
        self.check_model(model)
        self._library.audit.note_question("ask", request.question)
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
        for answer in map(hide_servers, answers):
            if answer.stage == "done":
                self.events.note_answer(answer)
            yield answer

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
        self._library.audit.note_question("search", question)
        return search(self._library, question, limit, mode, filters, without, exact=exact)

    def disagreements(self, topic: str, filters: Filters, as_of: date | None = None) -> TopicDisagreements:
        """What the articles on a topic contradict each other in. Raises UsageError for what is no topic."""
        self._library.audit.note_question("disagreements", topic)
        return find_disagreements(self._library, topic, filters, as_of)

    def timeline(self, topic: str, filters: Filters, as_of: date | None = None) -> Generator[Timeline, None, None]:
        """What happened about a topic, as it grows; the last one is whole. Raises UsageError for what is no topic."""
        self._library.audit.note_question("timeline", topic)
        yield from grow_timeline(self._library, topic, filters, as_of)

    def quotes(self, about: str, filters: Filters, as_of: date | None = None) -> Statements:
        """Who said what about a topic, or what a person said. Raises UsageError for what is neither."""
        self._library.audit.note_question("quotes", about)
        return find_statements(self._library, about, filters, as_of)

    def brief(self, topic: str, filters: Filters, as_of: date | None = None) -> Brief:
        """A topic in sections of cited lines. Raises UsageError for what is no topic."""
        self._library.audit.note_question("brief", topic)
        return make_brief(self._library, topic, filters, as_of)

    def articles(self, filters: Filters, words: str, order: str, offset: int, limit: int) -> tuple[list[Article], int]:
        """`limit` articles with these words from the one numbered `offset` on (0-based), and how many there are.

        `order` is one of `ORDERS`.
        """
        if order in ("oldest", "newest"):
            return self._library.page(filters, words, offset, limit, newest_first=order == "newest")
        found = ORDERS[order]([replace(a, text="", removed="") for a in self._library.articles(filters, words)])
        return found[offset : offset + limit], len(found)

    def export(self) -> Iterator[Article]:
        """All articles, in the order of their adding; those that go meanwhile are left out."""
        self._library.audit.note("export", what="articles", to="rest")
        return filter(None, map(self._library.find, self._library.ids()))

    def versions(self, article_id: str) -> list[Version]:
        """The texts that an article had before, the oldest first. Raises NotFoundError, ArticleDamaged."""
        return self._library.versions(self.article(article_id).id)

    def copies(self, article_id: str) -> tuple[str, ...]:
        """Ids of the other articles that tell the same story in the same words."""
        return self._library.copies(article_id)

    def newest(self, offset: int, limit: int) -> tuple[list[Article], int]:
        """`limit` articles from the one numbered `offset` (0-based, the newest first), and how many there are."""
        return self._library.page(NO_FILTERS, "", offset, limit)

    def passages(self, article: Article) -> list[Passage]:
        """The passages of an article, in order."""
        return self._library.passages(article)

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
            raise _no_article(article_id) from None

    def add(
        self, articles: Iterable[Article | Failure | Mapping[str, Any]], collections: Iterable[str] = ()
    ) -> AddReport:
        """Add articles, all of them to `collections` too; return what became of each. Raises NotAllowedError."""
        self.check_writable()
        report = self._library.add(articles, collections=collections)
        self.events.note_added(report)
        return report

    def add_files(self, files: Sequence[Path | Failure], below: Path, collections: Iterable[str] = ()) -> AddReport:
        """Add what is in files, which are named by their place in the folder `below`. Raises NotAllowedError."""
        limits = self._library.settings.max_file_mb, self._library.settings.file_seconds
        return self.add(read_files_in_subprocesses(files, *limits, below=below), collections)

    def add_addresses(self, addresses: Sequence[str], collections: Iterable[str] = (), *, follow: bool) -> AddReport:
        """Add what is at web addresses; with `follow`, `sync` asks for pages again. Raises NotAllowedError."""
        self.check_writable()
        report = add_urls(self._library, addresses, follow=follow, collections=collections)
        self.events.note_added(report)
        return report

    def remove(self, ids: Sequence[str]) -> None:
        """Remove the articles with these whole ids, or none where one isn't there. Raises NotFoundError,
        NotAllowedError.
        """
        self.check_writable()
        for article_id in ids:
            with suppress(ArticleDamaged):  # which is removed like any other
                if self.article(article_id).id != article_id:
                    raise _no_article(article_id)
        self._library.remove_all(ids)

    def remove_within(self, filters: Filters) -> list[str]:
        """Remove the articles within filters, and return their ids. Raises NotAllowedError."""
        self.check_writable()
        ids = [article.id for article in self._library.articles(filters)]
        self._library.remove_all(ids)
        return ids

    def check_writable(self) -> None:
        """Raise NotAllowedError where nothing may be added or removed."""
        if self._read_only:
            raise NotAllowedError("nothing is added or removed here. Ask whoever serves the library.")

    def embedder(self) -> tuple[str, int]:
        """The name of the library's embedder, and how many numbers its vectors have."""
        status = self._library.status()
        return status.embedder, status.dimension

    def embed(self, texts: Sequence[str], *, questions: bool) -> list[Vectors]:
        """A vector for each text, of unit length: as what is searched, or as what is asked."""
        embedder = self._library.embedder
        return [embedder.embed_query(t) for t in texts] if questions else list(embedder.embed_passages(texts))

    def status(self) -> Status:
        """Counts, dates and model of the library."""
        return self._library.status()

    @property
    def limited(self) -> bool:
        """True where a day has a limit, and somebody is served who counts towards it."""
        return self._spending.limited and self._settings.model != OFFLINE

    def spent_today(self) -> SpentToday:
        """What models have taken of the day's limit, for everybody. Raises DatelineError where nobody can say."""
        return self._spending.today()

    def find_lacks(self) -> dict[str, str]:
        """Why no question would be answered now, by what is not as it should be; nothing where one would."""
        try:
            models = self._find_models(self._library.status())
        except Exception as error:
            return {"library": self.explain(error)}
        errors = {model.role: model.error for model in models if model.error}
        for failed in errors.values():
            self.events.note_error(failed)
        return dict.fromkeys(errors, _UNUSABLE)

    def _find_models(self, status: Status) -> list[ModelState]:
        """The models that are not loaded yet."""
        models = self._library.models
        loaded = {
            "embedder": models.embedder.is_loaded,
            "reranker": models.reranker.is_loaded,
            "reader": models.reader.is_loaded,
        }
        if all(loaded.values()):
            return []
        found = find_models(status.embedder, self._settings, self._library.place, status.embedder_sha256)
        return [model for model in found if not loaded[model.role]]

    def explain(self, error: Exception) -> str:
        """An error in words that may leave this machine: no path of it, and no traceback. It is counted and logged."""
        self.events.note_error(error)
        if isinstance(error, DatelineError):
            return explain_error(error, self._library)
        _log.error("a request failed", exc_info=error)
        return _FAILED


def _no_article(article_id: str) -> NotFoundError:
    return NotFoundError(f"there is no article {article_id[:100]!r}. /api/articles lists those that there are.")
