"""Joining what several sentences report of one event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from index import Hit, Vectors
from rag.english.gate import ReportedEvent
from rag.overlap import list_words, measure_overlap

# Of two sentences on one topic, by cosine of their vectors and by the share of the shorter one's words that both have.
_SAME_DAY = 0.45, 0.25
_OTHER_DAYS = 0.62, 0.5
_LATE = timedelta(3)  # how long after an event an article may report it without saying when it was
_BEST_WORDS = range(8, 36)  # how many words a clear sentence has


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """A sentence that reports an event, the passage that it stands in, and how well that fits the topic.

    `vector` is of the title and the sentence.
    """

    hit: Hit
    event: ReportedEvent
    vector: Vectors
    score: float
    words: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", list_words(self.text))

    @property
    def text(self) -> str:
        """The sentence as it stands."""
        return self.hit.article.text[self.event.start : self.event.end]

    @property
    def days(self) -> timedelta:
        """How long the time is within which it happened."""
        return self.event.last - self.event.first


@dataclass(slots=True)
class Group:
    """Sentences that report one event, and the days on which it happened by the surest of them."""

    first: date
    last: date
    reports: list[Report]

    def put_in_order(self) -> list[Report]:
        """The sentence that tells the event most clearly first; of each article the clearest one alone."""
        kept: dict[str, Report] = {}
        for report in sorted(self.reports, key=lambda r: (-_measure_clarity(r, self), r.hit.article.id, r.event)):
            kept.setdefault(report.hit.article.id, report)
        return list(kept.values())


def group_reports(reports: Iterable[Report]) -> list[Group]:
    """Join the reports of one event; what is dated surely and closely gives the day."""
    groups: list[Group] = []
    for report in sorted(reports, key=_order_by_date):
        group = next((g for g in groups if _is_same_event(report, g)), None)
        if group is None:
            groups.append(Group(report.event.first, report.event.last, [report]))
        else:
            group.reports.append(report)
    return groups


def _order_by_date(report: Report) -> tuple[object, ...]:
    event = report.event
    guessed = not event.written and event.when is None
    return report.days > timedelta(1), guessed, report.days, -report.score, report.hit.article.id, event.start


def _is_same_event(report: Report, group: Group) -> bool:
    event = report.event
    if (event.first, event.last) == (group.first, group.last):
        own = any(other.hit.article.id == report.hit.article.id for other in group.reports)
        return own or _is_alike(report, group.reports, *_SAME_DAY)
    within = event.first <= group.first and group.last <= event.last  # "in March", "over the weekend"
    guessed = not event.written and event.when is None
    late = guessed and timedelta(0) <= event.first - group.last <= _LATE
    return (within or late) and _is_alike(report, group.reports, *_OTHER_DAYS)


def _is_alike(report: Report, others: Sequence[Report], cosine: float, share: float) -> bool:
    return any(
        float(report.vector @ other.vector) >= cosine or measure_overlap(report.words, other.words) >= share
        for other in others
    )


def _measure_clarity(report: Report, group: Group) -> float:
    """How clearly a sentence tells of its event: by itself, dated, not too long, as its article's news."""
    event = report.event
    words = report.text.split()
    return (
        2.0 * ((event.first, event.last) == (group.first, group.last))
        + 1.0 * event.written
        + 1.5 * event.lead
        + 0.5 * (len(words) in _BEST_WORDS)
        + 0.1 * report.score
    )
