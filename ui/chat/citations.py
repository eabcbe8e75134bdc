"""Citations as HTML: the numbered buttons of sources, and the sides that articles take with theirs."""

from __future__ import annotations

from collections.abc import Callable

from ui.disagreements import ShownDisagreement, ShownSide
from ui.escape import escape, escape_line
from ui.presentation import ShownSource


def render_button(source: ShownSource, kind: str, place: str) -> str:
    """The numbered button of a source, which opens it.

    Where it leads stands in `name` and `value`, and its full name in hidden words: Gradio's sanitiser, which
    stays on as a second line of defence, strips `data-` and `aria-` attributes. On a page without our script, a form
    around it sends both.
    """
    number, name = source.number, escape_line(", ".join((source.title, *source.facts)))
    return (
        f'<button class="cite" name="{kind}" value="{escape(place)}" title="{name}">'
        f'<span class="dl-hidden">Source </span>{number}<span class="dl-hidden">: {name}</span></button>'
    )


def render_disagreement(disagreement: ShownDisagreement, cite: Callable[[int], str]) -> str:
    """The sides of one next to each other; `cite` gives the button of a marker."""
    sides = "".join(_render_side(side, cite) for side in disagreement.sides)
    return f'<p class="dl-heading">{escape_line(disagreement.heading)}</p><div class="dl-sides">{sides}</div>'


def _render_side(side: ShownSide, cite: Callable[[int], str]) -> str:
    buttons = "".join(map(cite, side.markers))
    return (
        f'<div class="dl-side"><strong>{escape_line(side.value)}</strong>{buttons}'
        f'<span class="dl-facts">{escape_line(side.facts)}</span></div>'
    )
