"""An answer, and all the evidence for it, in one object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

from index import Article, Filters, Hit
from rag.english.gate import RelativeDay, resolve_days

Verdict = Literal["supported", "unsupported", "unchecked"]
Stage = Literal["searching", "answering", "checking", "done"]
QuotedField = Literal["text", "title"]
REFUSAL_MARK = "NOT IN THE ARTICLES"


class Quote(NamedTuple):
    """Characters `start` to `end` (half-open) of an article's text, or of its title."""

    start: int
    end: int
    field: QuotedField = "text"


class Turn(NamedTuple):
    """One question of a conversation, and the answer's text."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered source of an answer: a passage, and the exact spans of it that sentences rest on."""

    marker: int
    hit: Hit
    quotes: tuple[Quote, ...]

    def read(self, field: QuotedField) -> str:
        """The article's text, or its title."""
        return self.hit.article.title if field == "title" else self.hit.article.text

    def quoted(self) -> tuple[str, ...]:
        """The words of each quote, as they stand in the article."""
        return tuple(self.read(q.field)[q.start : q.end] for q in self.quotes)

    def days(self) -> tuple[tuple[RelativeDay, ...], ...]:
        """For each quote of the text, what its relative words ("on Thursday") mean, where its article has a date."""
        article = self.hit.article
        return tuple(tuple(resolve_days(article, q.start, q.end)) if q.field == "text" else () for q in self.quotes)


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """The words that answer: characters `start` to `end` of the text, or title, of the article that `marker` cites."""

    text: str
    marker: int
    start: int
    end: int
    field: QuotedField = "text"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer with the markers of what it cites.

    `support` is from 0 to 1, or None where nothing checked it; `reasons` say what it has that its sources don't.
    A `gap` says what the articles don't, and cites nothing; where nothing else is said, it is a refusal.
    """

    text: str
    citations: tuple[int, ...] = ()
    support: float | None = None
    verdict: Verdict = "unchecked"
    reasons: tuple[str, ...] = ()
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked, found and said. Frozen: an answer that grows is a row of them.

    `filters` are those that held, and `named` the ones among them that the question's own words gave.
    `unresolved` holds markers that the model made up; `hits` exactly what the answerer saw. `ranking` is what was found
    as far down as was asked for, for those who measure it; JSON has none of it. `signals` are what `confidence` was
    estimated from. `model` is who answered; `warnings` say where that is not who was asked, and what else a reader
    should know. `answer` are the words that answer, where the answerer names them. A refusal has `refused`, a `reason`,
    no sentences and no such words. `seconds` is by stage; `stage` says how far it has come.
    """

    question: str
    standalone_question: str
    model: str
    filters: Filters = field(default_factory=Filters)
    named: Filters = field(default_factory=Filters)
    as_of: date | None = None
    answer: AnswerWords | None = None
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    unresolved: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    ranking: tuple[Hit, ...] = ()
    refused: bool = False
    reason: str = ""
    confidence: float | None = None
    signals: Mapping[str, float] = field(default_factory=dict)
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost_usd: float | None = None
    warnings: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    stage: Stage = "done"

    @property
    def gaps(self) -> tuple[str, ...]:
        """The sentences that say what the articles don't, where others answer."""
        return tuple(sentence.text for sentence in self.sentences if sentence.gap)

    def text(self) -> str:
        """The answer in words, without its citations; the reason where it was refused."""
        return self.reason if self.refused else " ".join(s.text for s in self.sentences)

    def citation(self, marker: int) -> Citation | None:
        """The citation with that marker."""
        return next((c for c in self.citations if c.marker == marker), None)


def article_to_dict(article: Article) -> dict[str, Any]:
    """The fields of an article that identify it, as JSON has them."""
    return {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "source": article.attributed or None,
        "published": article.published.isoformat() if article.published else None,
    }


def hit_to_dict(hit: Hit) -> dict[str, Any]:
    """A hit as JSON has it: rank, score, article, passage."""
    return {
        "rank": hit.rank,
        "score": hit.score,
        "article": article_to_dict(hit.article),
        "passage": {
            "id": hit.passage.id,
            "start": hit.passage.start,
            "end": hit.passage.end,
            "text": hit.passage.text,
        },
        "signals": dict(hit.signals),
        "copies": list(hit.copies),
    }


def filters_to_dict(filters: Filters) -> dict[str, Any]:
    """Filters as JSON has them."""
    return {
        "after": filters.after.isoformat() if filters.after else None,
        "before": filters.before.isoformat() if filters.before else None,
        "sources": list(filters.sources),
        "languages": list(filters.languages),
        "exclude": list(filters.exclude),
    }


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """The whole answer as JSON has it."""
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "filters": filters_to_dict(answer.filters),
        "named": filters_to_dict(answer.named),
        "refused": answer.refused,
        "reason": answer.reason,
        "confidence": answer.confidence,
        "signals": dict(answer.signals),
        "gaps": list(answer.gaps),
        "answer": _words_to_dict(answer.answer) if answer.answer else None,
        "sentences": [
            {
                "text": s.text,
                "verdict": s.verdict,
                "support": s.support,
                "reasons": list(s.reasons),
                "citations": list(s.citations),
                "gap": s.gap,
            }
            for s in answer.sentences
        ],
        "citations": [_citation_to_dict(c) for c in answer.citations],
        "unresolved": list(answer.unresolved),
        "warnings": list(answer.warnings),
        "hits": [hit_to_dict(hit) for hit in answer.hits],
        "model": answer.model,
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
        "cost_usd": answer.cost_usd,
        "seconds": dict(answer.seconds),
        "settings": dict(answer.settings),
    }


def _words_to_dict(words: AnswerWords) -> dict[str, Any]:
    return {
        "text": words.text,
        "marker": words.marker,
        "start": words.start,
        "end": words.end,
        "field": words.field,
    }


def _citation_to_dict(citation: Citation) -> dict[str, Any]:
    hit = hit_to_dict(citation.hit)
    article = citation.hit.article
    return {
        "marker": citation.marker,
        "article": hit["article"],
        "passage": hit["passage"],
        "copies": hit["copies"],
        "quotes": [
            {
                "start": quote.start,
                "end": quote.end,
                "text": text,
                "field": quote.field,
                "days": [_day_to_dict(day, article) for day in days],
            }
            for quote, text, days in zip(citation.quotes, citation.quoted(), citation.days(), strict=True)
        ],
    }


def _day_to_dict(day: RelativeDay, article: Article) -> dict[str, Any]:
    return {
        "start": day.start,
        "end": day.end,
        "text": article.text[day.start : day.end],
        "first": day.first.isoformat(),
        "last": day.last.isoformat(),
    }
