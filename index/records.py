"""The records that the rooms hand each other: articles, passages, hits, filters, reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

from index.errors import FailureKind
from index.text.languages import choose_rules

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
    from, as `source_evidence`, `authors_evidence` and `language_evidence` do of those. What begins with "likely" there
    was inferred, and so is a language with its certainty. `agency` is the news agency that wrote it, where its dateline
    or byline names one, whoever printed it. `word_places` says where its words stand in a scan or a recording, as
    `find_place` reads it. `collections` are the names of those that it is in, in order. `removed` is what cleaning took
    out, kept so that nothing is lost; it is no part of what makes articles equal.
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
    language_evidence: str | None = None
    source_evidence: str | None = None
    authors_evidence: str | None = None
    agency: str | None = None
    word_places: str = field(default="", repr=False)
    collections: tuple[str, ...] = ()
    removed: str = field(default="", compare=False, repr=False)

    @property
    def rules(self) -> str:
        """The language by whose rules its sentences and words are read, as a code."""
        return choose_rules(self.language, self.language_evidence)

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

    `after` and `before` are days, both included, in the time zone that each article's date names; an article without a
    date is outside any date filter, since nothing shows that it belongs there. `sources` are names, compared without
    regard to case, or domains ("cnn.com"), which stand for all addresses below them. `languages` are codes or tags:
    "pt" lets "pt-BR" through, and not the other way round; an article that does not say its language is outside any.
    `exclude` are ids of articles to leave out. `collections` lets those through that are in one of them.
    """

    after: date | None = None
    before: date | None = None
    sources: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()

    @property
    def by_date(self) -> bool:
        """True where the filter leaves articles without a date out."""
        return self.after is not None or self.before is not None

    def __bool__(self) -> bool:
        return self.by_date or bool(self.sources or self.exclude or self.languages or self.collections)


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
    """An input that could not be added, and why; `kind` names the reasons that need advice of the surface's own.

    What can hold no article is of the kind "no article" where somebody named it, and "left out" where it was found in a
    folder or an archive; `files` of them may be left out together there, under one `origin` ("cuttings/*.css").
    """

    origin: str
    reason: str
    kind: FailureKind = ""
    files: int = 1


@dataclass(frozen=True, slots=True)
class AddReport:
    """What an `add` did: ids of articles by what became of them, the inputs that failed, and those that were left out,
    since they can hold no article.

    `partly` are those of the added and updated that are so long that only their first 10,000 passages are searched;
    `queued` wait until a worker embeds them.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    partly: tuple[str, ...] = ()
    passages: int = 0
    left_out: tuple[Failure, ...] = ()
    queued: tuple[str, ...] = ()

    @classmethod
    def of_unread(cls, failures: Iterable[Failure]) -> AddReport:
        """The report of inputs none of which was added."""
        unread = list(failures)
        return cls(
            failed=tuple(failure for failure in unread if failure.kind != "left out"),
            left_out=tuple(failure for failure in unread if failure.kind == "left out"),
        )

    def join(self, later: AddReport) -> AddReport:
        """One report of two that came one after the other."""
        return AddReport(
            self.added + later.added,
            self.updated + later.updated,
            self.unchanged + later.unchanged,
            self.failed + later.failed,
            self.partly + later.partly,
            self.passages + later.passages,
            self.left_out + later.left_out,
            self.queued + later.queued,
        )

    @property
    def kept(self) -> frozenset[str]:
        """The ids of all articles that were given and are there, or will be."""
        return frozenset((*self.added, *self.updated, *self.unchanged, *self.queued))


@dataclass(frozen=True, slots=True)
class QueueState:
    """Articles that wait to be embedded, those `aside` since they failed again and again, and how many work at it.

    `rate` is in articles a minute, over the last five; `reasons` are of the first ten that were set aside.
    """

    waiting: int = 0
    aside: int = 0
    workers: int = 0
    rate: float = 0.0
    reasons: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a library at one generation.

    `passages` counts those that can be searched, `languages` the articles in each language, by its ISO 639 code.
    `vector_search` says in words how vectors are compared: all of them, or those of the nearest lists. Only a database
    has a `queue`.
    """

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
    languages: Mapping[str, int]
    vector_search: str = "exact"
    queue: QueueState | None = None
