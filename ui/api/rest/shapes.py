"""What the REST API answers with, for the OpenAPI document and for who generates a client from it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """Part of an answer. Later versions may have more fields."""

    model_config = ConfigDict(extra="allow")


class ProblemOut(Shape):
    """What went wrong, as RFC 9457 has it."""

    type: str = Field(description="about:blank: the status says which problem it is.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened, to what, and what to do next, in a line.")
    errors: list[WrongFieldOut] = Field([], description="The fields that are wrong, where fields are.")
    failed: list[FailureOut] = Field([], description="What could not be added, where nothing could.")


class WrongFieldOut(Shape):
    """A field that is wrong."""

    field: str = Field(description="Its place in the request, as body.question.")
    detail: str = Field(description="What is wrong with it.")


class FailureOut(Shape):
    """An input that could not be added."""

    origin: str = Field(description="The file's name, the address, or the article's id.")
    reason: str = Field(description="Why, and what helps.")


class ArticleOut(Shape):
    """What identifies an article."""

    id: str = Field(description="Its identity, the same through all its versions.")
    title: str = Field(description="Its title; may be empty.")
    url: str | None = Field(description="Its address on the web.")
    source: str | None = Field(description="The outlet.")
    published: str | None = Field(description="When, as ISO 8601; null where nothing shows it.")
    language: str | None = Field(description="Its language, as a tag: fr, de-AT.")


class WholeArticleOut(ArticleOut):
    """An article with its text."""

    authors: list[str] = Field(description="Who wrote it.")
    published_precision: Literal["instant", "day", "month", "year"] | None = Field(
        description="How much of `published` is known."
    )
    modified: str | None = Field(description="When it was changed, as ISO 8601.")
    agency: str | None = Field(description="The news agency that wrote it.")
    date_evidence: str | None = Field(description="What the date is taken from.")
    source_evidence: str | None = Field(description="What the outlet is taken from.")
    authors_evidence: str | None = Field(description="What the authors are taken from.")
    language_evidence: str | None = Field(description="What the language is taken from.")
    text: str = Field(description="The clean text. Places of passages and quotes count its characters.")
    copies: list[str] = Field([], description="Ids of the other articles that tell the same in the same words.")


class ArticlesOut(Shape):
    """A part of the list of articles, without their texts."""

    articles: list[ArticleOut] = Field(description="In the order that was asked for.")
    total: int = Field(description="How many articles there are within the filters.")
    next: int | None = Field(description="The `offset` of the next part; null at the end.")
    damaged: list[str] = Field([], description="What is damaged in the library and left out.")


class VersionOut(Shape):
    """A text that an article had before."""

    number: int = Field(description="From 1, the oldest.")
    title: str = Field(description="The title that it had.")
    text: str = Field(description="The text that it had.")
    published: str | None = Field(description="When, as ISO 8601.")
    modified: str | None = Field(description="When it was changed, as ISO 8601.")


class VersionsOut(Shape):
    """The texts that an article had before the one it has."""

    id: str = Field(description="The article's id.")
    versions: list[VersionOut] = Field(description="The oldest first.")


class ReportOut(Shape):
    """What became of what was to be added."""

    added: list[str] = Field(description="Ids of new articles.")
    updated: list[str] = Field(description="Ids of articles with a new text; the old one is kept as a version.")
    unchanged: list[str] = Field(description="Ids of articles that were there already.")
    queued: list[str] = Field(description="Ids of articles that wait for a worker, in a library in a database.")
    failed: list[FailureOut] = Field(description="What could not be added.")
    partly: list[str] = Field(description="Ids of articles so long that only their beginning is searched.")
    left_out: dict[str, int] = Field(description="Files that can hold no article, by ending.")
    passages: int = Field(description="New passages.")


class RemovedOut(Shape):
    """What was removed."""

    removed: list[str] = Field(description="Ids of the articles.")


class QueueOut(Shape):
    """Articles that wait for a worker."""

    waiting: int = Field(description="How many wait.")
    aside: int = Field(description="How many were set aside, since they failed again and again.")
    workers: int = Field(description="How many workers there are.")
    rate: float = Field(description="Articles a minute, over the last five.")
    reasons: list[FailureOut] = Field(description="Why, of the first ten that were set aside.")


class StatusOut(Shape):
    """The state of the library."""

    articles: int = Field(description="How many there are.")
    passages: int = Field(description="How many can be searched.")
    generation: int = Field(description="Grows by one with each change.")
    sources: int = Field(description="How many outlets.")
    undated: int = Field(description="Articles without a date.")
    first_published: str | None = Field(description="The oldest date, as ISO 8601.")
    last_published: str | None = Field(description="The newest date, as ISO 8601.")
    embedder: str = Field(description="The model that vectors come from.")
    dimension: int = Field(description="How many numbers a vector has.")
    languages: dict[str, int] = Field(description="Articles by language, as ISO 639 has it.")
    vector_search: str = Field(description="How vectors are compared.")
    queue: QueueOut | None = Field(description="What waits, in a database; null in a folder.")


class FiltersOut(Shape):
    """Which articles were looked at."""

    after: str | None = Field(description="Published on this day or later.")
    before: str | None = Field(description="Published on this day or before.")
    sources: list[str] = Field(description="From these outlets alone.")
    languages: list[str] = Field(description="In these languages alone.")
    collections: list[str] = Field(description="In one of these collections alone.")
    exclude: list[str] = Field(description="Not from these outlets.")


class PassageOut(Shape):
    """A run of whole sentences of an article."""

    id: str = Field(description="Its id.")
    start: int = Field(description="Where it begins in the article's text, in characters.")
    end: int = Field(description="Where it ends, not included.")
    text: str = Field(description="Its words.")
    place: dict[str, Any] = Field({}, description="Where it is on a scan (page, boxes) or in a recording (at).")


class HitOut(Shape):
    """A passage that a search found."""

    rank: int = Field(description="From 1, the best.")
    score: float = Field(description="Higher is better.")
    article: ArticleOut = Field(description="The article that it stands in.")
    passage: PassageOut = Field(description="The passage.")
    signals: dict[str, float] = Field(description="What each stage of the search gave it.")
    copies: list[str] = Field(description="Ids of the articles that were folded into it.")


class DayOut(Shape):
    """What words of time in a quote mean, as “on Thursday”."""

    start: int = Field(description="Where they begin in the article's text.")
    end: int = Field(description="Where they end, not included.")
    text: str = Field(description="The words.")
    first: str = Field(description="The first day that they mean.")
    last: str = Field(description="The last day.")


class TranslationOut(Shape):
    """What a model made of a quote in another language."""

    text: str = Field(description="The translation; no words of the article.")
    language: str = Field(description="The language that it is in.")
    model: str = Field(description="Who made it.")


class QuoteOut(Shape):
    """The exact words that a sentence rests on."""

    start: int = Field(description="Where it begins in the article's text or title, in characters.")
    end: int = Field(description="Where it ends, not included.")
    text: str = Field(description="The words.")
    field: Literal["text", "title"] = Field(description="What of the article it is from.")
    days: list[DayOut] = Field(description="What its words of time mean.")
    translation: TranslationOut | None = Field(description="Beside a quote in another language than the question.")
    place: dict[str, Any] = Field({}, description="Where it is on a scan (page, boxes) or in a recording (at).")


class CitationOut(Shape):
    """A numbered source."""

    marker: int = Field(description="The number that sentences name it by.")
    article: ArticleOut = Field(description="The article.")
    passage: PassageOut = Field(description="The passage that was read.")
    copies: list[str] = Field(description="Ids of articles with the same words.")
    quotes: list[QuoteOut] = Field(description="The words that sentences rest on.")


ProblemOut.model_rebuild()
