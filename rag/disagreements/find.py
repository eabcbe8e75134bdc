"""What different articles answer to one question, held against each other."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from index import Hit, split_sentences
from rag.disagreements.record import Disagreement, DisagreementKind, Side
from rag.disagreements.rewritten import find_rewritten
from rag.english.gate import (
    Statement,
    asks_for_cause,
    asks_yes_or_no,
    compare_statements,
    has_changed,
    read_statement,
    say_the_same,
)
from rag.extract.candidates import Candidate
from rag.overlap import list_words, measure_jaccard
from rag.question.record import QuestionPart
from rag.quotes import CitationBook
from rag.records import Quote

# Below these it is no voice: the reader's log-odds that a passage answers, which may be less where a number or a name
# stands in a sentence that repeats the question, or a day, as others stand everywhere; and the cross-encoder's logit.
_LEAST_ODDS = 0.0
_LEAST_REPEATED = -3.5
_LEAST_DAY = -1.0
_STATED = 0.25  # of the question's words stand in such a sentence
_LEAST_LOGIT = 3.0
_LEAST_SHARE = 0.02  # of what answers in a passage must be these words
_MOST_SIDES = 4
_REWRITTEN = 8  # candidates whose sentences are looked for in other articles with another answer
_COPIED = 0.85  # of the words of two sentences are the same: one took it from the other, or both from a wire


@dataclass(frozen=True, slots=True)
class Voice:
    """What one article says to a question, and the sentence in which it does."""

    candidate: Candidate
    statement: Statement

    @property
    def published(self) -> datetime | None:
        """When the article was published."""
        return self.statement.published


@dataclass(frozen=True, slots=True)
class FoundDisagreement:
    """The sides, the newest first, each with the voices that take it, the surest first."""

    about: str
    kind: DisagreementKind
    sides: tuple[tuple[Voice, ...], ...]

    def cite(self, book: CitationBook) -> Disagreement:
        """The disagreement with the markers that a book gives to what it rests on."""
        newest = [max((v.published for v in side if v.published), default=None) for side in self.sides]
        sides = []
        for side, day in zip(self.sides, newest, strict=True):
            others = [other for other in newest if other is not day]
            sides.append(
                Side(
                    value=_show_value(side[0]),
                    citations=tuple(dict.fromkeys(book.cite(v.candidate.hit, [v.candidate.quote]) for v in side)),
                    outlets=_list_outlets(side),
                    published=day.date() if day else None,
                    newest=day is not None and all(other is not None and other.date() < day.date() for other in others),
                )
            )
        return Disagreement(self.about, self.kind, tuple(sides))


def find_disagreement(
    part: QuestionPart, candidates: Sequence[Candidate], hits: Sequence[Hit]
) -> FoundDisagreement | None:
    """Where articles contradict each other in what they answer; None where not.

    `candidates` are compared, the best first; the sentences of the best are also looked for in all `hits`, with another
    answer in them.
    """
    if part.wants_sentences and not asks_for_cause(part.whole):
        return None
    sides: list[list[Voice]] = []
    for voice in _list_voices(part, candidates):
        _take(sides, voice, part)
    if len(sides) < 2:
        sides = _list_rewritten(part, candidates, hits)
    if len(sides) < 2:
        return None
    first = sides[0][0]
    ordered = sorted(sides, key=_order)
    changed = all(
        has_changed(older[0].statement, newer[0].statement, part.whole) for newer, older in itertools.pairwise(ordered)
    )
    if not changed:
        ordered = [side for side in sides if side[0] is first] + [side for side in ordered if side[0] is not first]
    return FoundDisagreement(part.asked, "changed" if changed else "disputed", tuple(map(tuple, ordered)))


def _order(side: Sequence[Voice]) -> tuple[bool, float]:
    """The newest side first, the undated last."""
    days = [v.published.timestamp() for v in side if v.published]
    return not days, -max(days, default=0.0)


def _list_voices(part: QuestionPart, candidates: Sequence[Candidate]) -> Iterator[Voice]:
    """The best sentence of each article that says something of its own to the question; a copy is no second one."""
    heard: set[str] = set()
    for c in candidates:
        if c.hit.article.id not in heard and (voice := _hear(part, c)):
            heard |= {c.hit.article.id, *c.hit.copies}
            yield voice


def _hear(part: QuestionPart, candidate: Candidate) -> Voice | None:
    """What a candidate's sentence says, or of its passage the first that says yes or no; None where nothing is sure."""
    if candidate.logit < _LEAST_LOGIT and candidate.log_odds < _LEAST_ODDS:
        return None
    either = asks_yes_or_no(part.whole)
    if not either and (candidate.log_odds < _LEAST_REPEATED or candidate.share < _LEAST_SHARE):
        return None
    for c in _list_sentences(candidate) if either else [candidate]:
        statement = _read(part, c)
        if statement is None or not statement.sure or (either and not statement.value.side):
            continue
        value = statement.value
        counted = value.quantity is not None or value.moment is not None
        least = _LEAST_ODDS
        if statement.stated >= _STATED and (counted or value.names):
            least = _LEAST_REPEATED if value.quantity or not value.moment else _LEAST_DAY
        fits = counted or value.names or c.matches
        if value.side or (c.log_odds >= least and c.share >= _LEAST_SHARE and fits):
            return Voice(c, statement)
    return None


def _list_sentences(candidate: Candidate) -> list[Candidate]:
    """The candidate, and behind it one for each other sentence of its passage."""
    passage = candidate.hit.passage
    found = [candidate]
    for span in split_sentences(passage.text, candidate.hit.article.rules):
        quote = Quote(passage.start + span.start, passage.start + span.end)
        if quote != candidate.quote:
            text = passage.text[span.start : span.end]
            found.append(replace(candidate, quote=quote, words=quote, text=text))
    return found


def _take(sides: list[list[Voice]], voice: Voice, part: QuestionPart) -> None:
    """Put a voice to the side that it takes, or make it a side of its own; leave it where nobody can tell."""
    compared = [
        [compare_statements(other.statement, voice.statement, part.whole, part.kind) for other in side]
        for side in sides
    ]
    for side, said in zip(sides, compared, strict=True):
        if True in said and False not in said:
            side.append(voice)
            return
    if len(sides) < _MOST_SIDES and all(said[0] is False and True not in said for said in compared):
        sides.append([voice])


def _list_rewritten(part: QuestionPart, candidates: Sequence[Candidate], hits: Sequence[Hit]) -> list[list[Voice]]:
    """One of the best candidates, and what other articles have in its sentence in place of the words that answer."""
    if asks_yes_or_no(part.whole):
        return []
    for n, candidate in enumerate(candidates[:_REWRITTEN]):
        if n and candidate.log_odds < _LEAST_ODDS:
            continue
        rewritten = list(find_rewritten(candidate, hits))
        sides = _list_sides(part, [candidate, *rewritten]) if rewritten else []
        if len(sides) > 1:
            return sides
    return []


def _list_sides(part: QuestionPart, candidates: Sequence[Candidate]) -> list[list[Voice]]:
    """Candidates that differ in their answers alone, by answer."""
    sides: list[list[Voice]] = []
    for candidate in candidates:
        if statement := _read(part, candidate):
            side = next((s for s in sides if say_the_same(s[0].statement, statement, part.kind)), None)
            if side:
                side.append(Voice(candidate, statement))
            elif len(sides) < _MOST_SIDES:
                sides.append([Voice(candidate, statement)])
    return sides


def _read(part: QuestionPart, candidate: Candidate) -> Statement | None:
    return read_statement(
        candidate.hit.article,
        candidate.quote.field,
        (candidate.quote.start, candidate.quote.end),
        (candidate.words.start, candidate.words.end),
        candidate.hit.passage.text,
        part.whole,
        part.kind,
    )


def _list_outlets(side: Sequence[Voice]) -> tuple[str, ...]:
    """The outlets that take a side by a sentence of their own, in order."""
    outlets: dict[str, None] = {}
    said: list[frozenset[str]] = []
    for voice in side:
        words = list_words(voice.candidate.text)
        if any(measure_jaccard(words, other) >= _COPIED for other in said):
            continue
        said.append(words)
        article = voice.candidate.hit.article
        outlets.setdefault(article.source or article.title or article.id)
    return tuple(outlets)


def _show_value(voice: Voice) -> str:
    """The words that answer; of yes and no the sentence too."""
    side = voice.statement.value.side
    return f"{side.capitalize()}: {voice.candidate.text}" if side else voice.candidate.answer
