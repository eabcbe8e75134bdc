"""Answers that are an overview of a topic, so that whoever asks in words gets it where answers are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from index import Filters, Hit, Library
from rag.answerer import Answerer, Draft
from rag.disagreements.topic import list_disagreements
from rag.overview.brief import make_brief, show_said
from rag.overview.disputes import write_sides
from rag.overview.latest import list_latest
from rag.overview.records import DISPUTED, HAPPENED, SAID, UNKNOWN, Brief, Event, Timeline
from rag.overview.statements import find_statements
from rag.overview.timeline import grow_timeline, list_news, make_timeline
from rag.overview.topic_search import TopicSearch
from rag.question.record import ParsedQuestion
from rag.quotes import CitationBook
from rag.records import Citation, Sentence, Turn
from rag.settings import OFFLINE

_MOST_QUOTED = 12  # statements of an answer
_AT_ODDS = "articles on it that contradict each other"
_FEWEST_EVENTS, _MOST_EVENTS = 2, 8  # of what happened in some time; with fewer, what is around it says more


class OverviewAnswerer:
    """Writes the overview that a question wants, such as a timeline: a sentence for each line.

    Where nobody is quoted, and of a time in which less than two things happened, `usual` answers.
    """

    name = OFFLINE

    def __init__(self, library: Library, usual: Callable[[], Answerer]) -> None:
        self._library = library
        self._usual = usual

    def answer(self, question: ParsedQuestion, hits: Sequence[Hit], history: Sequence[Turn]) -> Iterator[Draft]:
        if question.wanted == "brief":
            yield _write_brief(make_brief(self._library, question.topic, question.filters), hits)
        elif question.wanted == "quotes":
            yield from self._quote(question, hits, history)
        elif question.wanted == "latest":
            yield self._list_latest(question, hits)
        elif question.wanted == "timeline" and not question.topic:
            yield _write_timeline(list_news(self._library, question.filters, question.news_days), hits)
        elif question.wanted == "disagreements":
            yield self._list_disagreements(question, hits)
        elif question.wanted == "story":
            yield from self._tell(question, hits, history)
        else:
            yield from self._list_events(question, hits)

    def _list_events(self, question: ParsedQuestion, hits: Sequence[Hit]) -> Iterator[Draft]:
        for timeline in grow_timeline(self._library, question.topic, question.filters):
            yield _write_timeline(timeline, hits)

    def _tell(self, question: ParsedQuestion, hits: Sequence[Hit], history: Sequence[Turn]) -> Iterator[Draft]:
        timeline = make_timeline(self._library, question.topic, question.filters, most=_MOST_EVENTS)
        events = [event for event in timeline.events if _is_within(event, question.filters)]
        if len(events) < _FEWEST_EVENTS:
            usual = list(self._usual().answer(question, hits, history))
            if not events or not usual[-1].refused:
                yield from usual
                return
        book = CitationBook()
        lines = [
            _write_line(event.show_date(), event.text, tuple(book.cite(c.hit, c.quotes) for c in timeline.cited(event)))
            for event in events
        ]
        yield _write(lines, book.citations(), timeline.notes, hits)

    def _quote(self, question: ParsedQuestion, hits: Sequence[Hit], history: Sequence[Turn]) -> Iterator[Draft]:
        found = find_statements(self._library, question.topic, question.filters, limit=_MOST_QUOTED)
        if not found.statements:
            yield from self._usual().answer(question, hits, history)
            return
        lines = [_write_line(", ".join([s.speaker, *show_said(s)]), s.shown, (s.marker,)) for s in found.list_lines()]
        yield _write(lines, found.citations, (), hits)

    def _list_latest(self, question: ParsedQuestion, hits: Sequence[Hit]) -> Draft:
        """The newest reports, each behind its day."""
        book = CitationBook()
        found = list_latest(self._library, question.topic, question.filters, book)
        lines = [_write_line(line.when, line.text, line.citations) for line in found]
        return _write(lines, book.citations(), (), hits, "anything about it")

    def _list_disagreements(self, question: ParsedQuestion, hits: Sequence[Hit]) -> Draft:
        """The sides of each disagreement, a line each, and the disagreements themselves."""
        book = CitationBook()
        found = tuple(list_disagreements(TopicSearch(self._library, question.topic, question.filters), book))
        citations = book.citations()
        sides = [side for disagreement in found for side in write_sides(disagreement, citations)]
        lines = [_write_line(side.who, side.text, side.citations) for side in sides]
        return replace(_write(lines, citations, (), hits, _AT_ODDS), disagreements=found)


def _is_within(event: Event, filters: Filters) -> bool:
    """True where some of the days that an event may have been on are in the time asked of."""
    return (filters.after is None or event.last >= filters.after) and (
        filters.before is None or event.date <= filters.before
    )


def _write_timeline(timeline: Timeline, hits: Sequence[Hit]) -> Draft:
    lines = [_write_line(event.show_date(), event.text, event.citations) for event in timeline.events]
    return _write(lines, timeline.citations, timeline.notes, hits)


def _write_brief(brief: Brief, hits: Sequence[Hit]) -> Draft:
    said = {HAPPENED: "", SAID: "", DISPUTED: "", UNKNOWN: "Not known as of "}
    lines = [
        _write_line(said.get(section.heading, "As of ") + line.when, line.text, line.citations)
        for section in brief.sections
        for line in section.lines
    ]
    return _write(lines, brief.citations, brief.notes, hits)


def _write_line(when: str, text: str, citations: tuple[int, ...]) -> Sentence:
    """The article's own words, so supported by them; what is in brackets is ours."""
    return Sentence(f"[{when}:] {text}", citations, support=1.0, verdict="supported")


def _write(
    lines: list[Sentence],
    citations: tuple[Citation, ...],
    notes: tuple[str, ...],
    hits: Sequence[Hit],
    missing: str = "anything dated about it",
) -> Draft:
    if not lines:
        return Draft(tuple(hits), refused=True, missing=missing, warnings=notes)
    return Draft(tuple(c.hit for c in citations), tuple(lines), citations, warnings=notes)
