"""What an overview of a topic holds: dated lines and sections, each line with its citations."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from index import Filters
from rag.english.gate import show_days
from rag.records import Citation, citation_to_dict, filters_to_dict


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened from day `date` to day `last`, in one sentence; `citations` are markers.

    Both days are the same where the day is known; a month is its first and its last day. `text` is the words of the
    first citation's first quote, with what is ours in brackets.
    """

    date: datetime.date
    last: datetime.date
    text: str
    citations: tuple[int, ...]

    @property
    def when(self) -> str:
        """The day as ISO 8601 has it, "2024-03-17"; the month where no more is known, "2024-03"."""
        whole_month = self.date.day == 1 and (self.last - self.date).days >= 27
        return self.date.isoformat()[:7] if whole_month else self.date.isoformat()

    def show_date(self) -> str:
        """The days in words: "17 March 2024", "March 2024", "4 March 2024 to 10 March 2024"."""
        return show_days(self.date, self.last)


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the articles report that happened about a topic, in the order in which it did.

    Each event is there once, with all its sources. `filters` are those that held. `undated` counts articles on the
    topic that have no date and name no day, and `unread` those in a language whose events can't be read; both have no
    part in the events. `reason` says why there are none.
    """

    topic: str
    filters: Filters = field(default_factory=Filters)
    as_of: datetime.date | None = None
    events: tuple[Event, ...] = ()
    citations: tuple[Citation, ...] = ()
    undated: int = 0
    unread: int = 0
    reason: str = ""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know of articles that were left out."""
        said = []
        if self.undated:
            said.append(f"Left out: {_count(self.undated)} on this that {_have(self.undated)} no date.")
        if self.unread:
            said.append(f"Left out: {_count(self.unread)} on this in other languages, whose dates are not read.")
        return tuple(said)

    def cited(self, event: Event) -> tuple[Citation, ...]:
        """The citations of an event, the one whose words its line is first."""
        return tuple(self.citations[marker - 1] for marker in event.citations)


SAME_LINE = 0.6  # share of the shorter one's words from which two lines say the same
HAPPENED, STANDS, SAID = "What happened", "How things stand", "Who says what"
DISPUTED, UNKNOWN = "What is disputed", "What isn't known"


@dataclass(frozen=True, slots=True)
class BriefLine:
    """A sentence of a brief. `when` is in words: the event's day, who spoke and when, else the article's day.

    Of what is disputed, a line holds all sides, each behind its outlet and day in brackets.
    """

    when: str
    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BriefSection:
    """A part of a brief under its heading."""

    heading: str
    lines: tuple[BriefLine, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """What the articles say about a topic, in sections that aren't empty.

    `filters` are those that held; `notes` say what was left out, and `reason` why there is nothing.
    """

    topic: str
    filters: Filters = field(default_factory=Filters)
    as_of: datetime.date | None = None
    sections: tuple[BriefSection, ...] = ()
    citations: tuple[Citation, ...] = ()
    notes: tuple[str, ...] = ()
    reason: str = ""


def brief_to_dict(brief: Brief) -> dict[str, Any]:
    """A brief as JSON has it."""
    return {
        "topic": brief.topic,
        "filters": filters_to_dict(brief.filters),
        "as_of": brief.as_of.isoformat() if brief.as_of else None,
        "sections": [
            {
                "heading": section.heading,
                "lines": [{"when": s.when, "text": s.text, "citations": list(s.citations)} for s in section.lines],
            }
            for section in brief.sections
        ],
        "citations": [citation_to_dict(citation) for citation in brief.citations],
        "notes": list(brief.notes),
        "reason": brief.reason,
    }


def timeline_to_dict(timeline: Timeline) -> dict[str, Any]:
    """A timeline as JSON has it."""
    return {
        "topic": timeline.topic,
        "filters": filters_to_dict(timeline.filters),
        "as_of": timeline.as_of.isoformat() if timeline.as_of else None,
        "events": [event_to_dict(event) for event in timeline.events],
        "citations": [citation_to_dict(citation) for citation in timeline.citations],
        "undated": timeline.undated,
        "unread": timeline.unread,
        "reason": timeline.reason,
    }


def event_to_dict(event: Event) -> dict[str, Any]:
    """An event as JSON has it; `date` is a day or a month, `last` the last day of what is no single day."""
    return {
        "date": event.when,
        "last": event.last.isoformat() if event.last != event.date else None,
        "text": event.text,
        "citations": list(event.citations),
    }


def _count(articles: int) -> str:
    return "1 article" if articles == 1 else f"{articles:,} articles"


def _have(articles: int) -> str:
    return "has" if articles == 1 else "have"
