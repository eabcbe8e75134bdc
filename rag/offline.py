"""Answers without an LLM: the sentences of the articles that best answer the question, word for word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from index import Article, Hit, Passage
from index.passages import passage_heading
from index.reranker import Reranker
from index.sentences import Span, split_sentences
from index.words import content_words
from rag.answerer import Draft
from rag.confidence import Evidence, estimate_confidence
from rag.expect import Kind, expected_kind, holds_kind
from rag.quotes import CitationBook
from rag.records import Quote, Sentence, Turn
from rag.settings import OFFLINE, Settings

# All in logits of the cross-encoder, whose scores run from about -11 to 10.
_PASSAGE_WEIGHT = 1.0  # how much a sentence gains from the passage that it stands in
_MISMATCH = 4.0  # lost by a sentence without the kind of thing that is asked for
_NO_REASON = 9.0  # lost where a reason is asked for: the cross-encoder likes sentences that repeat the deed
_NEWEST = 4.0  # gained by the newest article where the question asks how things stand now
_WITHIN = 6.0  # how far below the best sentence a further one may score
_FLOOR = 0.0  # the least that a further sentence must score by itself
_BEFORE, _AFTER = 300, 250  # characters around a sentence that make sense of it
_READ_FURTHER = 2  # articles of which the other passages are looked through
_FURTHER_SENTENCES = 10
_NOW = re.compile(
    r"\b(still|now|current(ly)?|latest|newest|today|at present|these days|so far|already)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence of a passage, `span` in the article's text."""

    hit: Hit
    span: Span
    text: str
    logit: float = 0.0
    score: float = 0.0
    matches: bool = True


class OfflineAnswerer:
    """Chooses sentences by cross-encoder, gives each with its exact quote, and refuses where none is likely right."""

    name = OFFLINE

    def __init__(
        self, reranker: Reranker, read_passages: Callable[[Article], list[Passage]], settings: Settings
    ) -> None:
        self._reranker = reranker
        self._read_passages = read_passages
        self._settings = settings

    def answer(
        self, question: str, hits: Sequence[Hit], history: Sequence[Turn], as_of: date | None
    ) -> Iterator[Draft]:
        kind = expected_kind(question)
        candidates = [c for hit in hits for c in _split(hit)]
        further = self._look_further(question, kind, hits)
        scored = self._score(question, kind, candidates + further)
        chosen = self._choose(scored)
        confidence = self._estimate(question, chosen[0], hits)
        read = (*hits, *(c.hit for c in chosen if c.hit not in hits))
        if confidence < self._settings.min_confidence:
            yield Draft(hits=tuple(hits), refused=True, confidence=confidence)
            return
        book = CitationBook()
        sentences: list[Sentence] = []
        for c in _put_in_order(chosen):
            marker = book.cite(c.hit, [Quote(*c.span)])
            # The article's own words, so supported by them, byte for byte.
            sentences.append(Sentence(c.text, (marker,), support=1.0, verdict="supported"))
            yield Draft(read, tuple(sentences), book.citations(), confidence=confidence)

    def _estimate(self, question: str, best: _Candidate, hits: Sequence[Hit]) -> float:
        """How likely the articles answer: the best passage, and the best sentence amid what stands around it."""
        text, heading = best.hit.article.text, passage_heading(best.hit.article)
        around = text[max(0, best.span.start - _BEFORE) : best.span.end + _AFTER]
        context_score = float(self._reranker.score(question, [f"{heading}\n{around}"])[0])
        evidence = Evidence(
            question=question,
            passage=f"{heading}\n{best.hit.passage.text}",
            passage_score=max((h.signals["rerank"] for h in hits if "rerank" in h.signals), default=context_score),
            context_score=context_score,
            mismatch=not best.matches,
        )
        return estimate_confidence(evidence)

    def _look_further(self, question: str, kind: Kind, hits: Sequence[Hit]) -> list[_Candidate]:
        """Sentences with the kind of thing asked for, from the rest of the best articles."""
        if kind == "other":
            return []
        seen = {hit.passage.id for hit in hits}
        further: list[_Candidate] = []
        articles = list({hit.article.id: hit for hit in hits}.values())[:_READ_FURTHER]
        rank = len(hits)
        for known in articles:
            for passage in self._read_passages(known.article):
                if passage.id not in seen:
                    rank += 1
                    hit = replace(known, passage=passage, rank=rank, score=0.0, signals={}, copies=known.copies)
                    further += [c for c in _split(hit) if holds_kind(c.text, kind, question)]
        return further[:_FURTHER_SENTENCES]

    def _score(self, question: str, kind: Kind, candidates: list[_Candidate]) -> list[_Candidate]:
        """Score sentences under their headings, best first."""
        texts = [f"{passage_heading(c.hit.article)}\n{c.text}" for c in candidates]
        logits = self._reranker.score(question, texts)
        fresh = _freshness([c.hit.article for c in candidates]) if _NOW.search(question) else {}
        scored = []
        for c, logit in zip(candidates, logits, strict=True):
            matches = holds_kind(c.text, kind, question)
            score = float(logit) + _PASSAGE_WEIGHT * c.hit.signals.get("rerank", float(logit))
            score += _NEWEST * fresh.get(c.hit.article.id, 0.0)
            score -= 0.0 if matches else _NO_REASON if kind == "reason" else _MISMATCH
            scored.append(replace(c, logit=float(logit), score=score, matches=matches))
        return sorted(scored, key=lambda c: (-c.score, c.hit.rank, c.span))

    def _choose(self, scored: list[_Candidate]) -> list[_Candidate]:
        """The best sentences near the best one, none that says what another does."""
        chosen: list[_Candidate] = []
        for c in scored:
            if len(chosen) == max(1, self._settings.answer_sentences) or c.score < scored[0].score - _WITHIN:
                break
            repeats = any(_says_the_same(c.text, other.text) for other in chosen)
            if not chosen or (c.logit >= _FLOOR and not repeats):
                chosen.append(c)
        return chosen


def _split(hit: Hit) -> list[_Candidate]:
    start = hit.passage.start
    return [
        _Candidate(hit, Span(start + s.start, start + s.end), hit.passage.text[s.start : s.end])
        for s in split_sentences(hit.passage.text)
    ]


def _freshness(articles: Sequence[Article]) -> dict[str, float]:
    """From 0 for the oldest of the dated articles to 1 for the newest; 0 for those without a date."""
    days: list[datetime] = sorted({a.published for a in articles if a.published})
    top = max(len(days) - 1, 1)
    return {a.id: days.index(a.published) / top for a in articles if a.published}


def _says_the_same(one: str, other: str) -> bool:
    a, b = set(content_words(one)), set(content_words(other))
    return bool(a and b) and len(a & b) / len(a | b) > 0.6


def _put_in_order(chosen: list[_Candidate]) -> list[_Candidate]:
    """The best sentence first, then its article's others as they stand there, then the other articles'."""
    places = {c.hit.article.id: n for n, c in reversed(list(enumerate(chosen)))}
    return chosen[:1] + sorted(chosen[1:], key=lambda c: (places[c.hit.article.id], c.span))
