"""Where the articles on a topic contradict each other, found without a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from index import NO_FILTERS, Filters, Hit, Library, Span, split_sentences
from rag.disagreements.record import Disagreement, DisagreementKind, Side, disagreement_to_dict
from rag.english.gate import Assertion, compare_assertions, has_changed, list_assertions
from rag.overview.topic_search import TopicSearch
from rag.question.filters import end_by
from rag.question.nothing_left import explain_nothing_left
from rag.question.understand import understand
from rag.quotes import CitationBook
from rag.records import Citation, Quote, citation_to_dict, filters_to_dict

NOTHING = "The articles on this topic contradict each other in nothing that was found. Try a topic in other words."
_PASSAGES = 40  # of the topic that are read


@dataclass(frozen=True, slots=True)
class TopicDisagreements:
    """What the articles on a topic contradict each other in, each once, and the passages that it is taken from.

    `named` are the filters that the topic's own words gave; `reason` says why nothing was found, where nothing
    was.
    """

    topic: str
    disagreements: tuple[Disagreement, ...]
    citations: tuple[Citation, ...]
    named: Filters
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """An assertion and the passage in which it stands."""

    assertion: Assertion
    hit: Hit


def find_disagreements(
    library: Library,
    topic: str,
    filters: Filters = NO_FILTERS,
    as_of: date | None = None,
) -> TopicDisagreements:
    """Hold what different articles say on a topic against each other, each contradiction listed once.

    The topic is understood as `ask` understands a question: the dates, outlets and languages that it names limit the
    articles. Raises UsageError for a topic that can't be searched for.
    """
    parsed = understand(library, topic, filters=end_by(filters, as_of), as_of=as_of)
    if reason := explain_nothing_left(library, parsed):
        return TopicDisagreements(parsed.asked, (), (), parsed.named, reason)
    search = TopicSearch(library, parsed.standalone, parsed.filters)
    book = CitationBook()
    disagreements = tuple(list_disagreements(search, book))
    reason = "" if disagreements else NOTHING
    return TopicDisagreements(parsed.asked, disagreements, book.citations(), parsed.named, reason)


def list_disagreements(search: TopicSearch, book: CitationBook) -> Iterator[Disagreement]:
    """What the passages on a topic contradict each other in, each once, with the markers that `book` gives."""
    found = list(_list_found(search.list_on_topic(_PASSAGES)))
    return (_cite(sides, book) for sides in _list_sides(found))


def topic_to_dict(found: TopicDisagreements) -> dict[str, Any]:
    """What was found as JSON has it."""
    return {
        "topic": found.topic,
        "named": filters_to_dict(found.named),
        "reason": found.reason,
        "disagreements": [disagreement_to_dict(d) for d in found.disagreements],
        "citations": [citation_to_dict(c) for c in found.citations],
    }


def _list_found(hits: Sequence[Hit]) -> Iterator[_Found]:
    for hit in hits:
        passage = hit.passage
        for span in split_sentences(passage.text, hit.article.rules):
            sentence = Span(passage.start + span.start, passage.start + span.end)
            for assertion in list_assertions(hit.article, sentence.start, sentence.end, passage.text):
                yield _Found(assertion, hit)


def _list_sides(found: Sequence[_Found]) -> Iterator[list[list[_Found]]]:
    """Assertions of different articles that contradict each other, by side; no sentence in two of them."""
    used: set[tuple[str, Span]] = set()
    for n, first in enumerate(found):
        if _place(first) in used:
            continue
        sides = [[first]]
        for other in found[n + 1 :]:
            if _place(other) not in used and not _is_one_voice(other, sides):
                _take(sides, other)
        if len(sides) > 1:
            used |= {_place(member) for side in sides for member in side}
            yield sides


def _place(found: _Found) -> tuple[str, Span]:
    return found.assertion.article.id, found.assertion.quote


def _is_one_voice(other: _Found, sides: Sequence[Sequence[_Found]]) -> bool:
    """True for an article that has spoken already, or a copy of one that has."""
    members = [member for side in sides for member in side]
    return any(
        other.hit.article.id == member.hit.article.id or other.hit.article.id in member.hit.copies for member in members
    )


def _take(sides: list[list[_Found]], other: _Found) -> None:
    compared = [compare_assertions(side[0].assertion, other.assertion) for side in sides]
    if True in compared:
        sides[compared.index(True)].append(other)
    elif all(said is False for said in compared):
        sides.append([other])


def _cite(sides: Sequence[Sequence[_Found]], book: CitationBook) -> Disagreement:
    ordered = sorted(sides, key=lambda side: -max(_time(member) for member in side))
    about = sides[0][0].assertion.about
    changed = all(
        has_changed(older[0].assertion.statement, newer[0].assertion.statement, about)
        for newer, older in pairwise(ordered)
    )
    kind: DisagreementKind = "changed" if changed else "disputed"
    shown = [_show(side, book) for side in ordered]
    newest = shown[0].published
    alone = newest is not None and all(side.published is None or side.published < newest for side in shown[1:])
    return Disagreement(about, kind, (shown[0]._replace(newest=alone), *shown[1:]))


def _time(found: _Found) -> float:
    published = found.hit.article.published
    return published.timestamp() if published else float("-inf")


def _show(side: Sequence[_Found], book: CitationBook) -> Side:
    days = [member.hit.article.published.date() for member in side if member.hit.article.published]
    first = side[0].assertion
    return Side(
        value=first.value,
        citations=tuple(dict.fromkeys(book.cite(m.hit, [Quote(*m.assertion.quote)]) for m in side)),
        outlets=tuple(dict.fromkeys(m.hit.article.source or m.hit.article.title for m in side)),
        published=max(days, default=None),
    )
