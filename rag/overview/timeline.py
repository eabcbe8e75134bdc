"""What happened about a topic, and when, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from index import NO_FILTERS, Filters, Hit, Library, Span, UsageError, check_question
from rag.english.gate import ReportedEvent, add_brackets, find_events, is_english_article, show_days
from rag.overview.merging import Group, Report, group_reports
from rag.overview.records import Event, Timeline
from rag.overview.topic_search import OFF_TOPIC, ON_TOPIC, TopicSearch
from rag.question.filters import end_by
from rag.question.nothing_left import explain_empty
from rag.quotes import CitationBook
from rag.records import Quote

_MOST_MISSES = 2  # runs of articles in a row without anything on the topic; behind more there is nothing
_MOST_READ = 300  # articles, where there is no topic
_ALIKE = 0.45  # cosine from which two sentences may be of one story
_MOST_SOURCES = 6  # of one event that are cited


def make_timeline(
    library: Library, topic: str, filters: Filters = NO_FILTERS, as_of: date | None = None, most: int = 40
) -> Timeline:
    """What the articles report that happened about a topic, at most `most` events: what `grow_timeline` gives last."""
    *_, timeline = grow_timeline(library, topic, filters, as_of, most)
    return timeline


def grow_timeline(
    library: Library, topic: str, filters: Filters = NO_FILTERS, as_of: date | None = None, most: int = 40
) -> Iterator[Timeline]:
    """Give the timeline as it grows, from the articles that fit best on; each one given is in order, the last is whole.

    With `as_of`, only articles published up to that day count. Raises UsageError for what is no topic.
    """
    timeline = Timeline(check_topic(topic), end_by(filters, as_of), as_of)
    search = TopicSearch(library, timeline.topic, timeline.filters)
    reports: list[Report] = []
    misses = 0
    for articles in search.find_articles():
        found = _read_reports(library, search, articles)
        misses = 0 if found else misses + 1
        if misses > _MOST_MISSES:
            break
        reports += found
        timeline = _arrange(_count_left_out(timeline, search, articles, found), group_reports(reports), most)
        if found:
            yield timeline
    yield timeline if timeline.events else replace(timeline, reason=_explain_nothing(library, timeline))


def list_news(
    library: Library, filters: Filters = NO_FILTERS, days: tuple[date, date] | None = None, most: int = 8
) -> Timeline:
    """What the articles report that happened, whatever it was about: what most of them write of, in order.

    With `days`, those that happened from the first to the last of them.
    """
    articles, _ = library.page(filters, "", 0, _MOST_READ)
    found: list[tuple[ReportedEvent, Hit]] = []
    for article in articles:
        passages = library.passages(article, 1)
        hits = [Hit(passages[0], article, rank=1, score=1.0)] if passages else []
        events = (event for event in find_events(article) if event.lead and hits)
        event = next((e for e in events if days is None or (days[0] <= e.first and e.last <= days[1])), None)
        if event and (hit := _find_passage(library, hits, event)):
            found.append((event, hit))
    texts = [f"{hit.article.title}. {hit.article.text[event.start : event.end]}" for event, hit in found]
    vectors = library.embedder.embed_passages(texts) if texts else np.zeros((0, library.embedder.dim), np.float32)
    alike = (vectors @ vectors.T >= _ALIKE).sum(axis=1)
    reports = [Report(h, e, v, float(n)) for (e, h), v, n in zip(found, vectors, alike, strict=True)]
    return _arrange(Timeline("", filters), group_reports(reports), most)


def check_topic(topic: str) -> str:
    """The topic without white space around it; raise UsageError where there is none."""
    if not topic.strip():
        raise UsageError("the topic is empty. Name what it is to be about, as in “the Niger withdrawal”.")
    return check_question(topic)


def _read_reports(library: Library, search: TopicSearch, articles: Sequence[Sequence[Hit]]) -> list[Report]:
    """What articles report about the topic in their news and in the passages that were found."""
    placed = [
        (event, hit)
        for hits in articles
        for event in find_events(hits[0].article)
        if (hit := _find_passage(library, hits, event)) is not None
    ]
    passages = list({hit.passage.id: hit for _, hit in placed}.values())
    logits = dict(zip((hit.passage.id for hit in passages), search.score(passages), strict=True))
    placed = [(event, hit) for event, hit in placed if logits[hit.passage.id] >= OFF_TOPIC]
    texts = [f"{hit.article.title}. {hit.article.text[event.start : event.end]}" for event, hit in placed]
    vectors = library.embedder.embed_passages(texts) if texts else ()
    return [
        Report(hit, event, vector, logits[hit.passage.id])
        for (event, hit), vector in zip(placed, vectors, strict=True)
        if search.is_on_topic(logits[hit.passage.id], hit.article, hit.article.text[event.start : event.end], vector)
    ]


def _count_left_out(
    timeline: Timeline, search: TopicSearch, articles: Sequence[Sequence[Hit]], found: Sequence[Report]
) -> Timeline:
    """The timeline with those articles counted that are on its topic and can't have a part in it."""
    used = {report.hit.article.id for report in found}
    firsts = [hits[0] for hits in articles if hits[0].article.id not in used]
    lacking = [h for h in firsts if h.article.published is None or not is_english_article(h.article)]
    on_topic = [h.article for h, logit in zip(lacking, search.score(lacking), strict=True) if logit >= ON_TOPIC]
    unread = sum(not is_english_article(article) for article in on_topic)
    return replace(timeline, undated=timeline.undated + len(on_topic) - unread, unread=timeline.unread + unread)


def _find_passage(library: Library, hits: Sequence[Hit], event: ReportedEvent) -> Hit | None:
    """The passage that an event stands in: one that was found, or any for the article's news."""
    for hit in hits:
        if hit.passage.start <= event.start and event.end <= hit.passage.end:
            return hit
    if not event.lead:
        return None
    for passage in library.passages(hits[0].article, 3):
        if passage.start <= event.start and event.end <= passage.end:
            return replace(hits[0], passage=passage)
    return None


def _arrange(timeline: Timeline, groups: Sequence[Group], most: int) -> Timeline:
    """The timeline of the weightiest events, in order."""
    weighty = sorted(groups, key=lambda group: -_weigh(group))[:most]
    book = CitationBook()
    events = tuple(
        _write_event(group, book) for group in sorted(weighty, key=lambda g: (g.first, g.last, g.reports[0].text))
    )
    return replace(timeline, events=events, citations=book.citations())


def _weigh(group: Group) -> float:
    """How much an event counts for the topic: by how well its best article fits, and how many report it."""
    outlets = {report.hit.article.source or report.hit.article.id for report in group.reports}
    return max(report.score + 2 * report.event.lead for report in group.reports) + 2 * len(outlets)


def _write_event(group: Group, book: CitationBook) -> Event:
    reports = group.put_in_order()[:_MOST_SOURCES]
    markers = [book.cite(report.hit, _list_quotes(report)) for report in reports]
    article, clearest = reports[0].hit.article, reports[0].event
    shown = show_days(group.first, group.last)
    text = add_brackets(article, clearest.start, clearest.end, Span(clearest.start, clearest.start), shown)
    return Event(group.first, group.last, text, tuple(dict.fromkeys(markers)))


def _list_quotes(report: Report) -> list[Quote]:
    """The sentence, and the one that says when it was, where that is another one of the same passage."""
    event, passage = report.event, report.hit.passage
    quotes = [Quote(event.start, event.end)]
    if event.when and passage.start <= event.when.start and event.when.end <= passage.end:
        quotes.append(Quote(*event.when))
    return quotes


def _explain_nothing(library: Library, timeline: Timeline) -> str:
    scope = library.scope(timeline.filters)
    if reason := explain_empty(scope):
        return reason
    left_out = "".join(f" {note}" for note in timeline.notes)
    searched = f"{scope.searched:,} of {scope.articles:,} articles were searched"
    return (
        f"The articles report nothing dated about “{timeline.topic}”: {searched}.{left_out} "
        "Name the topic in other words, or add articles that tell of it."
    )
