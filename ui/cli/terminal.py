"""How answers, hits and articles look in a terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import unified_diff
from itertools import pairwise

import click

from index import Filters, Hit, Span, join_lines, make_safe
from rag import Answer, list_kinds
from ui.disagreements import ShownDisagreement
from ui.presentation import (
    NEAREST_ARTICLES,
    NEAREST_PASSAGES,
    SOURCES,
    ShownSentence,
    ShownSource,
    describe_named,
    name_newest_day,
    present,
    show_copies,
)
from ui.wording import show_line

_WIDEST = 100
_MOST_COMPARED = 5_000  # paragraphs of two versions


def print_wrapped(text: str, indent: str = "", first: str | None = None) -> None:
    """Print text wrapped to the terminal's width."""
    for n, line in enumerate(make_safe(text).splitlines() or [""]):
        start = first if n == 0 and first is not None else indent
        click.echo(wrap(line, start, indent))


def wrap(line: str, start: str = "", indent: str = "") -> str:
    """The line, broken at the terminal's width."""
    width = max(40, min(shutil.get_terminal_size().columns, _WIDEST))
    return textwrap.fill(line, width, initial_indent=start, subsequent_indent=indent)


def print_sentences(sentences: Sequence[ShownSentence]) -> None:
    """Print the sentences with their markers, wrapped, and the words that answer in bold."""
    line = ""
    bold: list[Span] = []
    for sentence in sentences:
        if sentence.own_line and line:
            click.echo(embolden(line, wrap(line), bold))
            line, bold = "", []
        line += " " if line else ""
        if sentence.answer:
            bold.append(Span(*(len(line) + at for at in sentence.answer)))
        line += sentence.text + "".join(f" [{marker}]" for marker in sentence.markers)
    click.echo(embolden(line, wrap(line), bold))


def embolden(line: str, wrapped: str, spans: Iterable[Span]) -> str:
    """The wrapped line, in which these characters of the line are bold. Wrapping moves nothing but white space."""
    places = [n for n, sign in enumerate(wrapped) if not sign.isspace()]
    pieces = []
    at = 0
    for span in spans:
        first, end = (sum(not sign.isspace() for sign in line[:edge]) for edge in span)
        if first < end:
            pieces += [
                wrapped[at : places[first]],
                click.style(wrapped[places[first] : places[end - 1] + 1], bold=True),
            ]
            at = places[end - 1] + 1
    return "".join([*pieces, wrapped[at:]])


def print_changes(texts: Sequence[tuple[str, str]]) -> None:
    """Print each (title, text) but the last whole, with what the next one took out (-) and put in (+)."""
    if len(texts) == 1:
        click.echo("(it has no earlier version)")
    for number, (old, new) in enumerate(pairwise(texts), start=1):
        into = f"version {number + 1}" if number + 1 < len(texts) else "the present text"
        click.secho(f"Version {number}, and what changed to {into}", bold=True)
        before, after = ([title, *text.split("\n\n")] for title, text in (old, new))
        if len(before) + len(after) > _MOST_COMPARED:  # its time grows with the square of them, and worse
            changes = [f"-{line}" for line in before] + [f"+{line}" for line in after]
        else:
            changes = list(unified_diff(before, after, n=len(before), lineterm=""))[3:]
        for line in changes or [f" {line}" for line in before]:
            colour = {"-": "red", "+": "green"}.get(line[0])
            click.secho(f"{line[0]} {join_lines(line[1:])}", fg=colour)
        click.echo()


def print_standalone(answer: Answer) -> None:
    """Print as what the question was understood in its conversation, where that is not as it was put."""
    if asked_as := present(answer).asked_as:
        click.secho(f"Asked as: {asked_as}", dim=True)


def print_answer(answer: Answer, printed: int = 0, *, passages: bool = False) -> None:
    """Print an answer with its sources, or a refusal with the nearest articles; with `passages`, what they say too.

    The first `printed` sentences stand there already.
    """
    shown = present(answer)
    for n, line in enumerate(shown.reasons):
        click.secho(wrap(line), bold=n == 0)
    if shown.said[printed:]:
        print_sentences(shown.said[printed:])
    for gap in shown.gaps:
        print_wrapped(gap.text)
    for note in (*shown.doubts, *shown.notes):
        click.secho(note, fg="yellow")
    for disagreement in shown.disagreements:
        print_disagreement(disagreement)
    if shown.sources:
        click.secho(f"\n{SOURCES}", bold=True)
    for source in shown.sources:
        print_source(source, f"[{source.number}] ")
    if shown.nearest:
        click.secho(f"\n{NEAREST_PASSAGES if passages else NEAREST_ARTICLES}", bold=True)
    for source in shown.nearest:
        if passages:
            print_source(source, f"{source.number:>2}. ")
        else:
            print_wrapped(" · ".join([source.title, *source.facts]), "    ", f"{source.number:>2}. ")
    if shown.facts:
        click.secho(f"\n{' · '.join(shown.facts)}", dim=True)


def print_disagreement(disagreement: ShownDisagreement) -> None:
    """Print the sides of a disagreement under what it is about."""
    click.secho(f"\n{wrap(disagreement.heading)}", bold=True)
    for side in disagreement.sides:
        print_wrapped(side.line(), "    ", "  - ")


def print_source(source: ShownSource, number: str) -> None:
    """Print a source with its quotes, and where it is from."""
    print_wrapped(" · ".join([source.title, *source.facts]), "    ", number)
    for line in source.quoted:
        print_wrapped(line, "      ", "    ")
    if place := source.address or source.origin:
        click.secho(f"    {place}", dim=True)


def print_named(named: Filters, counted_from: date | None = None, *, err: bool = False) -> None:
    """Print the filters that a question named in its own words, where it named any, and from when days were counted."""
    if named:
        words = " · ".join(describe_named(named, counted_from).values())
        click.secho(join_lines(f"From your question: {words}"), dim=True, err=err)


def print_way_without(named: Filters, *, err: bool = False) -> None:
    """Print how to ask without them."""
    if named:
        options = " ".join(f"--without {kind}" for kind in list_kinds(named))
        click.echo(f"Ask without {'it' if len(list_kinds(named)) == 1 else 'them'}: {options}", err=err)


def print_old_pile(newest: date | None) -> None:
    """Print how to ask as of the newest article, where that is offered."""
    if newest:
        click.echo(f"Ask {name_newest_day(newest)}: --as-of {newest}")


_SIGNALS = {"dense": "vectors", "lexical": "full text", "fused": "both, fused", "rerank": "cross-encoder"}


def print_hits(hits: Iterable[Hit], *, explain: bool = False) -> None:
    """Print ranked passages; with `explain`, what each stage gave them."""
    for hit in hits:
        print_wrapped(show_line(hit.article), "    ", f"{hit.rank:>2}. ")
        print_wrapped(hit.passage.text, "    ")
        copies = f", {show_copies(len(hit.copies))}" if hit.copies else ""
        click.secho(f"    score {hit.score:.3f}, passage {join_lines(hit.passage.id)}{copies}", dim=True)
        if explain:
            click.secho(f"    {explain_hit(hit)}", dim=True)


def explain_hit(hit: Hit) -> str:
    """What each stage gave a hit, in the order of the stages: its score, and its rank there."""
    said = []
    for signal, stage in _SIGNALS.items():
        value, rank = hit.signals.get(signal), hit.signals.get(f"{signal}_rank")
        place = f" (no. {rank:.0f})" if rank else ""
        said.append(f"{stage} –" if value is None else f"{stage} {value:.4g}{place}")
    for signal, reason in (("article", "others of its article"), ("recency", "newer")):
        if gained := hit.signals.get(signal):
            said.append(f"{reason} {gained:+.4g}")
    return ", ".join(said)


def print_stages(seconds: Mapping[str, float]) -> None:
    """Print what each stage of a search took."""
    for stage, took in seconds.items():
        click.echo(f"{stage:<16}{1000 * took:>8.1f} ms")
    click.echo(f"{'together':<16}{1000 * sum(seconds.values()):>8.1f} ms")
