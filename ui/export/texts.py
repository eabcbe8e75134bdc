"""Answers with their sources as text to paste: plain, Markdown, HTML, or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import chain

from index import UNSAFE
from rag import Answer
from ui.api.service import publish_answer
from ui.escape import escape, escape_markdown
from ui.presentation import NEAREST_PASSAGES, SOURCES, Presentation, ShownSource, present


def write_plain(answers: Sequence[Answer]) -> str:
    """The answers, a number behind each sentence for what it cites, and the numbered sources with their quotes."""
    return "\n\n".join("\n\n".join(_write_plain(present(answer))) for answer in answers) + "\n"


def _write_plain(shown: Presentation) -> list[str]:
    blocks = [shown.question, shown.headline, shown.reason, write_sentences(shown, str), *shown.notes]
    for heading, sources in list_sources(shown):
        blocks.append(heading)
        for source in sources:
            facts = ", ".join([source.title, *source.details, *filter(None, [source.address])])
            blocks.append("\n".join([f"[{source.number}] {facts}", *map(str, source.quotes)]))
    return [block for block in [*blocks, " · ".join(shown.facts)] if block]


def write_markdown(answers: Sequence[Answer]) -> str:
    """As `write_plain`, in Markdown: titles link to their articles, and nothing of theirs is markup."""
    return "\n\n".join("\n\n".join(_write_markdown(present(answer))) for answer in answers) + "\n"


def _write_markdown(shown: Presentation) -> list[str]:
    question, headline, reason, *notes = map(
        escape_markdown, (shown.question, shown.headline, shown.reason, *shown.notes)
    )
    blocks = [bold_markdown(question), bold_markdown(headline), reason, write_sentences(shown, escape_markdown)]
    return [block for block in [*blocks, *notes, *write_markdown_sources(shown)] if block]


def bold_markdown(escaped: str) -> str:
    """The words in bold; nothing where there are none."""
    return f"**{escaped}**" if escaped else ""


def write_markdown_sources(shown: Presentation, link: Callable[[ShownSource], str | None] | None = None) -> list[str]:
    """The sources with their quotes, and the answer's facts, as blocks of Markdown.

    `link` gives the address that a title leads to; by default it is the article's on the web.
    """
    blocks = []
    for heading, sources in list_sources(shown):
        blocks.append(bold_markdown(escape_markdown(heading)))
        for source in sources:
            address = link(source) if link else source.address
            title, *facts = map(escape_markdown, (source.title, *source.details))
            name = f"[{title}](<{address}>)" if address else title
            blocks.append(f"\\[{source.number}\\] {', '.join([name, *facts])}")
            blocks += [f"> {escape_markdown(str(quote))}" for quote in source.quotes]
    return [*blocks, escape_markdown(" · ".join(shown.facts))]


def write_html(answers: Sequence[Answer]) -> str:
    """As `write_plain`, in HTML to paste: titles link to their articles, and nothing of theirs is markup."""
    return "".join(chain.from_iterable(_write_html(present(answer)) for answer in answers)) + "\n"


def _write_html(shown: Presentation) -> list[str]:
    def paragraph(written: str, tag: str = "p") -> str:
        return f"<{tag}>{written}</{tag}>" if written else ""

    def heading(written: str) -> str:
        return paragraph(f"<b>{written}</b>" if written else "")

    question, headline, reason, *notes = map(escape, (shown.question, shown.headline, shown.reason, *shown.notes))
    parts = [heading(question), heading(headline), paragraph(reason)]
    parts += [paragraph(write_sentences(shown, escape)), *map(paragraph, notes)]
    for name, sources in list_sources(shown):
        parts.append(heading(name))
        for source in sources:
            title, *facts = map(escape, (source.title, *source.details))
            linked = f'<a href="{escape(source.address)}">{title}</a>' if source.address else title
            parts.append(paragraph(f"[{source.number}] {', '.join([linked, *facts])}"))
            parts += [paragraph(escape(str(quote)), "blockquote") for quote in source.quotes]
    return [*parts, paragraph(escape(" · ".join(shown.facts)))]


def write_json(answers: Sequence[Answer]) -> str:
    """The answers with all their evidence, each as `/api/ask` has it: an object for one, a list of more."""
    published = [publish_answer(answer) for answer in answers]
    written = json.dumps(published[0] if len(published) == 1 else published, ensure_ascii=False, indent=2)
    return UNSAFE.sub(lambda match: json.dumps(match[0])[1:-1], written) + "\n"


def write_sentences(shown: Presentation, write: Callable[[str], str]) -> str:
    """The sentences, each with its markers and what speaks against it; `write` escapes for the markup."""
    return " ".join(
        write(" ".join([s.text, *(f"[{m}]" for m in s.markers), *([f"({s.doubt()})"] if s.doubt() else [])]))
        for s in shown.sentences
    )


def list_sources(shown: Presentation) -> list[tuple[str, tuple[ShownSource, ...]]]:
    """The lists of sources that there are, each under its heading."""
    lists = [(SOURCES, shown.sources), (NEAREST_PASSAGES, shown.nearest)]
    return [(heading, sources) for heading, sources in lists if sources]
