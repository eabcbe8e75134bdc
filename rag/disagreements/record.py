"""What a disagreement is, for everybody who shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, NamedTuple

DisagreementKind = Literal["changed", "disputed"]


class Side(NamedTuple):
    """What one or several articles say: the words, and the markers of what says it.

    `outlets` are those that say it, each once, copies of a wire story not counted; `published` is the newest of their
    days, None where none is dated; `newest` marks the side that is newer than all others.
    """

    value: str
    citations: tuple[int, ...]
    outlets: tuple[str, ...] = ()
    published: date | None = None
    newest: bool = False


class Disagreement(NamedTuple):
    """What is asked, and the sides that contradict each other in it, the newest first.

    `changed` says that the newer became of the older, `disputed` that they are at odds over one fact.
    """

    about: str
    kind: DisagreementKind
    sides: tuple[Side, ...]


def disagreement_to_dict(disagreement: Disagreement) -> dict[str, Any]:
    """A disagreement as JSON has it."""
    return {
        "about": disagreement.about,
        "kind": disagreement.kind,
        "sides": [
            {
                "value": side.value,
                "citations": list(side.citations),
                "outlets": list(side.outlets),
                "published": side.published.isoformat() if side.published else None,
                "newest": side.newest,
            }
            for side in disagreement.sides
        ],
    }


def disagreement_from_dict(values: Mapping[str, Any]) -> Disagreement:
    """The disagreement that `disagreement_to_dict` wrote."""
    return Disagreement(
        values["about"],
        values["kind"],
        tuple(
            Side(
                side["value"],
                tuple(side["citations"]),
                tuple(side["outlets"]),
                date.fromisoformat(side["published"]) if side["published"] else None,
                side["newest"],
            )
            for side in values["sides"]
        ),
    )
