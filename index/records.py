"""The records that the rooms hand each other: articles, passages, hits, filters, reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

from index.errors import FailureKind

DatePrecision = Literal["instant", "day", "month", "year"]
SearchMode = Literal["dense", "lexical", "hybrid"]

FROM_FEED = "feed "  # how the origin of an article begins that is a feed's own words of a page


MOST_PASSAGES = 10_000  # of one article that are searched: some 600,000 words, a thick book


@dataclass(frozen=True, slots=True)
class Article:
    """One article, cleaned.

    `id` is its identity (the id it came with, else made from its URL, else from where it was read);
    `content_hash` is its content. `published` is aware of its time zone, or None where the article gives
    no evidence of a date; `published_precision` says how much of it is known, and `date_evidence` what it is taken
    from. `removed` is what cleaning took out, kept so that nothing is lost; it is no part of what makes articles equal.
    """

    id: str
    title: str
    text: str
    content_hash: str
    url: str | None = None
    origin: str | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    published_precision: DatePrecision | None = None
    modified: datetime | None = None
    language: str | None = None
    date_evidence: str | None = None
    removed: str = field(default="", compare=False, repr=False)

    @property
    def feed(self) -> str:
        """The feed whose words these are, where its page could not be read; else nothing."""
        return (self.origin or "").removeprefix(FROM_FEED) if (self.origin or "").startswith(FROM_FEED) else ""

    @property
    def attributed(self) -> str:
        """The outlet, and where a feed's words stand for the page, that they do; nothing where neither is known."""
        return ", ".join(filter(None, [self.source, f"as given by the feed {self.feed}" if self.feed else ""]))


class Version(NamedTuple):
    """A text that an article had before; `number` starts at 1, the oldest."""

    number: int
    title: str
    text: str
    published: datetime | None
    modified: datetime | None


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of an article: `article.text[start:end] == text`, offsets in characters."""

    id: str
    article_id: str
    ordinal: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found. `rank` starts at 1; higher `score` is better, and falls with the rank.

    `signals` holds what each stage gave it (`dense`, `lexical`, `fused`, `rerank`); `copies` the ids of
    the other articles in the library that tell the same story in the same words.
    """

    passage: Passage
    article: Article
    rank: int
    score: float
    signals: Mapping[str, float] = field(default_factory=dict)
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles a search may look at.

    `after` and `before` are days, both included; an article without a date is outside any date filter,
    since nothing shows that it belongs there. `sources` are compared without regard to case. `languages` are codes
    or tags: "pt" lets "pt-BR" through, and not the other way round; an article that does not say its language is
    outside any. `exclude` are ids of articles to leave out.
    """

    after: date | None = None
    before: date | None = None
    sources: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @property
    def by_date(self) -> bool:
        """True where the filter leaves articles without a date out."""
        return self.after is not None or self.before is not None

    def __bool__(self) -> bool:
        return self.by_date or bool(self.sources or self.exclude or self.languages)


NO_FILTERS = Filters()


class Scope(NamedTuple):
    """How much of the library a filter lets through, in articles; `first` and `last` published of these.

    `undated_left_out` and `unnamed_left_out` count what is left out since it has no date, or does not say its language,
    and would be in otherwise.
    """

    articles: int
    searched: int
    undated_left_out: int
    first: datetime | None = None
    last: datetime | None = None
    unnamed_left_out: int = 0


class Failure(NamedTuple):
    """An input that could not be added, and why; `kind` names the reasons that need advice of the surface's own."""

    origin: str
    reason: str
    kind: FailureKind = ""


@dataclass(frozen=True, slots=True)
class AddReport:
    """What an `add` did: ids of articles by what became of them, and the inputs that failed.

    `partly` are those of the added and updated that are so long that only their first 10,000 passages are searched.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    partly: tuple[str, ...] = ()
    passages: int = 0

    def join(self, later: AddReport) -> AddReport:
        """One report of two that came one after the other."""
        return AddReport(
            self.added + later.added,
            self.updated + later.updated,
            self.unchanged + later.unchanged,
            self.failed + later.failed,
            self.partly + later.partly,
            self.passages + later.passages,
        )


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a library at one generation (`passages` counts those that can be searched)."""

    path: str
    articles: int
    passages: int
    generation: int
    sources: int
    undated: int
    first_published: datetime | None
    last_published: datetime | None
    embedder: str
    embedder_sha256: str
    dimension: int
    size_bytes: int
