"""The sentences of passages that may answer a question, with the words in them that do, by what a reader read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from math import log
from typing import Literal, NamedTuple

from index import AnswerSpan, Hit, Reading, Span, embedded_text, split_sentences
from rag.english.gate import add_brackets, holds_kind, list_day_notes, write_out_days
from rag.question.record import QuestionPart
from rag.records import Quote

# A candidate's score, in logits. Chosen on 299 RealTimeQA questions: see docs/measurements.md.
_RANK = 0.2  # of the cross-encoder's logit of the passage
_MISMATCH = 2.0  # lost by a sentence without the kind of thing that is asked for
# Lost by a sentence without a reason where one is asked for: readers like sentences that repeat the deed.
_NO_REASON = 6.0
_LEAST_SHARE = 1e-6

YesNo = Literal["Yes", "No", ""]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage, or a title: `quote` is all of it, and `words` those of it that answer.

    `log_odds` are the reader's that the passage answers, `share` is how likely of all its words these do, and `logit`
    the cross-encoder's of the passage. `yes_no` is what the sentence says to a question that yes or no answers, and
    `as_of` from when it is, where articles say different things.
    """

    hit: Hit
    quote: Quote
    words: Quote
    text: str
    matches: bool
    log_odds: float
    share: float
    logit: float
    score: float
    yes_no: YesNo = ""
    as_of: str = ""

    def show(self) -> str:
        """The sentence, with what is ours in brackets: its day, yes or no, and what it lacks to stand alone."""
        said = (f"[{self.as_of}:] " if self.as_of else "") + (f"[{self.yes_no}.] " if self.yes_no else "")
        if self.quote.field == "title":
            return f"{said}{self.text}"
        words = Span(self.words.start, self.words.end)
        return said + add_brackets(self.hit.article, self.quote.start, self.quote.end, words)

    @property
    def answer(self) -> str:
        """The words that answer."""
        article = self.hit.article
        whole = article.title if self.words.field == "title" else article.text
        return whole[self.words.start : self.words.end]


class ReadText(NamedTuple):
    """What the reader reads of a passage: the heading, and its text with `added` characters behind places of it."""

    text: str
    heading: int
    added: tuple[tuple[int, int], ...]

    def find_place(self, at: int) -> int:
        """The character of the passage that character `at` of the text is, or comes behind."""
        place = at - self.heading
        for start, length in self.added:
            if place <= start:
                break
            place = max(start, place - length)
        return place


def write_text(hit: Hit, days: Set[date]) -> ReadText:
    """The passage for the reader: "on Thursday" has its date behind it where that is one of `days`."""
    passage = hit.passage
    heading = len(embedded_text(hit.article, passage.text)) - len(passage.text)
    notes = list_day_notes(hit.article, passage.start, passage.end, days)
    body = write_out_days(hit.article, passage.start, passage.end, days)
    added = tuple((at - passage.start, len(f" ({said})")) for at, said in notes)
    return ReadText(embedded_text(hit.article, body), heading, added)


def list_candidates(
    part: QuestionPart,
    hits: Sequence[Hit],
    read: Sequence[ReadText],
    readings: Sequence[Reading],
    bonus: Mapping[str, float],
) -> list[Candidate]:
    """The sentences that hold the readings' spans, best first, each once; `bonus` is by article id."""
    logits = [hit.signals["rerank"] for hit in hits if "rerank" in hit.signals]
    least = min(logits, default=0.0)
    found: dict[tuple[str, Quote], Candidate] = {}
    for hit, text, reading in zip(hits, read, readings, strict=True):
        logit = hit.signals.get("rerank", least)
        for span in reading.spans:
            words = _find_words(hit, text, span)
            if words is None:
                continue
            candidate = _make(part, hit, words, reading.log_odds, span.share, logit, bonus.get(hit.article.id, 0.0))
            key = (hit.article.id, candidate.quote)
            found[key] = max(found.get(key, candidate), candidate, key=lambda c: c.score)
    return sorted(found.values(), key=lambda c: (-c.score, c.hit.rank, c.quote))


def _find_words(hit: Hit, read: ReadText, span: AnswerSpan) -> tuple[Quote, Quote] | None:
    """The sentence, or title, and the words in it; None where there are none, as for the day behind a title."""
    article, passage = hit.article, hit.passage
    if span.start < read.heading:
        whole = Quote(0, len(article.title), "title")
        return (whole, Quote(span.start, span.end, "title")) if span.end <= whole.end else None
    start, end = read.find_place(span.start), read.find_place(span.end)
    sentence = _find_sentence(split_sentences(passage.text, article.rules), start)
    start, end = max(start, sentence.start), min(end, sentence.end)
    if start >= end:  # nothing but the space between two sentences, or a date that was added
        return None
    at = passage.start
    return Quote(at + sentence.start, at + sentence.end), Quote(at + start, at + end)


def _make(
    part: QuestionPart,
    hit: Hit,
    found: tuple[Quote, Quote],
    log_odds: float,
    share: float,
    logit: float,
    bonus: float,
) -> Candidate:
    quote, words = found
    source = hit.article.title if quote.field == "title" else hit.article.text
    text = source[quote.start : quote.end]
    matches = holds_kind(hit.article, text, part.kind, part.asked)
    lost = 0.0 if matches else _NO_REASON if part.kind == "reason" else _MISMATCH
    score = log_odds + log(share + _LEAST_SHARE) + _RANK * logit + bonus - lost
    return Candidate(hit, quote, words, text, matches, log_odds, share, logit, score)


def _find_sentence(sentences: Sequence[Span], at: int) -> Span:
    """The sentence that holds character `at`, or the one before it."""
    return next((s for s in reversed(sentences) if s.start <= at), sentences[0])
