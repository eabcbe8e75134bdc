"""An answer, and all the evidence for it, in one object."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

from index import Article, Correction, Filters, Hit, SourcePlace, find_place
from rag.disagreements.record import Disagreement, disagreement_to_dict
from rag.english.gate import RelativeDay, resolve_days

Verdict = Literal["supported", "unsupported", "unchecked"]
Stage = Literal["searching", "answering", "checking", "translating", "done"]
QuotedField = Literal["text", "title"]
REFUSAL_MARK = "NOT IN THE ARTICLES"


class Quote(NamedTuple):
    """Characters `start` to `end` (half-open) of an article's text, or of its title."""

    start: int
    end: int
    field: QuotedField = "text"


_LEAD = re.compile(r"\[[^\[\]]{1,200}:\] ")


def cut_lead(text: str) -> tuple[str, str]:
    """What stands in front of a sentence in our brackets ("[17 March 2024:] "), and the rest."""
    lead = _LEAD.match(text)
    return (lead[0], text[lead.end() :]) if lead else ("", text)


class Turn(NamedTuple):
    """One question of a conversation, and the answer's text.

    `standalone` is the question as it was understood, where somebody kept that; else it is worked out again.
    """

    question: str
    answer: str
    standalone: str = ""


class Translation(NamedTuple):
    """What a model made of a quote in another language; `language` is the ISO 639 code of the one it is in."""

    text: str
    language: str
    model: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered source of an answer: a passage, and the exact spans of it that sentences rest on.

    `translations` stand beside the quotes: one for each of them, None where it has none; empty where none has.
    """

    marker: int
    hit: Hit
    quotes: tuple[Quote, ...]
    translations: tuple[Translation | None, ...] = ()

    def read(self, field: QuotedField) -> str:
        """The article's text, or its title."""
        return self.hit.article.title if field == "title" else self.hit.article.text

    def quoted(self) -> tuple[str, ...]:
        """The words of each quote, as they stand in the article."""
        return tuple(self.read(q.field)[q.start : q.end] for q in self.quotes)

    def places(self) -> tuple[SourcePlace | None, ...]:
        """For each quote, where it stands on a scanned page or in a recording, where its article comes from one."""
        return tuple(find_place(self.hit.article, q.start, q.end, q.field) for q in self.quotes)

    def translated(self) -> tuple[Translation | None, ...]:
        """For each quote, its translation, or None."""
        return self.translations or (None,) * len(self.quotes)

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
    `counted_from` is the day from which its words like "last week" were counted, and None without any; `newest_day`
    that of the newest article, where asking as of it is offered: words of time leave nothing, or all articles are old.
    `corrections` are words of the standalone question that no article has, and what was searched instead.
    `unresolved` holds markers that the model made up; `hits` exactly what the answerer saw. `ranking` is what was found
    as far down as was asked for, for those who measure it; JSON has none of it. `signals` are what `confidence` was
    estimated from. `model` is who answered; `warnings` say where that is not who was asked, and what else a reader
    should know. `answer` are the words that answer, where the answerer names them; `disagreements` say where articles
    contradict each other in what they answer. A refusal has `refused`, a `reason`,
    no sentences and no such words. `seconds` is by stage; `stage` says how far it has come.
    """

    question: str
    standalone_question: str
    model: str
    filters: Filters = field(default_factory=Filters)
    named: Filters = field(default_factory=Filters)
    as_of: date | None = None
    counted_from: date | None = None
    corrections: tuple[Correction, ...] = ()
    newest_day: date | None = None
    answer: AnswerWords | None = None
    disagreements: tuple[Disagreement, ...] = ()
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
        "language": article.language,
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
            **_place_to_dict(find_place(hit.article, hit.passage.start, hit.passage.end)),
        },
        "signals": dict(hit.signals),
        "copies": list(hit.copies),
    }


def _place_to_dict(place: SourcePlace | None) -> dict[str, Any]:
    """The place on a scan or in a recording as `place`; nothing where there is none."""
    return {"place": place.to_json()} if place else {}


def filters_to_dict(filters: Filters) -> dict[str, Any]:
    """Filters as JSON has them."""
    return {
        "after": filters.after.isoformat() if filters.after else None,
        "before": filters.before.isoformat() if filters.before else None,
        "sources": list(filters.sources),
        "languages": list(filters.languages),
        "collections": list(filters.collections),
        "exclude": list(filters.exclude),
    }


def corrections_to_dict(corrections: Sequence[Correction]) -> list[dict[str, Any]]:
    """Misspelt words as JSON has them."""
    return [{"word": c.word, "instead": c.instead} for c in corrections]


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """The whole answer as JSON has it."""
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "counted_from": answer.counted_from.isoformat() if answer.counted_from else None,
        "corrections": corrections_to_dict(answer.corrections),
        "newest_day": answer.newest_day.isoformat() if answer.newest_day else None,
        "filters": filters_to_dict(answer.filters),
        "named": filters_to_dict(answer.named),
        "refused": answer.refused,
        "reason": answer.reason,
        "confidence": answer.confidence,
        "signals": dict(answer.signals),
        "gaps": list(answer.gaps),
        "answer": _words_to_dict(answer.answer) if answer.answer else None,
        "disagreements": [disagreement_to_dict(d) for d in answer.disagreements],
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
        "citations": [citation_to_dict(c) for c in answer.citations],
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


def citation_to_dict(citation: Citation) -> dict[str, Any]:
    """A citation as JSON has it: marker, article, passage, copies, and each quote with its days and translation."""
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
                "translation": translation._asdict() if translation else None,
                **_place_to_dict(place),
            }
            for quote, text, days, translation, place in zip(
                citation.quotes,
                citation.quoted(),
                citation.days(),
                citation.translated(),
                citation.places(),
                strict=True,
            )
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
