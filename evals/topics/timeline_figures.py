"""How right timelines are: their dates, their words, and that each event is listed once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from evals.statistics import Array, Formula, Interval, divide, estimate, share_of
from evals.topics.timeline_set import KnownEvent, KnownTopic
from index import Library
from rag import Event, Timeline, make_timeline


def _compute_f1(weights: Array, right: Array, lines: Array, events: Array) -> Array:
    return divide(2 * weights @ right, weights @ (lines + events))


# Over all lines of all topics; the intervals are over topics.
TIMELINE_MEASURES: Mapping[str, Formula] = {
    "date_f1": Formula(("right", "lines", "events"), _compute_f1, "events"),
    "date_precision": share_of("right", "lines"),
    "date_recall": share_of("right", "events"),
    "quote_holds_event": share_of("held", "right"),
    "listed_once": share_of("once", "lines"),
    "quotes_exact": share_of("exact", "quotes"),
}


@dataclass(frozen=True, slots=True)
class TopicScore:
    """Counts of a topic: `lines` of its timeline, its known `events`, and how many are as they should be.

    `right` lines have the date of a known event, each event counted once; of these, `held` quote words of it. `once`
    are lines that tell no event that a line before tells; `exact` of the `quotes` are the article's words.
    """

    id: str
    scores: Mapping[str, float]
    missed: tuple[str, ...]
    wrong: tuple[str, ...]
    variant: str = "asked"


def score_topics(library: Library, topics: Iterable[KnownTopic]) -> Iterator[TopicScore]:
    """Make the timeline of each topic from the library, and score it."""
    return (score_timeline(topic, make_timeline(library, topic.topic)) for topic in topics)


def summarise_topics(scores: Sequence[TopicScore]) -> dict[str, Interval]:
    """Each measure over all topics."""
    return {name: estimate(scores, formula) for name, formula in TIMELINE_MEASURES.items()}


def score_timeline(topic: KnownTopic, timeline: Timeline) -> TopicScore:
    """Score a timeline by the events that are known."""
    lines, wanted = Counter(e.when for e in timeline.events), Counter(e.date for e in topic.events)
    right = lines & wanted
    listed = [frozenset(_find_events(timeline, event, topic.events)) for event in timeline.events]
    quotes = [(quoted, c) for c in timeline.citations for quoted in c.quoted()]
    scores = {
        "lines": lines.total(),
        "events": wanted.total(),
        "right": right.total(),
        "held": sum(min(n, _count_held(topic, timeline, date)) for date, n in right.items()),
        "once": sum(not any(line & before for before in listed[:n]) for n, line in enumerate(listed)),
        "quotes": len(quotes),
        "exact": sum(bool(quoted) and quoted in citation.hit.passage.text for quoted, citation in quotes),
    }
    return TopicScore(
        topic.id,
        {name: float(count) for name, count in scores.items()},
        missed=tuple(sorted((wanted - lines).elements())),
        wrong=tuple(f"{e.when}: {e.text}" for e in timeline.events if not right[e.when]),
    )


def _count_held(topic: KnownTopic, timeline: Timeline, date: str) -> int:
    """How many lines of a day quote words of an event of that day."""
    known = [event for event in topic.events if event.date == date]
    lines = [event for event in timeline.events if event.when == date]
    return sum(any(_holds(_quote(timeline, line), event) for event in known) for line in lines)


def _find_events(timeline: Timeline, line: Event, known: Sequence[KnownEvent]) -> Iterator[int]:
    """Numbers of the known events that a line tells: its words are in the quote, of an article that reports it."""
    article = timeline.cited(line)[0].hit.article.id
    for n, event in enumerate(known):
        if article in event.articles and _holds(_quote(timeline, line), event):
            yield n


def _quote(timeline: Timeline, line: Event) -> str:
    return " ".join(timeline.cited(line)[0].quoted()).lower()


def _holds(quote: str, event: KnownEvent) -> bool:
    return any(words.lower() in quote for words in event.words)
