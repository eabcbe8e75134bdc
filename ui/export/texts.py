"""Answers with their sources as text to paste: plain, Markdown, HTML, or JSON."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from index import UNSAFE
from rag import Answer
from ui.api.publish import publish_answer
from ui.escape import escape, escape_markdown
from ui.presentation import NEAREST_PASSAGES, SOURCES, Presentation, ShownSource, present

_WITHIN_SPACES = re.compile(r"\S(?:.*\S)?")


def write_plain(answers: Sequence[Answer]) -> str:
    """The answers, a number behind each sentence for what it cites, and the numbered sources with their quotes."""
    return "\n\n".join("\n\n".join(_write_plain(present(answer))) for answer in answers) + "\n"


def _write_plain(shown: Presentation) -> list[str]:
    said = "".join(chain.from_iterable(cut_sentences(shown)))
    blocks = [shown.question, shown.headline, shown.reason, said, *shown.notes]
    blocks += ["\n".join([d.heading, *(f"- {side.line()}" for side in d.sides)]) for d in shown.disagreements]
    for heading, sources in list_sources(shown):
        blocks.append(heading)
        for source in sources:
            facts = ", ".join([source.title, *source.details, *filter(None, [source.address])])
            blocks.append("\n".join([f"[{source.number}] {facts}", *source.quoted]))
    return [block for block in [*blocks, " · ".join(shown.facts)] if block]


def write_markdown(answers: Sequence[Answer]) -> str:
    """As `write_plain`, in Markdown: titles link to their articles, the words that answer are bold, and nothing of the
    articles is markup.
    """
    return "\n\n".join("\n\n".join(_write_markdown(present(answer))) for answer in answers) + "\n"


def _write_markdown(shown: Presentation) -> list[str]:
    question, headline, reason, *notes = map(
        escape_markdown, (shown.question, shown.headline, shown.reason, *shown.notes)
    )
    said = "".join(_write_cut(*cut) for cut in cut_sentences(shown))
    blocks = [bold_markdown(question), bold_markdown(headline), reason, said]
    blocks += [*notes, *write_markdown_disagreements(shown)]
    return [block for block in [*blocks, *write_markdown_sources(shown)] if block]


def write_markdown_disagreements(shown: Presentation) -> list[str]:
    """What the articles contradict each other in, as blocks of Markdown: a list of the sides under its heading."""
    return [
        "\n".join(
            [bold_markdown(escape_markdown(d.heading)), "", *(f"- {escape_markdown(side.line())}" for side in d.sides)]
        )
        for d in shown.disagreements
    ]


def bold_markdown(escaped: str) -> str:
    """The words in bold; nothing where there are none."""
    return f"**{escaped}**" if escaped else ""


def _write_cut(before: str, words: str, after: str) -> str:
    """A sentence with the words that answer in bold, where Markdown can have bold words that begin and end like that.

    Two stars beside a space, or between a letter and another sign, are stars (CommonMark 0.31, 6.2).
    """
    escaped = _escape_piece(words)
    if words and _can_turn(before[-1:], words[0]) and _can_turn(after[:1], words[-1]):
        escaped = bold_markdown(escaped)
    return f"{_escape_piece(before)}{escaped}{_escape_piece(after)}"


def _can_turn(outer: str, inner: str) -> bool:
    """True where two stars between these signs begin or end bold words."""
    return inner.isalnum() or outer in ("", " ") or outer in string.punctuation


def _escape_piece(text: str) -> str:
    """The piece of a line for Markdown, with the spaces at its ends."""
    return _WITHIN_SPACES.sub(lambda match: escape_markdown(match[0]), text).replace("\n", "  \n")


def write_markdown_sources(shown: Presentation, link: Callable[[ShownSource], str | None] | None = None) -> list[str]:
    """The sources with their quotes, and the answer's facts, as blocks of Markdown.

    `link` gives the address that a title leads to; by default it is the article's on the web.
    """
    blocks = []
    for heading, sources in list_sources(shown):
        blocks.append(bold_markdown(escape_markdown(heading)))
        for source in sources:
            blocks += write_markdown_source(source, link(source) if link else source.address)
    return [*blocks, escape_markdown(" · ".join(shown.facts))]


def write_markdown_source(source: ShownSource, address: str | None) -> list[str]:
    """A numbered source whose title leads to `address`, and its quotes, as blocks of Markdown."""
    title, *facts = map(escape_markdown, (source.title, *source.details))
    name = f"[{title}](<{address}>)" if address else title
    quotes = [f"> {escape_markdown(line)}" for line in source.quoted]
    return [f"\\[{source.number}\\] {', '.join([name, *facts])}", *quotes]


def write_html(answers: Sequence[Answer]) -> str:
    """As `write_plain`, in HTML to paste: titles link to their articles, the words that answer are bold, and nothing of
    the articles is markup.
    """
    return "".join(chain.from_iterable(_write_html(present(answer)) for answer in answers)) + "\n"


def _write_html(shown: Presentation) -> list[str]:
    def enclose(written: str, tag: str = "p") -> str:
        return f"<{tag}>{written}</{tag}>" if written else ""

    def heading(written: str) -> str:
        return enclose(f"<b>{written}</b>" if written else "")

    question, headline, reason, *notes = map(escape, (shown.question, shown.headline, shown.reason, *shown.notes))
    parts = [heading(question), heading(headline), enclose(reason)]
    cuts = (map(escape, cut) for cut in cut_sentences(shown))
    said = "".join(f"{before}{enclose(words, 'strong')}{after}" for before, words, after in cuts)
    said = said.replace("\n", "<br>")  # no line of an article's has one: they are joined
    parts += [enclose(said), *map(enclose, notes)]
    for d in shown.disagreements:
        sides = "".join(enclose(escape(side.line()), "li") for side in d.sides)
        parts += [heading(escape(d.heading)), enclose(sides, "ul")]
    for name, sources in list_sources(shown):
        parts.append(heading(name))
        for source in sources:
            title, *facts = map(escape, (source.title, *source.details))
            linked = f'<a href="{escape(source.address)}">{title}</a>' if source.address else title
            parts.append(enclose(f"[{source.number}] {', '.join([linked, *facts])}"))
            parts += [enclose(escape(line), "blockquote") for line in source.quoted]
    return [*parts, enclose(escape(" · ".join(shown.facts)))]


def write_json(answers: Sequence[Answer]) -> str:
    """The answers with all their evidence, each as `/api/ask` has it: an object for one, a list of more."""
    published = [publish_answer(answer) for answer in answers]
    written = json.dumps(published[0] if len(published) == 1 else published, ensure_ascii=False, indent=2)
    return UNSAFE.sub(lambda match: json.dumps(match[0])[1:-1], written) + "\n"


def cut_sentences(shown: Presentation) -> Iterator[tuple[str, str, str]]:
    """Each sentence with its markers and what speaks against it, cut where the words that answer begin and end."""
    for n, sentence in enumerate(shown.sentences):
        before, words, after = sentence.cut()
        doubts = [f"({sentence.doubt()})"] if sentence.doubt() else []
        gap = "" if not n else "\n" if sentence.own_line else " "
        yield gap + before, words, " ".join([after, *(f"[{m}]" for m in sentence.markers), *doubts])


def list_sources(shown: Presentation) -> list[tuple[str, tuple[ShownSource, ...]]]:
    """The lists of sources that there are, each under its heading."""
    lists = [(SOURCES, shown.sources), (NEAREST_PASSAGES, shown.nearest)]
    return [(heading, sources) for heading, sources in lists if sources]
