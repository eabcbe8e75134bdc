"""A conversation on the chat page: what was asked, what came of it, and the sources that can be opened."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

from index import NO_FILTERS, Article, Filters, Scope, Version
from rag import Answer, Quote, Turn
from ui.presentation import pick_nearest

CITED = "cited"
NEAREST = "nearest"
QUOTED = "quoted"  # quotes of an article of the library, then a space and its id
STORED = "stored"  # an article of the library, by its id
_PLACE = re.compile(r"([0-9]{1,6}):([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what came of it so far: nothing yet, an answer that may still grow, or an error.

    `scope` says how many articles were searched, and of how many; `chosen` are the filters that the person set, and
    `without` the kinds of those that the question names which they lifted. With `as_of` it was asked as of that day.
    """

    question: str
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False
    scope: Scope | None = None
    chosen: Filters = NO_FILTERS
    without: tuple[str, ...] = ()
    as_of: date | None = None

    @property
    def state(self) -> Literal["searching", "answering", "answered", "refused", "stopped", "failed"]:
        """How far it has come, or how it ended."""
        if self.error:
            return "failed"
        if self.stopped:
            return "stopped"
        if self.answer is None or self.answer.stage == "searching":
            return "searching"
        if self.answer.stage != "done":
            return "answering"
        return "refused" if self.answer.refused else "answered"


Conversation = tuple[Exchange, ...]


class Source(NamedTuple):
    """An article to open, the spans of it to highlight, and what it is called on the page.

    `copies` counts the articles that tell the same story. Where the library has it, `others` are those, and `similar`
    what is nearest to it besides. Where it is opened as the library's, `versions` are the texts that it had before, the
    oldest first.
    """

    article: Article
    quotes: tuple[Quote, ...]
    name: str
    copies: int
    others: tuple[Article, ...] = ()
    versions: tuple[Version, ...] = ()
    similar: tuple[Article, ...] = ()


def recall(conversation: Conversation) -> list[Turn]:
    """The history for the next question, without what failed or was stopped before it said anything."""
    return [
        Turn(e.question, e.answer.text(), e.answer.standalone_question)
        for e in conversation
        if e.answer is not None and not e.error and e.answer.text()
    ]


def find_source(conversation: Conversation, kind: object, place: object) -> Source | None:
    """The source that a button stands for, or None where there is no such thing.

    `kind` is `cited` or `nearest`; `place` is `turn:number`, the turn from 0 and the number from 1. Both come
    from the browser, so anything may stand in them.
    """
    match = _PLACE.fullmatch(str(place))
    turn, number = (int(match[1]), int(match[2])) if match else (-1, -1)
    answer = conversation[turn].answer if 0 <= turn < len(conversation) else None
    if answer is None:
        return None
    if kind == CITED and (citation := answer.citation(number)):
        return Source(citation.hit.article, citation.quotes, f"Source {citation.marker}", len(citation.hit.copies))
    if kind == NEAREST and 1 <= number <= len(nearest := pick_nearest(answer)):
        hit = nearest[number - 1]
        quotes = (Quote(hit.passage.start, hit.passage.end),)
        return Source(hit.article, quotes, f"Nearest passage {number}", len(hit.copies))
    return None


def stop(conversation: Conversation) -> Conversation:
    """The conversation with its last exchange marked as stopped, where it was still under way."""
    if not conversation or conversation[-1].state not in ("searching", "answering"):
        return conversation
    return (*conversation[:-1], replace(conversation[-1], stopped=True))
