"""Answers without an LLM: the sentences of the articles that best answer the question, word for word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from index import (
    NEWEST,
    Article,
    Embedder,
    Hit,
    Passage,
    Reranker,
    Span,
    content_words,
    embedded_text,
    measure_freshness,
    split_sentences,
)
from rag.answerer import Draft
from rag.english.gate import holds_kind, is_english_article, list_named_days, write_out_days
from rag.extract.confidence import estimate_confidence, read_signals
from rag.question.record import ParsedQuestion, QuestionPart
from rag.quotes import CitationBook
from rag.records import Quote, Sentence, Turn
from rag.settings import OFFLINE, Settings
from rag.weights import Signals

_PASSAGES = 6  # read sentence by sentence: more cost time and, measured, change no answer
_READ_FURTHER = 2  # articles of which the other passages are looked through
_FURTHER_PASSAGES = 200  # of each
_FURTHER_SENTENCES = 6
# Before sentences are embedded, the most likely are picked by their passage's logit and the question's words in them.
# On 299 RealTimeQA questions, 0.732 of the answers hold what is asked for with that, and 0.736 without; it saves a
# quarter of the time.
_HOPELESS = 4.0  # logits behind the best passage from which on a passage's sentences are left out
_SHARED_WORDS = 8.0  # what having all words of the question is worth, in logits
_LIKELY = 12  # sentences that are embedded
_SHORTLIST = 6  # sentences that the cross-encoder reads
# A sentence's score, in logits of the cross-encoder (about -11 to 10). The cosine is there because the
# cross-encoder leans on shared words: with it three sentences held the answer to 0.72 of 50 questions that were
# put in other words than the articles', without it to 0.64; the weight was chosen on those.
_SIMILARITY = 20.0
_MISMATCH = 4.0  # lost by a sentence without the kind of thing that is asked for
_NO_REASON = 30.0  # the same where a reason is asked for: both models prefer sentences that repeat the deed
# On 299 RealTimeQA questions, answers hold what is asked for 0.751 with these, for 0.710 with 6 and -4, and for 0.761
# where nothing keeps the second and third sentence away.
_WITHIN = 12.0  # how far below the best sentence a further one may score
_FLOOR = -6.0  # the least that the cross-encoder must give a further sentence


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence of a passage, `span` in the article's text."""

    hit: Hit
    span: Span
    text: str
    matches: bool
    score: float = 0.0
    logit: float = 0.0
    cosine: float = 0.0


@dataclass(frozen=True, slots=True)
class _Found:
    """What answers one part of a question."""

    part: str
    chosen: Sequence[_Candidate]
    confidence: float
    signals: Signals


class OfflineAnswerer:
    """Chooses sentences by both models, gives each with its exact quote, and refuses where none is likely right."""

    name = OFFLINE

    def __init__(
        self,
        embedder: Embedder,
        reranker: Reranker,
        read_passages: Callable[[Article, int], list[Passage]],
        settings: Settings,
    ) -> None:
        self._embedder = embedder
        self._reranker = reranker
        self._read_passages = read_passages
        self._settings = settings

    def answer(self, question: ParsedQuestion, hits: Sequence[Hit], history: Sequence[Turn]) -> Iterator[Draft]:
        newest = question.newest or question.as_of is not None
        several = len(question.parts) > 1
        found = [
            self._find(part, self._read_again(part, hits) if several or part.days else hits, newest)
            for part in question.parts
        ]
        answered = [f for f in found if f.confidence >= self._settings.min_confidence]
        if not answered:
            surest = max(found, key=lambda f: f.confidence)
            yield Draft(hits=tuple(hits), refused=True, confidence=surest.confidence, signals=surest.signals)
            return
        chosen = _join(answered)
        # What was read again for a part, or looked up, may stand among the hits: it is the same passage.
        read = {hit.passage.id: hit for hit in hits}
        for c in chosen:
            read.setdefault(c.hit.passage.id, c.hit)
        seen = tuple(read.values())
        least = min(answered, key=lambda f: f.confidence)
        book = CitationBook()
        sentences: list[Sentence] = []
        for c in chosen:
            marker = book.cite(read[c.hit.passage.id], [Quote(*c.span)])
            # The article's own words, so supported by them, byte for byte.
            sentences.append(Sentence(c.text, (marker,), support=1.0, verdict="supported"))
            yield Draft(seen, tuple(sentences), book.citations(), confidence=least.confidence, signals=least.signals)
        if gaps := [write_gap(f.part) for f in found if f not in answered]:
            sentences += gaps
            yield Draft(seen, tuple(sentences), book.citations(), confidence=least.confidence, signals=least.signals)

    def _find(self, part: QuestionPart, hits: Sequence[Hit], newest: bool) -> _Found:
        """The sentences that answer one thing asked."""
        read = hits[:_PASSAGES]
        candidates = [c for hit in read for c in _split(hit, part)]
        candidates = _pick_likely(candidates + self._look_further(part, read), part.whole)
        scored = self._score(part, candidates, newest=newest)
        chosen = self._choose(scored)
        signals = read_signals(
            passage_score=max((h.signals["rerank"] for h in hits if "rerank" in h.signals), default=chosen[0].logit),
            similarity=max(c.cosine for c in scored),
            mismatch=not chosen[0].matches,
            words=len(content_words(part.whole)),
        )
        return _Found(part.asked, _put_in_order(chosen), estimate_confidence(signals), signals)

    def _read_again(self, part: QuestionPart, hits: Sequence[Hit]) -> list[Hit]:
        """The passages as the cross-encoder sees them for one part of the question, best first.

        Where the question names a day, "on Thursday" is read as the day that it was.
        """
        texts = [
            embedded_text(h.article, write_out_days(h.article, h.passage.start, h.passage.end, part.days)) for h in hits
        ]
        logits = self._reranker.score(part.whole, texts)
        again = [
            replace(hit, signals={**hit.signals, "rerank": float(logit)})
            for hit, logit in zip(hits, logits, strict=True)
        ]
        return sorted(again, key=lambda hit: (-hit.signals["rerank"], hit.rank))

    def _look_further(self, part: QuestionPart, hits: Sequence[Hit]) -> list[_Candidate]:
        """Sentences with the kind of thing asked for, from the rest of the best articles."""
        if part.kind == "other":
            return []
        return list(islice(self._list_further(part, hits), _FURTHER_SENTENCES))

    def _list_further(self, part: QuestionPart, hits: Sequence[Hit]) -> Iterator[_Candidate]:
        known = {hit.passage.id for hit in hits}
        rank = len(hits)
        for hit in list({hit.article.id: hit for hit in hits}.values())[:_READ_FURTHER]:
            if not is_english_article(hit.article):  # nobody can tell there
                continue
            for passage in self._read_passages(hit.article, _FURTHER_PASSAGES):
                if passage.id not in known:
                    rank += 1
                    other = replace(hit, passage=passage, rank=rank, score=0.0, signals={})
                    yield from (c for c in _split(other, part) if c.matches)

    def _score(self, part: QuestionPart, candidates: list[_Candidate], *, newest: bool) -> list[_Candidate]:
        """Score sentences, best first: by cosine, and those that come out best by the cross-encoder too.

        With `newest`, the newer of the dated articles gain.
        """
        vectors = self._embedder.embed_passages([c.text for c in candidates])
        cosines = vectors @ self._embedder.embed_query(part.whole)
        fresh = measure_freshness(c.hit.article for c in candidates) if newest else {}
        lost = _NO_REASON if part.kind == "reason" else _MISMATCH
        floor = min((c.hit.signals["rerank"] for c in candidates if "rerank" in c.hit.signals), default=0.0)
        first = [
            replace(
                c,
                cosine=float(cosine),
                score=_SIMILARITY * float(cosine)
                + c.hit.signals.get("rerank", floor)
                + NEWEST * fresh.get(c.hit.article.id, 0.0)
                - (0.0 if c.matches else lost),
            )
            for c, cosine in zip(candidates, cosines, strict=True)
        ]
        shortlist = sorted(first, key=_best_first)[:_SHORTLIST]
        texts = [embedded_text(c.hit.article, write_out_days(c.hit.article, *c.span, part.days)) for c in shortlist]
        logits = self._reranker.score(part.whole, texts)
        read = [replace(c, score=c.score + float(x), logit=float(x)) for c, x in zip(shortlist, logits, strict=True)]
        return sorted(read, key=_best_first)

    def _choose(self, scored: list[_Candidate]) -> list[_Candidate]:
        """The best sentence, and those near it that say something else."""
        chosen = scored[:1]
        for c in scored[1:]:
            if len(chosen) == max(1, self._settings.answer_sentences) or c.score < scored[0].score - _WITHIN:
                break
            if c.logit >= _FLOOR and not any(_says_the_same(c.text, other.text) for other in chosen):
                chosen.append(c)
        return chosen


def _join(found: Sequence[_Found]) -> list[_Candidate]:
    """The sentences that answer the parts of a question, in the order of the parts, each said once."""
    joined: list[_Candidate] = []
    for candidate in (c for f in found for c in f.chosen):
        if not any(_says_the_same(candidate.text, other.text) for other in joined):
            joined.append(candidate)
    return joined


def _split(hit: Hit, part: QuestionPart) -> list[_Candidate]:
    text, start = hit.passage.text, hit.passage.start
    days = part.days if part.kind != "time" else frozenset()

    def matches(words: str, span: Span) -> bool:
        return holds_kind(hit.article, words, part.kind, part.asked) and _fits_day(hit, span, days)

    return [
        _Candidate(hit, span, words, matches(words, span))
        for s in split_sentences(text)
        for words, span in [(text[s.start : s.end], Span(start + s.start, start + s.end))]
    ]


def _pick_likely(candidates: list[_Candidate], question: str) -> list[_Candidate]:
    """The sentences worth embedding; a passage that the cross-encoder did not read counts as the last that it did."""
    logits = [c.hit.signals["rerank"] for c in candidates if "rerank" in c.hit.signals]
    best, last = max(logits, default=0.0), min(logits, default=0.0)
    asked = set(content_words(question))

    def guess(candidate: _Candidate) -> float:
        shared = len(asked & set(content_words(candidate.text))) / max(1, len(asked))
        logit = candidate.hit.signals.get("rerank", last)
        return logit + _SHARED_WORDS * shared - (0.0 if candidate.matches else _MISMATCH)

    near = [c for c in candidates if c.hit.signals.get("rerank", last) >= best - _HOPELESS]
    return sorted(near, key=guess, reverse=True)[:_LIKELY]


def _fits_day(hit: Hit, span: Span, asked: Set[date]) -> bool:
    """False where the sentence names days and none of those that the question names, however either is put."""
    if not asked:
        return True
    named = list_named_days(hit.article, *span)
    return not named or bool(named & asked)


def _best_first(candidate: _Candidate) -> tuple[float, int, Span]:
    return (-candidate.score, candidate.hit.rank, candidate.span)


def _says_the_same(one: str, other: str) -> bool:
    a, b = set(content_words(one)), set(content_words(other))
    return bool(a and b) and len(a & b) / len(a | b) > 0.6


def _put_in_order(chosen: list[_Candidate]) -> list[_Candidate]:
    """The best sentence first, then its article's others as they stand there, then the other articles'."""
    places = {c.hit.article.id: n for n, c in reversed(list(enumerate(chosen)))}
    return chosen[:1] + sorted(chosen[1:], key=lambda c: (places[c.hit.article.id], c.span))


def write_gap(part: str) -> Sentence:
    """The sentence by which an answer says that the articles don't answer `part` of its question."""
    return Sentence(f"The articles don't say: {part[0].lower()}{part[1:]}", gap=True)
