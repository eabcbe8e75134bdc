"""The part of an article around the words that an answer cites, these in bold."""

from __future__ import annotations

from collections.abc import Sequence

import click

from index import Article, Span, join_lines, make_safe
from rag import Quote
from ui.cli.terminal import embolden, wrap
from ui.safe_address import find_web_address
from ui.wording import show_line

_AROUND = 600  # characters in front of the first words, and behind the last


def print_around(article: Article, quotes: Sequence[Quote]) -> None:
    """Print title, outlet, day, what stands around the quotes, and where the article is from."""
    click.secho(show_line(article), bold=True)
    spans = sorted(Span(quote.start, quote.end) for quote in quotes if quote.field == "text")
    start, end = _find_part(article.text, spans)
    click.echo("" if start == 0 else "…")
    for n, (at, paragraph) in enumerate(_split(article.text, start, end)):
        click.echo("\n" if n else "", nl=False)
        line, bold = _make_safe(paragraph, [Span(s.start - at, s.end - at) for s in spans])
        click.echo(embolden(line, wrap(line), bold))
    if end < len(article.text):
        click.echo("…")
    if place := find_web_address(article.url) or join_lines(article.origin or ""):
        click.secho(place, dim=True)


def _find_part(text: str, spans: Sequence[Span]) -> tuple[int, int]:
    """From where to where the article is printed: whole paragraphs, or whole words where they are long."""
    first, last = (spans[0].start, max(span.end for span in spans)) if spans else (0, 0)
    start, end = max(0, first - _AROUND), min(len(text), last + _AROUND)
    if start:
        start = max(text.rfind("\n", start, first), text.find(" ", start, first), 0) + 1
    if end < len(text):
        cut = text.find("\n", last, end)
        end = cut if cut > last + _AROUND // 2 else max(text.rfind(" ", last, end), last)
    return start, end


def _split(text: str, start: int, end: int) -> list[tuple[int, str]]:
    """The paragraphs between two characters, each with where it begins."""
    found = []
    at = start
    for line in text[start:end].split("\n"):
        if line.strip():
            found.append((at, line))
        at += len(line) + 1
    return found


def _make_safe(line: str, spans: Sequence[Span]) -> tuple[str, list[Span]]:
    """The line without what could drive a screen, and where the spans stand in it then."""
    safe, bold = "", []
    at = 0
    for span in spans:
        start, end = max(span.start, at), min(span.end, len(line))
        if start < end:
            safe += make_safe(line[at:start])
            quoted = make_safe(line[start:end])
            bold.append(Span(len(safe), len(safe) + len(quoted)))
            safe += quoted
            at = end
    return safe + make_safe(line[at:]), bold
