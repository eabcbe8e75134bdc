"""How answers, hits and articles look in a terminal."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Iterable
from datetime import datetime

import typer

from index import Article, Hit
from rag.records import Answer

# What could move the cursor, ring, colour or reorder the screen when it stands in an article.
UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_WIDEST = 100


def make_safe(text: str) -> str:
    """Take out control characters: article text must not drive the terminal."""
    return UNSAFE.sub("", text)


def show_date(article: Article) -> str:
    """The day of an article as far as it is known."""
    if article.published is None:
        return "undated"
    shapes = {"year": "%Y", "month": "%B %Y"}
    return article.published.strftime(shapes.get(article.published_precision or "", "%-d %B %Y"))


def show_line(article: Article) -> str:
    """Title, outlet and date in a line."""
    parts = [article.title or "(no title)", article.source or "", show_date(article)]
    return make_safe(" · ".join(part for part in parts if part))


def print_wrapped(text: str, indent: str = "", first: str | None = None) -> None:
    """Print text wrapped to the terminal's width."""
    width = max(40, min(shutil.get_terminal_size().columns, _WIDEST))
    for n, line in enumerate(make_safe(text).split("\n")):
        start = first if n == 0 and first is not None else indent
        typer.echo(textwrap.fill(line, width, initial_indent=start, subsequent_indent=indent))


def print_answer(answer: Answer) -> None:
    """Print an answer with its sources, or a refusal with the nearest passages."""
    if answer.refused:
        typer.secho("No answer in the articles", bold=True)
        print_wrapped(answer.reason)
        if answer.hits:
            typer.echo()
            print_hits(answer.hits[:3])
        return
    words = " ".join(s.text + "".join(f" [{m}]" for m in s.citations) for s in answer.sentences)
    print_wrapped(words)
    if answer.unresolved:
        typer.secho(f"The model cited passages that don't exist: {' '.join(answer.unresolved)}", fg="yellow")
    if uncited := sum(not s.citations for s in answer.sentences):
        noun = "sentence cites" if uncited == 1 else "sentences cite"
        typer.secho(f"{uncited} {noun} nothing: don't rely on that.", fg="yellow")
    if answer.citations:
        typer.echo()
        typer.secho("Sources", bold=True)
    for citation in answer.citations:
        print_wrapped(show_line(citation.hit.article), "    ", f"[{citation.marker}] ")
        for quote in citation.quoted():
            print_wrapped(f"“{quote}”", "      ", "    ")
        if place := citation.hit.article.url or citation.hit.article.origin:
            typer.secho(f"    {make_safe(place)}", dim=True)
    if answer.cost_usd:
        typer.secho(f"\nCost: ${answer.cost_usd:.4f}", dim=True)


def print_hits(hits: Iterable[Hit]) -> None:
    """Print ranked passages."""
    for hit in hits:
        print_wrapped(show_line(hit.article), "    ", f"{hit.rank:>2}. ")
        print_wrapped(hit.passage.text, "    ")
        copies = f", also in {len(hit.copies)} more" if hit.copies else ""
        typer.secho(f"    score {hit.score:.3f}, passage {make_safe(hit.passage.id)}{copies}", dim=True)


def show_period(first: datetime | None, last: datetime | None) -> str:
    """From the first to the last day, or none."""
    return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}" if first and last else "none"
