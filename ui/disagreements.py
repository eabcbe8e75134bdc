"""What an answer shows of articles that contradict each other: the sides next to each other, the newest marked."""

from __future__ import annotations

from typing import NamedTuple

from rag import Answer, Disagreement, Side
from ui.escape import mute_markers

_HEADINGS = {"changed": "This changed over time", "disputed": "The articles contradict each other"}
_OUTLETS = 3  # that are named


class ShownSide(NamedTuple):
    """What some articles say, in their words; `facts` say who, when, and that it is the newest."""

    value: str
    facts: str
    markers: tuple[int, ...]

    def line(self) -> str:
        """All of it in one line, with its markers."""
        return " ".join([f"“{self.value}”: {self.facts}", *(f"[{marker}]" for marker in self.markers)])


class ShownDisagreement(NamedTuple):
    """The sides under what they are about."""

    heading: str
    sides: tuple[ShownSide, ...]


def show_disagreements(answer: Answer) -> tuple[ShownDisagreement, ...]:
    """The disagreements of an answer, to be escaped for the markup that shows them; of a refusal none."""
    return () if answer.refused else tuple(show_disagreement(d) for d in answer.disagreements)


def show_disagreement(disagreement: Disagreement) -> ShownDisagreement:
    """One disagreement in words."""
    about = mute_markers(disagreement.about)
    return ShownDisagreement(
        f"{_HEADINGS[disagreement.kind]}: {about}", tuple(_show_side(side) for side in disagreement.sides)
    )


def _show_side(side: Side) -> ShownSide:
    return ShownSide(mute_markers(side.value), mute_markers(describe_side(side)), side.citations)


def describe_side(side: Side) -> str:
    """Who says it and when: "2 outlets (Ardle Post, The Courier), 20 May 2024, the newest"."""
    named = ", ".join(side.outlets[:_OUTLETS]) + (" and others" if len(side.outlets) > _OUTLETS else "")
    count = len(side.outlets)
    who = named if count == 1 else f"{count} outlets ({named})"
    day = f"{side.published.day} {side.published:%B %Y}" if side.published else "undated"
    return ", ".join([who, day, *(["the newest"] if side.newest else [])])
