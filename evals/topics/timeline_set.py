"""Topics with the events that their timeline should have, and the articles that report them.

A set is a folder: `corpus.jsonl` as in Dateline's own format, and `topics.jsonl`, an object a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from evals.formats.dateline import read_articles
from evals.lines import get_text, get_texts, naming, read_jsonl
from index import Article, UsageError

_DATA = Path(__file__).parents[1] / "data"
TIMELINE_SETS = {
    "timelines": "6 made-up topics, used while timelines are tuned",
    "timelines-held": "7 more, held aside: nothing was chosen on them",
}
CORPUS, TOPICS = "corpus.jsonl", "topics.jsonl"
_DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")


class KnownEvent(NamedTuple):
    """An event: its day, or month ("2024-03"), words of which a line that tells it quotes one, and who reports it."""

    date: str
    words: tuple[str, ...]
    articles: tuple[str, ...]


class KnownTopic(NamedTuple):
    """A topic with its events in order."""

    id: str
    topic: str
    events: tuple[KnownEvent, ...]


@dataclass(frozen=True, slots=True)
class TimelineSet:
    """A named set of topics, and the articles that they are looked for in."""

    name: str
    folder: Path
    topics: tuple[KnownTopic, ...]

    def articles(self) -> Iterator[Article]:
        """All articles of the set."""
        return read_articles(self.folder / CORPUS)


def load_timeline_set(name: str) -> TimelineSet:
    """Load a built-in set, or the one in a folder; raise UsageError where there is none of that name."""
    folder = _DATA / name if name in TIMELINE_SETS else Path(name).expanduser()
    if not all((folder / file).is_file() for file in (CORPUS, TOPICS)):
        known = " and ".join(TIMELINE_SETS)
        raise UsageError(
            f"{name} is no set of timelines. Built in are {known}; or name a folder of {CORPUS}, {TOPICS}."
        )
    return TimelineSet(name, folder, tuple(read_topics(folder / TOPICS)))


def read_topics(path: Path) -> Iterator[KnownTopic]:
    """Topics, one JSON object a line: `id`, `topic`, `events`; raise DatelineError that names a malformed one."""
    for row in read_jsonl(path):
        with naming(row.place):
            events = tuple(map(_read_event, row.values["events"]))
            yield KnownTopic(get_text(row.values, "id"), get_text(row.values, "topic"), events)


def _read_event(values: Any) -> KnownEvent:
    date = get_text(values, "date")
    if not _DATE.fullmatch(date):
        raise ValueError(f"the date {date} is neither a day nor a month")
    return KnownEvent(date, get_texts(values, "words"), get_texts(values, "articles"))
