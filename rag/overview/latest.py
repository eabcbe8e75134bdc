"""How things stand with a topic: what the newest articles on it report, the newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from index import Article, Filters, Hit, Library, Span, split_sentences
from rag.english.gate import add_brackets, show_published_day, states_news
from rag.overlap import list_words, measure_overlap
from rag.overview.records import SAME_LINE, BriefLine
from rag.overview.topic_search import OFF_TOPIC, ON_TOPIC, TopicSearch
from rag.quotes import CitationBook
from rag.records import Quote

_LINES = 3
_AT_ONCE = 8  # articles that are read at the same time, the newest first
_AHEAD = timedelta(days=1)  # of this machine's clock: elsewhere it is tomorrow already
_OLDEST = datetime.min.replace(tzinfo=UTC)


def list_latest(library: Library, topic: str, filters: Filters, book: CitationBook) -> Iterator[BriefLine]:
    """The newest reports on a topic, one of each article; without a topic, the newest reports of all.

    Articles without a date come last, and so do those dated in the future.
    """
    listed: list[frozenset[str]] = []
    found = _find_on_topic(library, topic, filters) if topic else _list_newest(library, filters)
    for hit, span in found:
        article = hit.article
        words = list_words(article.text[span.start : span.end])
        if any(measure_overlap(words, other) >= SAME_LINE for other in listed):
            continue
        listed.append(words)
        day = show_published_day(article) or "undated"
        marker = book.cite(hit, [Quote(*span)])
        yield BriefLine(day, add_brackets(article, *span, Span(span.start, span.start)), (marker,))
        if len(listed) == _LINES:
            return


def _list_newest(library: Library, filters: Filters) -> Iterator[tuple[Hit, Span]]:
    articles, _ = library.page(filters, "", 0, 5 * _LINES)
    for article in sorted(articles, key=_find_time, reverse=True):
        passages = library.passages(article, 1)
        if passages and (span := _choose_sentence(hit := Hit(passages[0], article, rank=1, score=1.0))):
            yield hit, span


def _find_on_topic(library: Library, topic: str, filters: Filters) -> Iterator[tuple[Hit, Span]]:
    """The sentence of each article on the topic, the newest first."""
    search = TopicSearch(library, topic, filters)
    articles = _sort_by_article(search)
    newest = next((hits[0].article.published for hits in articles if _find_time(hits[0].article) != _OLDEST), None)
    if newest and (filters.before is None or newest.date() < filters.before):
        # What is newer may stand behind many older articles that fit as well.
        known = {hits[0].article.id for hits in articles}
        newer = _sort_by_article(TopicSearch(library, topic, replace(filters, after=newest.date())))
        articles = [*(hits for hits in newer if hits[0].article.id not in known), *articles]
    for start in range(0, len(articles), _AT_ONCE):
        some = [(_find_lead(library, hits[0]), hits[0]) for hits in articles[start : start + _AT_ONCE]]
        logits = iter(search.score([hit for pair in some for hit in pair]))
        for lead, best in some:
            of_lead, of_best = next(logits), next(logits)
            hit = lead if of_lead >= ON_TOPIC else best
            named = max(of_lead, of_best) >= OFF_TOPIC and search.is_named(hit.article.title)
            on_topic = max(of_lead, of_best) >= ON_TOPIC or named
            if on_topic and (span := _choose_sentence(hit)):
                yield hit, span


def _find_lead(library: Library, hit: Hit) -> Hit:
    """The first passage of a hit's article, which mostly has its news."""
    passages = library.passages(hit.article, 1)
    return replace(hit, passage=passages[0]) if passages else hit


def _sort_by_article(search: TopicSearch) -> list[list[Hit]]:
    """The passages of each article that were found, the newest article first."""
    by_article: dict[str, list[Hit]] = {}
    for hit in search.list_hits():
        by_article.setdefault(hit.article.id, []).append(hit)
    return sorted(by_article.values(), key=lambda hits: _find_time(hits[0].article), reverse=True)


def _choose_sentence(hit: Hit) -> Span | None:
    """The first sentence of a passage that a reporter may have written, else the first."""
    start = hit.passage.start
    spans = [Span(start + s.start, start + s.end) for s in split_sentences(hit.passage.text, hit.article.rules)]
    return next((s for s in spans if states_news(hit.article.text[s.start : s.end])), spans[0] if spans else None)


def _find_time(article: Article) -> datetime:
    """When it was published; long ago for what has no date, or one in the future."""
    published = article.published
    return published if published and published <= datetime.now(UTC) + _AHEAD else _OLDEST
