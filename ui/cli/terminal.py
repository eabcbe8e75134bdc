"""How answers, hits and articles look in a terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from difflib import unified_diff
from itertools import pairwise

import click

from index import Filters, Hit, make_safe
from rag import Answer, describe_filters, list_kinds
from ui.wording import show_days, show_line

_WIDEST = 100


def print_wrapped(text: str, indent: str = "", first: str | None = None) -> None:
    """Print text wrapped to the terminal's width."""
    width = max(40, min(shutil.get_terminal_size().columns, _WIDEST))
    for n, line in enumerate(make_safe(text).split("\n")):
        start = first if n == 0 and first is not None else indent
        click.echo(textwrap.fill(line, width, initial_indent=start, subsequent_indent=indent))


def print_changes(texts: Sequence[tuple[str, str]]) -> None:
    """Print each (title, text) but the last whole, with what the next one took out (-) and put in (+)."""
    if len(texts) == 1:
        click.echo("(it has no earlier version)")
    for number, (old, new) in enumerate(pairwise(texts), start=1):
        into = f"version {number + 1}" if number + 1 < len(texts) else "the present text"
        click.secho(f"Version {number}, and what changed to {into}", bold=True)
        before, after = ([title, *text.split("\n\n")] for title, text in (old, new))
        changes = list(unified_diff(before, after, n=len(before), lineterm=""))[3:]
        for line in changes or [f" {line}" for line in before]:
            colour = {"-": "red", "+": "green"}.get(line[0])
            click.secho(make_safe(f"{line[0]} {line[1:]}"), fg=colour)
        click.echo()


def print_answer(answer: Answer) -> None:
    """Print an answer with its sources, or a refusal with the nearest passages."""
    if answer.refused:
        click.secho("No answer in the articles", bold=True)
        print_wrapped(answer.reason)
        _print_warnings(answer)
        if answer.hits:
            click.echo()
            print_hits(answer.hits[:3])
        return
    said = [s for s in answer.sentences if s.text not in answer.gaps]
    print_wrapped(" ".join(s.text + "".join(f" [{m}]" for m in s.citations) for s in said))
    for gap in answer.gaps:
        print_wrapped(gap)
    if answer.confidence is not None:
        click.secho(f"Confidence {answer.confidence:.0%}", dim=True)
    if answer.unresolved:
        click.secho(f"The model cited passages that don't exist: {' '.join(answer.unresolved)}", fg="yellow")
    if uncited := sum(not s.citations for s in said):
        noun = "sentence cites" if uncited == 1 else "sentences cite"
        click.secho(f"{uncited} {noun} nothing: don't rely on that.", fg="yellow")
    for sentence in answer.sentences:
        if sentence.citations and sentence.verdict == "unsupported":
            reasons = "; ".join(sentence.reasons)
            click.secho(make_safe(f"Not supported: “{sentence.text}” ({reasons})"), fg="yellow")
    _print_warnings(answer)
    if answer.citations:
        click.echo()
        click.secho("Sources", bold=True)
    for citation in answer.citations:
        print_wrapped(show_line(citation.hit.article), "    ", f"[{citation.marker}] ")
        for quote, days in zip(citation.quoted(), show_days(citation), strict=True):
            print_wrapped(f"“{quote}”{f' ({days})' if days else ''}", "      ", "    ")
        if place := citation.hit.article.url or citation.hit.article.origin:
            click.secho(f"    {make_safe(place)}", dim=True)
    if answer.cost_usd:
        click.secho(f"\nCost: ${answer.cost_usd:.4f}", dim=True)


def print_named(named: Filters, *, err: bool = False) -> None:
    """Print the filters that a question named in its own words, where it named any."""
    if named:
        words = " · ".join(describe_filters(named).values())
        click.secho(make_safe(f"From your question: {words}"), dim=True, err=err)


def print_way_without(named: Filters, *, err: bool = False) -> None:
    """Print how to ask without them."""
    if named:
        options = " ".join(f"--without {kind}" for kind in list_kinds(named))
        click.echo(f"Ask without {'it' if len(list_kinds(named)) == 1 else 'them'}: {options}", err=err)


def _print_warnings(answer: Answer) -> None:
    for warning in answer.warnings:
        click.secho(make_safe(warning), fg="yellow")


_SIGNALS = {"dense": "vectors", "lexical": "full text", "fused": "both, fused", "rerank": "cross-encoder"}


def print_hits(hits: Iterable[Hit], *, explain: bool = False) -> None:
    """Print ranked passages; with `explain`, what each stage gave them."""
    for hit in hits:
        print_wrapped(show_line(hit.article), "    ", f"{hit.rank:>2}. ")
        print_wrapped(hit.passage.text, "    ")
        copies = f", also in {len(hit.copies)} more" if hit.copies else ""
        click.secho(f"    score {hit.score:.3f}, passage {make_safe(hit.passage.id)}{copies}", dim=True)
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
