"""A topic in brief: what happened, how things stand, and what isn't known, each line with its source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import islice
from typing import NamedTuple

from index import NO_FILTERS, Filters, Hit, Library, Span, split_sentences
from rag.disagreements.topic import list_disagreements
from rag.english.gate import add_brackets, says_unknown, show_days, show_published_day, states_news
from rag.overlap import list_words, measure_overlap
from rag.overview.disputes import write_sides
from rag.overview.records import (
    DISPUTED,
    HAPPENED,
    SAID,
    SAME_LINE,
    STANDS,
    UNKNOWN,
    Brief,
    BriefLine,
    BriefSection,
    Timeline,
)
from rag.overview.statements import Statement, find_statements
from rag.overview.timeline import make_timeline
from rag.overview.topic_search import ON_TOPIC, TopicSearch
from rag.quotes import CitationBook
from rag.records import Citation, Quote

_EVENTS = 8  # lines of what happened
_LINES = 3  # of every other section
_SPEAKERS = 4
_LEAST_WORDS = 4  # of what somebody said
_READ = 24  # passages of which it is asked whether they are on the topic, for each section
_OLDEST = datetime.min.replace(tzinfo=UTC)


class _Sentence(NamedTuple):
    """Characters of a passage that are a sentence."""

    hit: Hit
    span: Span

    @property
    def text(self) -> str:
        """The sentence as it stands."""
        return self.hit.article.text[self.span.start : self.span.end]


def list_brief_hits(library: Library, topic: str, filters: Filters) -> list[Hit]:
    """The passages that a brief cites, for a model to write one of."""
    brief = make_brief(library, topic, filters)
    return [replace(citation.hit, rank=citation.marker) for citation in brief.citations]


def make_brief(library: Library, topic: str, filters: Filters = NO_FILTERS, as_of: date | None = None) -> Brief:
    """What the articles say about a topic, in sections, each line cited; a section without a line is left out.

    With `as_of`, only articles published up to that day count. Raises UsageError for what is no topic.
    """
    timeline = make_timeline(library, topic, filters, as_of, _EVENTS)
    search = TopicSearch(library, timeline.topic, timeline.filters)
    book = CitationBook()
    said_before: list[str] = []
    happened = BriefSection(HAPPENED, tuple(_copy_events(timeline, book, said_before)))
    # Before how things stand, of which it is a part that counts more.
    unknown = BriefSection(UNKNOWN, tuple(_write_lines(search, says_unknown, book, said_before)))
    stands = BriefSection(STANDS, tuple(_write_lines(search, states_news, book, said_before, leads=True)))
    said = BriefSection(SAID, tuple(_copy_statements(library, timeline, book)))
    disputed = BriefSection(DISPUTED, tuple(islice(_write_disputes(search, book), _LINES)))
    sections = happened, stands, said, disputed, unknown
    kept = tuple(section for section in sections if section.lines)
    return Brief(
        timeline.topic,
        timeline.filters,
        as_of,
        kept,
        book.citations(),
        timeline.notes,
        "" if kept else timeline.reason,
    )


def _write_disputes(search: TopicSearch, book: CitationBook) -> Iterator[BriefLine]:
    """What articles contradict each other in, a line each; what only changed from one to the other comes last."""
    for disagreement in sorted(list_disagreements(search, book), key=lambda d: d.kind == "changed"):
        lead = "Changed over time" if disagreement.kind == "changed" else "Reports differ"
        sides = list(write_sides(disagreement, book.citations()))
        markers = tuple(dict.fromkeys(marker for side in sides for marker in side.citations))
        yield BriefLine(lead, " ".join(f"[{side.who}:] {side.text}" for side in sides), markers)


def _copy_events(timeline: Timeline, book: CitationBook, said_before: list[str]) -> Iterator[BriefLine]:
    for event in timeline.events:
        cited = timeline.cited(event)
        said_before.append(cited[0].quoted()[0])
        markers = tuple(book.cite(citation.hit, citation.quotes) for citation in cited)
        yield BriefLine(event.show_date(), event.text, markers)


def _copy_statements(library: Library, timeline: Timeline, book: CitationBook) -> Iterator[BriefLine]:
    """What people said, the newest first, each person once: words of their own rather than others'."""
    found = find_statements(library, timeline.topic, timeline.filters, limit=_READ)
    chosen: dict[str, Statement] = {}
    for statement in sorted(found.statements, key=lambda s: not s.direct):
        named = len(statement.speaker.split()) > 1 or not statement.speaker.islower()  # and no "they"
        if named and len(statement.words.split()) >= _LEAST_WORDS:
            chosen.setdefault(statement.speaker, statement)
    for statement in list(chosen.values())[:_SPEAKERS]:
        citation = found.citation(statement.marker)
        if citation is not None:
            marker = book.cite(citation.hit, find_quotes(citation, statement))
            who = ", ".join([statement.speaker, *show_said(statement)])
            yield BriefLine(who, statement.shown, (marker,))


def find_quotes(citation: Citation, statement: Statement) -> list[Quote]:
    """The quotes of a statement's citation in which its words stand."""
    return [q for q in citation.quotes if q.start <= statement.start and statement.end <= q.end]


def show_said(statement: Statement) -> list[str]:
    """The day on which it was said, in words; nothing where that is not known."""
    return [show_days(statement.said, statement.said)] if statement.said else []


def _write_lines(
    search: TopicSearch,
    wanted: Callable[[str], bool],
    book: CitationBook,
    said_before: list[str],
    *,
    leads: bool = False,
) -> Iterator[BriefLine]:
    """Sentences on the topic that `wanted` takes, and that nothing `said_before` says, of the newest articles first.

    With `leads`, the first such sentence of each article alone.
    """
    found = [s for s in _list_sentences(search.list_hits()) if wanted(s.text)]
    found.sort(key=lambda s: s.hit.article.published or _OLDEST, reverse=True)
    passages = list({s.hit.passage.id: s.hit for s in found}.values())[:_READ]
    logits = dict(zip((hit.passage.id for hit in passages), search.score(passages), strict=True))
    lines = 0
    used: set[str] = set()
    for sentence in found:
        article = sentence.hit.article
        on_topic = logits.get(sentence.hit.passage.id, ON_TOPIC - 1) >= ON_TOPIC
        if not on_topic or (leads and article.id in used) or any(_says_the_same(sentence.text, t) for t in said_before):
            continue
        used.add(article.id)
        said_before.append(sentence.text)
        marker = book.cite(sentence.hit, [Quote(*sentence.span)])
        day = show_published_day(article) or "undated"
        start = Span(sentence.span.start, sentence.span.start)
        yield BriefLine(day, add_brackets(article, *sentence.span, start), (marker,))
        lines += 1
        if lines == _LINES:
            return


def _list_sentences(hits: list[Hit]) -> Iterator[_Sentence]:
    for hit in hits:
        for span in split_sentences(hit.passage.text, hit.article.rules):
            yield _Sentence(hit, Span(hit.passage.start + span.start, hit.passage.start + span.end))


def _says_the_same(one: str, other: str) -> bool:
    return measure_overlap(list_words(one), list_words(other)) >= SAME_LINE
