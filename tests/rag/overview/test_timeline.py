"""Timelines: dated, cited lines in order, each event once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index import Filters, IndexSettings, Library, UsageError
from rag import Timeline, grow_timeline, make_timeline, timeline_to_dict

FERRY = (
    ("2023-11-05", "Dagblad", "Blaze on ferry", "Fire broke out on the ferry Maren on Saturday. Three people died."),
    (
        "2023-11-06",
        "Post",
        "Smoke on the Maren",
        "Fire swept through the ferry Maren on Saturday night, and three died.",
    ),
    ("2023-11-08", "Wire", "Ferry Maren in harbour", "Tugs towed the ferry Maren into Halden yesterday."),
    ("2024-02-02", "Wire", "Maren's owner", "The owner of the ferry Maren sold two ships in January, a report shows."),
    ("2024-02-20", "Post", "New ferry", "The ferry Maren will be replaced by 15 May 2024, its owner plans."),
    ("2024-03-01", "Post", "Bread dearer", "Bakers raised the price of bread on Thursday in all towns of the coast."),
)


def fill(library: Library, rows: Sequence[tuple[str | None, str, str, str]]) -> Library:
    library.add(
        {"id": f"a{n}", "published": day, "source": source, "title": title, "text": text}
        for n, (day, source, title, text) in enumerate(rows)
    )
    return library


@pytest.fixture
def ferry(library: Library) -> Library:
    return fill(library, FERRY)


def list_days(timeline: Timeline) -> list[str]:
    return [event.when for event in timeline.events]


def check(timeline: Timeline) -> None:
    """What holds for every timeline."""
    assert [(e.date, e.last) for e in timeline.events] == sorted((e.date, e.last) for e in timeline.events)
    assert [c.marker for c in timeline.citations] == list(range(1, len(timeline.citations) + 1))
    assert len({event.text for event in timeline.events}) == len(timeline.events)
    for event in timeline.events:
        cited = timeline.cited(event)
        assert cited
        for citation in cited:
            passage, text = citation.hit.passage, citation.hit.article.text
            assert text[passage.start : passage.end] == passage.text
            assert all(quoted in passage.text for quoted in citation.quoted())


def test_each_event_is_one_line_with_all_its_sources(ferry: Library) -> None:
    timeline = make_timeline(ferry, "the ferry Maren")
    check(timeline)
    assert list_days(timeline) == ["2023-11-04", "2023-11-07", "2024-01"]
    fire = timeline.events[0]
    assert {c.hit.article.source for c in timeline.cited(fire)} == {"Dagblad", "Post"}
    assert fire.text in {text for _, _, _, texts in FERRY for text in [texts, texts.split(". ")[0] + "."]}
    assert timeline.events[2].show_date() == "January 2024"


def test_it_grows_towards_the_whole(ferry: Library) -> None:
    seen = list(grow_timeline(ferry, "the ferry Maren"))
    for timeline in seen:
        check(timeline)
    assert seen[-1] == make_timeline(ferry, "the ferry Maren")


def test_filters_and_as_of_hold(ferry: Library) -> None:
    timeline = make_timeline(ferry, "the ferry Maren", Filters(sources=("Wire",)))
    assert list_days(timeline) == ["2023-11-07", "2024-01"]
    timeline = make_timeline(ferry, "the ferry Maren", as_of=date(2023, 11, 30))
    assert list_days(timeline) == ["2023-11-04", "2023-11-07"]
    assert timeline.filters.before == date(2023, 11, 30)


def test_at_most_so_many_events(ferry: Library) -> None:
    timeline = make_timeline(ferry, "the ferry Maren", most=1)
    assert list_days(timeline) == ["2023-11-04"]  # the one that two outlets report


def test_a_topic_that_nothing_is_about_gives_a_reason(ferry: Library) -> None:
    timeline = make_timeline(ferry, "sourdough starters in Peru")
    assert timeline.events == ()
    assert "“sourdough starters in Peru”" in timeline.reason
    assert "The library is empty" not in timeline.reason


def test_an_empty_library_says_so(library: Library) -> None:
    assert "The library is empty" in make_timeline(library, "ferries").reason


@pytest.mark.parametrize("topic", ["", "  \n", "?!", "x" * 5_000])
def test_what_is_no_topic_is_refused(ferry: Library, topic: str) -> None:
    with pytest.raises(UsageError):
        make_timeline(ferry, topic)


def test_articles_without_a_date_are_counted_or_speak_for_themselves(library: Library) -> None:
    fill(
        library,
        [
            *FERRY[:3],
            (None, "Post", "Ferry Maren", "The ferry Maren was sold on Monday to a firm in Piraeus."),
            (None, "Post", "The Maren's past", "The ferry Maren was launched on 3 May 1991 in Gdynia."),
        ],
    )
    timeline = make_timeline(library, "the ferry Maren")
    check(timeline)
    assert list_days(timeline) == ["1991-05-03", "2023-11-04", "2023-11-07"]
    assert timeline.undated == 1
    assert timeline.notes == ("Left out: 1 article on this that has no date.",)


def test_500_articles_of_one_second_are_one_line(doubles: None, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", create=True, settings=IndexSettings()) as library:
        second = "2024-03-05T10:00:00Z"
        fill(
            library,
            [(second, f"Outlet {n}", "Flood in Torvik", f"Water {n} flooded Torvik today.") for n in range(500)],
        )
        timeline = make_timeline(library, "Torvik flooded today")
        check(timeline)
        assert list_days(timeline) == ["2024-03-05"]


def test_a_person_named_like_a_place_is_a_topic_like_any_other(library: Library) -> None:
    fill(
        library,
        [
            ("2024-03-05", "Post", "Paris Jackson sings", "Paris Jackson opened her tour in Oslo on Monday."),
            ("2024-03-06", "Post", "Strike in Paris", "Rail workers in Paris walked out on Tuesday over pensions."),
        ],
    )
    assert list_days(make_timeline(library, "Paris Jackson")) == ["2024-03-04"]


def test_hostile_words_stay_words(library: Library) -> None:
    text = 'The <script>alert(1)</script> ferry Maren sank on Monday. [1] "><img src=x onerror=alert(2)>'
    fill(library, [("2024-03-05", "<b>Post</b>", "<svg onload=alert(3)> ferry Maren", text)])
    timeline = make_timeline(library, "the ferry Maren")
    check(timeline)
    assert timeline.events[0].text.startswith("The <script>alert(1)</script> ferry Maren sank")


def test_json_has_events_and_citations(ferry: Library) -> None:
    written: Any = timeline_to_dict(make_timeline(ferry, "the ferry Maren"))
    assert written["topic"] == "the ferry Maren"
    first, *_, month = written["events"]
    assert (first["date"], first["last"], month["date"], month["last"]) == ("2023-11-04", None, "2024-01", "2024-01-31")
    assert set(first["citations"]) <= {citation["marker"] for citation in written["citations"]}
