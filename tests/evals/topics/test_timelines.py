"""Timelines are measured as their words say, and the built-in sets hold together."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from evals import TIMELINE_SETS, load_timeline_set, summarise_topics
from evals.topics.timeline_figures import score_timeline
from evals.topics.timeline_set import KnownEvent, KnownTopic
from index import Article, DatelineError, Hit, Passage, UsageError, make_article_from_mapping
from rag import Citation, Event, Quote, Timeline

TEXT = "The ferry sank on Monday. The captain was held on Tuesday."
ARTICLE: Article = make_article_from_mapping({"id": "a", "text": TEXT})
HIT = Hit(Passage("a:0", "a", 0, 0, len(TEXT), TEXT), ARTICLE, 1, 1.0)
SANK, HELD = Quote(0, 25), Quote(26, len(TEXT))
TOPIC = KnownTopic(
    "t", "the ferry", (KnownEvent("2024-03-04", ("sank",), ("a",)), KnownEvent("2024-03-05", ("held",), ("a",)))
)


def make(*lines: tuple[date, Quote]) -> Timeline:
    citations = tuple(Citation(n, HIT, (quote,)) for n, (_, quote) in enumerate(lines, start=1))
    events = tuple(Event(day, day, "…", (n,)) for n, (day, _) in enumerate(lines, start=1))
    return Timeline("the ferry", events=events, citations=citations)


def figures(timeline: Timeline) -> dict[str, float | None]:
    return {name: found.mean for name, found in summarise_topics([score_timeline(TOPIC, timeline)]).items()}


def test_a_right_timeline_is_right() -> None:
    found = figures(make((date(2024, 3, 4), SANK), (date(2024, 3, 5), HELD)))
    assert set(found.values()) == {1.0}


def test_a_wrong_day_and_the_same_event_again_are_counted() -> None:
    timeline = make((date(2024, 3, 4), SANK), (date(2024, 3, 6), SANK))
    found = figures(timeline)
    assert (found["date_f1"], found["date_precision"], found["date_recall"]) == (0.5, 0.5, 0.5)
    assert (found["listed_once"], found["quote_holds_event"]) == (0.5, 1.0)
    score = score_timeline(TOPIC, timeline)
    assert score.missed == ("2024-03-05",)
    assert score.wrong == ("2024-03-06: …",)


def test_a_quote_of_something_else_holds_no_event() -> None:
    assert figures(make((date(2024, 3, 4), HELD)))["quote_holds_event"] == 0.0


@pytest.mark.parametrize("name", TIMELINE_SETS)
def test_a_built_in_set_holds_together(name: str) -> None:
    chosen = load_timeline_set(name)
    articles = {article.id: article for article in chosen.articles()}
    assert len(chosen.topics) >= 6
    for topic in chosen.topics:
        assert len(topic.events) >= 8
        for event in topic.events:
            assert event.articles
            texts = [articles[article].text.lower() for article in event.articles]
            assert any(word.lower() in text for word in event.words for text in texts), event


def test_what_is_no_set_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="timelines-held"):
        load_timeline_set("timelin")
    (tmp_path / "corpus.jsonl").write_text("")
    (tmp_path / "topics.jsonl").write_text('{"id": "t", "topic": "x", "events": [{"date": "March"}]}\n')
    with pytest.raises(DatelineError, match="line 1"):
        load_timeline_set(str(tmp_path))
