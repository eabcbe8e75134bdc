"""Answers without an LLM: the sentences of the articles that answer the question, word for word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import inf

from index import DEFAULT_READER, NEWEST, Hit, Reader, Reranker, embedded_text, measure_freshness
from rag.answerer import Draft
from rag.disagreements.find import FoundDisagreement, find_disagreement
from rag.disagreements.show import choose_sides
from rag.english.gate import is_english, is_english_article, tells_of_asked_change, write_out_days
from rag.extract.candidates import Candidate, list_candidates, write_text
from rag.extract.confidence import estimate_confidence, read_signals
from rag.extract.refusal import describe_nearest
from rag.extract.window import read_window
from rag.extract.yes_or_no import decide, read_evidence
from rag.overlap import list_words, measure_jaccard
from rag.question.record import ParsedQuestion, QuestionPart
from rag.quotes import CitationBook
from rag.records import AnswerWords, Sentence, Turn
from rag.settings import OFFLINE, Settings
from rag.weights import Signals

# Passages that are read, of those near the best one: some, and the others unless one of these surely answers. More
# change few answers.
_FIRST, _MOST = 4, 6
_SURELY = 1.0  # log-odds
_FAR = 4.0  # the cross-encoder's logits below the best passage's, from which on a passage is not read
_ON_TOPIC = 4.0  # the cross-encoder's logit from which one more article is read for what it says otherwise
_ANSWERS = 0.0  # the log-odds from which a sentence of a newer article goes first
_SAYS_CHANGE = -3.0  # the same where it says that what is asked has changed
_SAME = 0.6  # of their words in common, above which two sentences say the same
_WITHIN = 4.0  # how far below the best sentence a further one may score
_REASON_WITHIN = 8.0  # the same for one that gives the reason asked for, where the best one gives none
NOT_SURE = "The reader knows English: of what answers in another language it is not sure."


@dataclass(frozen=True, slots=True)
class _Found:
    """What answers one part of a question."""

    part: QuestionPart
    chosen: Sequence[Candidate]
    confidence: float
    signals: Signals
    disagreement: FoundDisagreement | None = None


class OfflineAnswerer:
    """Reads the best passages, gives the sentences that answer, and refuses where none likely does."""

    name = OFFLINE

    def __init__(self, reader: Reader, reranker: Reranker, settings: Settings) -> None:
        self._reader = reader
        self._reranker = reranker
        self._settings = settings

    def answer(self, question: ParsedQuestion, hits: Sequence[Hit], history: Sequence[Turn]) -> Iterator[Draft]:
        newest = question.newest or question.as_of is not None
        several = len(question.parts) > 1
        found = [
            self._find(part, self._rank_again(part, hits) if several or part.days else hits, newest=newest)
            for part in question.parts
        ]
        answered = [f for f in found if f.chosen and f.confidence >= self._settings.min_confidence]
        if not answered:
            surest = max(found, key=lambda f: f.confidence)
            nearest = describe_nearest(surest.part, surest.chosen)
            yield Draft(
                tuple(hits), refused=True, nearest=nearest, confidence=surest.confidence, signals=surest.signals
            )
            return
        chosen = _join(answered)
        least = min(answered, key=lambda f: f.confidence)
        first = answered[0]
        warnings = () if all(self._knows(f.part, f.chosen[0]) for f in answered) else (NOT_SURE,)
        read = {hit.passage.id: hit for hit in hits}  # as they were found, not as they were ranked for a part
        book = CitationBook()
        draft = Draft(tuple(hits), confidence=least.confidence, signals=least.signals, warnings=warnings)
        for c in chosen:
            marker = book.cite(read[c.hit.passage.id], [c.quote])
            if c is first.chosen[0] and not first.part.wants_sentences and not c.yes_no:
                draft = replace(draft, answer=AnswerWords(c.answer, marker, *c.words))
            # The article's own words, so supported by them, byte for byte; what is in brackets it says nearby.
            said = Sentence(c.show(), (marker,), support=1.0, verdict="supported")
            draft = replace(draft, sentences=(*draft.sentences, said), citations=book.citations())
            yield draft
        missing = [write_gap(f.part.asked) for f in found if f not in answered]
        disagreements = tuple(f.disagreement.cite(book) for f in answered if f.disagreement)
        if missing or disagreements:
            sentences = (*draft.sentences, *missing)
            yield replace(draft, sentences=sentences, citations=book.citations(), disagreements=disagreements)

    def _find(self, part: QuestionPart, hits: Sequence[Hit], *, newest: bool) -> _Found:
        """The sentences that answer one thing asked."""
        candidates, unread = self._read_best(part, hits, newest=newest)
        if not candidates:
            return _Found(part, (), 0.0, {})
        window = read_window(self._reader, part, candidates[0])
        signals = read_signals(part, candidates[0], window, knows=self._knows(part, candidates[0]))
        confidence = estimate_confidence(signals)
        if confidence < self._settings.min_confidence:
            return _Found(part, _put_in_order(self._choose(candidates)), confidence, signals)
        if disagreement := find_disagreement(part, self._add_articles(part, candidates, unread), hits):
            sides = choose_sides(disagreement)
            chosen = [*sides, *_leave_out(_put_in_order(self._choose(candidates)), disagreement)]
            most = max(len(sides), self._settings.answer_sentences)
            return _Found(part, chosen[:most], confidence, signals, disagreement)
        chosen = _put_reason_first(part, self._choose(candidates), candidates)[
            : max(1, self._settings.answer_sentences)
        ]
        if newer := _find_newer(part, candidates, chosen):
            chosen = [newer, *(c for c in chosen if c is not newer)][: max(2, self._settings.answer_sentences)]
        evidence = read_evidence(self._reader, part, [chosen[0], *(c for c in candidates if c is not chosen[0])])
        chosen[0] = replace(chosen[0], yes_no=decide(evidence))
        return _Found(part, _put_in_order(chosen), confidence, signals)

    def _read_best(
        self, part: QuestionPart, hits: Sequence[Hit], *, newest: bool
    ) -> tuple[list[Candidate], Sequence[Hit]]:
        """The sentences that may answer, best first, and the passages that were not read."""
        read = hits[:_MOST] if newest else _list_near(part, hits[:_FIRST])
        candidates = self._read(part, read, _favour_newest(read) if newest else {})
        sure = candidates and candidates[0].matches and candidates[0].log_odds >= _SURELY
        if not newest and not sure:
            read = _list_near(part, hits[:_MOST])
            candidates = self._read(part, read, {})
        return candidates, [hit for hit in hits if hit not in read]

    def _read(self, part: QuestionPart, hits: Sequence[Hit], bonus: Mapping[str, float]) -> list[Candidate]:
        """The sentences of passages that may answer, best first."""
        texts = [write_text(hit, part.days) for hit in hits]
        readings = self._reader.read(part.whole, [text.text for text in texts])
        return list_candidates(part, hits, texts, readings, bonus)

    def _add_articles(
        self, part: QuestionPart, candidates: Sequence[Candidate], unread: Sequence[Hit]
    ) -> Sequence[Candidate]:
        """The candidates, and behind them those of articles of which no passage was read yet."""
        read = {candidate.hit.article.id for candidate in candidates}
        further = (hit for hit in unread if hit.signals.get("rerank", 0.0) >= _ON_TOPIC)
        more = [hit for hit in further if hit.article.id not in read]
        return [*candidates, *self._read(part, more, {})] if more and not part.wants_sentences else candidates

    def _knows(self, part: QuestionPart, best: Candidate) -> bool:
        """False where the reader that comes along reads another language than English; others know what they know."""
        english = is_english(part.asked) and is_english_article(best.hit.article)
        return english or self._reader.name != DEFAULT_READER

    def _rank_again(self, part: QuestionPart, hits: Sequence[Hit]) -> list[Hit]:
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

    def _choose(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The best sentence, and those near it that say something else."""
        chosen = list(candidates[:1])
        for c in candidates[1:]:
            if len(chosen) == max(1, self._settings.answer_sentences) or c.score < chosen[0].score - _WITHIN:
                break
            if not any(_says_the_same(c.text, other.text) for other in chosen):
                chosen.append(c)
        return chosen


def _list_near(part: QuestionPart, hits: Sequence[Hit]) -> Sequence[Hit]:
    """The best passage for the cross-encoder, those near it, and those that it has not read.

    All of them where sentences answer, as for a "why": what repeats its question ranks far above what gives the reason.
    """
    best = max((hit.signals.get("rerank", -inf) for hit in hits), default=-inf)
    return [hit for hit in hits if part.wants_sentences or hit.signals.get("rerank", inf) > best - _FAR]


def _favour_newest(hits: Sequence[Hit]) -> Mapping[str, float]:
    """What articles gain by being new, by id."""
    fresh = measure_freshness(hit.article for hit in hits)
    return {article_id: NEWEST * value for article_id, value in fresh.items()}


def _find_newer(part: QuestionPart, candidates: Sequence[Candidate], chosen: Sequence[Candidate]) -> Candidate | None:
    """The sentence of the newest article that answers too, or says what changed, newer by a day than the best one's."""
    since = chosen[0].hit.article.published
    newer: list[tuple[datetime, int, Candidate]] = []
    for n, c in enumerate(candidates):
        day = c.hit.article.published
        if since is None or day is None or day - since < timedelta(days=1) or not c.matches or c.logit < _ON_TOPIC:
            continue
        changed = c.log_odds >= _SAYS_CHANGE and tells_of_asked_change(part.whole, c.text)
        answers = c in chosen and c.log_odds >= _ANSWERS and part.kind != "time"  # other days stand everywhere
        if changed or answers:
            newer.append((day, -n, c))
    return max(newer)[-1] if newer else None


def _leave_out(chosen: Sequence[Candidate], disagreement: FoundDisagreement) -> list[Candidate]:
    """The chosen sentences of articles that take no side."""
    voices = {voice.candidate.hit.article.id for side in disagreement.sides for voice in side}
    return [c for c in chosen if c.hit.article.id not in voices]


def _join(found: Sequence[_Found]) -> list[Candidate]:
    """The sentences that answer the parts of a question, in the order of the parts, each said once."""
    joined: list[Candidate] = []
    for candidate in (c for f in found for c in f.chosen):
        if candidate.as_of or not any(_says_the_same(candidate.text, other.text) for other in joined):
            joined.append(candidate)
    return joined


def _says_the_same(one: str, other: str) -> bool:
    return measure_jaccard(list_words(one), list_words(other)) > _SAME


def _put_reason_first(part: QuestionPart, chosen: list[Candidate], candidates: Sequence[Candidate]) -> list[Candidate]:
    """Of a "why": before a sentence that repeats what is asked, one of the same article that gives a reason."""
    if part.kind != "reason" or not part.wants_sentences:
        return chosen
    best = chosen[0]
    near = (c for c in candidates if c.hit.article.id == best.hit.article.id and c.score >= best.score - _REASON_WITHIN)
    reason = next((c for c in near if c.matches), best)
    return [reason, *(c for c in chosen if c is not reason)]


def _put_in_order(chosen: list[Candidate]) -> list[Candidate]:
    """The best sentence first, then its article's others as they stand there, then the other articles'."""
    places = {c.hit.article.id: n for n, c in reversed(list(enumerate(chosen)))}
    return chosen[:1] + sorted(chosen[1:], key=lambda c: (places[c.hit.article.id], c.quote))


def write_gap(part: str) -> Sentence:
    """The sentence by which an answer says that the articles don't answer `part` of its question."""
    return Sentence(f"The articles don't say: {part[0].lower()}{part[1:]}", gap=True)
