"""The shapes of answers and of overviews of a topic."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ui.api.rest.shapes import CitationOut, FiltersOut, HitOut, Shape


class CorrectionOut(Shape):
    """A word of the question that no article has."""

    word: str = Field(description="As it was asked.")
    instead: str = Field(description="What was searched instead.")


class WordsOut(Shape):
    """The words that answer."""

    text: str = Field(description="The words, as they stand in the article.")
    marker: int = Field(description="The citation that they stand in.")
    start: int = Field(description="Where they begin in the article's text or title.")
    end: int = Field(description="Where they end, not included.")
    field: Literal["text", "title"] = Field(description="What of the article they are from.")


class SideOut(Shape):
    """What one or several articles say."""

    value: str = Field(description="In the articles' words.")
    citations: list[int] = Field(description="Markers of what says it.")
    outlets: list[str] = Field(description="Who says it, each once.")
    published: str | None = Field(description="The day of its newest article.")
    newest: bool = Field(description="True where it is newer than all other sides.")


class DisagreementOut(Shape):
    """What articles contradict each other in."""

    about: str = Field(description="What is asked.")
    kind: Literal["changed", "disputed"] = Field(description="The newer became of the older, or both are claimed.")
    sides: list[SideOut] = Field(description="The newest first.")


class SentenceOut(Shape):
    """A sentence of an answer."""

    text: str = Field(description="Its words; in [brackets] are those that no article has.")
    verdict: Literal["supported", "unsupported", "unchecked"] = Field(description="Whether its sources say it.")
    support: float | None = Field(description="How surely, from 0 to 1.")
    reasons: list[str] = Field(description="What it has that its sources don't.")
    citations: list[int] = Field(description="Markers of its sources.")
    gap: bool = Field(description="True where it says what the articles don't.")


class AnswerOut(Shape):
    """An answer with all the evidence for it."""

    question: str = Field(description="As it was asked.")
    standalone_question: str = Field(description="As it was understood in its conversation.")
    as_of: str | None = Field(description="The day after which nothing was looked at.")
    counted_from: str | None = Field(description="The day that words like “last week” were counted from.")
    corrections: list[CorrectionOut] = Field(description="Misspelt words.")
    newest_day: str | None = Field(description="A day to give as `as_of`, where words of time leave nothing.")
    filters: FiltersOut = Field(description="The filters that held.")
    named: FiltersOut = Field(description="Those of them that the question's own words gave.")
    refused: bool = Field(description="True where the articles don't say.")
    reason: str = Field(description="Why it was refused.")
    confidence: float | None = Field(description="How likely the first sentence answers, from 0 to 1.")
    signals: dict[str, float] = Field(description="What that was estimated from.")
    gaps: list[str] = Field(description="What of the question the articles don't answer.")
    answer: WordsOut | None = Field(description="The words that answer.")
    disagreements: list[DisagreementOut] = Field(description="Where articles contradict each other in it.")
    sentences: list[SentenceOut] = Field(description="The answer.")
    citations: list[CitationOut] = Field(description="Its sources.")
    unresolved: list[str] = Field(description="Sources that the model made up.")
    warnings: list[str] = Field(description="What a reader should know besides.")
    hits: list[HitOut] = Field(description="What the answerer read.")
    model: str = Field(description="Who answered.")
    prompt_tokens: int | None = Field(description="What a model read.")
    completion_tokens: int | None = Field(description="What a model wrote.")
    cost_usd: float | None = Field(description="What that cost.")
    seconds: dict[str, float] = Field(description="How long each stage took.")


class EventOut(Shape):
    """Something that happened."""

    date: str = Field(description="A day, or a month: 2024-03.")
    last: str | None = Field(description="The last day of what took several.")
    text: str = Field(description="A sentence of an article.")
    citations: list[int] = Field(description="Markers of its sources.")


class TimelineOut(Shape):
    """What happened about a topic."""

    topic: str = Field(description="As it was asked.")
    filters: FiltersOut = Field(description="The filters that held.")
    as_of: str | None = Field(description="The day after which nothing was looked at.")
    events: list[EventOut] = Field(description="In the order in which they happened.")
    citations: list[CitationOut] = Field(description="Their sources.")
    undated: int = Field(description="Articles on the topic without a date, which are left out.")
    unread: int = Field(description="Articles whose dates can't be read, which are left out.")
    reason: str = Field(description="Why there is nothing, where there is nothing.")


class StatementOut(Shape):
    """What somebody said."""

    speaker: str = Field(description="Who, with the whole name.")
    words: str = Field(description="The words, as they stand in the article.")
    direct: bool = Field(description="True for the speaker's own words.")
    date: str | None = Field(description="The day.")
    article: str = Field(description="The article's id.")
    marker: int = Field(description="Its citation.")
    start: int = Field(description="Where the words begin in the article's text.")
    end: int = Field(description="Where they end, not included.")
    mention: str = Field(description="What the article calls the speaker there.")
    continues: bool = Field(description="True where the words go on those before.")
    copies: list[str] = Field(description="Ids of other articles that have the same.")
    shown: str = Field(description="How a line shows it.")


class StatementsOut(Shape):
    """Who said what."""

    about: str = Field(description="As it was asked.")
    speaker: str = Field(description="The person who was asked for; else empty.")
    topic: str = Field(description="The topic that was asked for; else empty.")
    found: int = Field(description="How many statements there are.")
    articles: int = Field(description="How many articles were read.")
    reason: str = Field(description="Why there is nothing, where there is nothing.")
    statements: list[StatementOut] = Field(description="The newest first.")
    citations: list[CitationOut] = Field(description="Their sources.")


class DisagreementsOut(Shape):
    """What the articles on a topic contradict each other in."""

    topic: str = Field(description="As it was asked.")
    named: FiltersOut = Field(description="The filters that the topic's own words gave.")
    reason: str = Field(description="Why there is nothing, where there is nothing.")
    disagreements: list[DisagreementOut] = Field(description="Each once.")
    citations: list[CitationOut] = Field(description="Their sources.")


class LineOut(Shape):
    """A line of a brief."""

    when: str = Field(description="The day, or who spoke and when.")
    text: str = Field(description="A sentence of an article, or all sides of what is disputed.")
    citations: list[int] = Field(description="Markers of its sources.")


class SectionOut(Shape):
    """A part of a brief."""

    heading: str = Field(description="What it is about.")
    lines: list[LineOut] = Field(description="Its lines.")


class BriefOut(Shape):
    """A topic in brief."""

    topic: str = Field(description="As it was asked.")
    filters: FiltersOut = Field(description="The filters that held.")
    as_of: str | None = Field(description="The day after which nothing was looked at.")
    sections: list[SectionOut] = Field(description="Those that aren't empty.")
    citations: list[CitationOut] = Field(description="Their sources.")
    notes: list[str] = Field(description="What was left out.")
    reason: str = Field(description="Why there is nothing, where there is nothing.")
