"""Answers with their sources as a Word file, with python-docx."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from rag import Answer
from ui.export.texts import cut_sentences, list_sources
from ui.presentation import Presentation, ShownSource, present

_NOT_XML = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
_MADE = datetime(2000, 1, 1, tzinfo=UTC)  # the same answer gives the same file


def write_docx(answers: Sequence[Answer]) -> bytes:
    """The answers as a Word file: each question a heading, titles linked to their articles, quotes as quotes."""
    document = new_document()
    for answer in answers:
        _add_answer(document, present(answer))
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def new_document() -> Any:
    """An empty document that names nobody and no time."""
    from docx import Document

    document = Document()
    document.core_properties.author = ""
    document.core_properties.created = document.core_properties.modified = _MADE
    return document


def _add_answer(document: Any, shown: Presentation) -> None:
    document.add_heading(clean(shown.question), level=1)
    if shown.headline:
        document.add_heading(clean(shown.headline), level=2)
    if shown.reason:
        document.add_paragraph(clean(shown.reason))
    if shown.sentences:
        _add_sentences(document.add_paragraph(), shown)
    for note in shown.notes:
        document.add_paragraph(clean(note))
    for disagreement in shown.disagreements:
        document.add_heading(clean(disagreement.heading), level=2)
        cells = document.add_table(rows=1, cols=len(disagreement.sides), style="Table Grid").rows[0].cells
        for cell, side in zip(cells, disagreement.sides, strict=True):
            cell.text = clean(side.line())
    for heading, sources in list_sources(shown):
        document.add_heading(heading, level=2)
        for source in sources:
            add_source(document, source)
    if shown.facts:
        document.add_paragraph(clean(" · ".join(shown.facts)))


def _add_sentences(paragraph: Any, shown: Presentation) -> None:
    """The sentences, with the words that answer in bold."""
    for before, words, after in cut_sentences(shown):
        paragraph.add_run(clean(before))
        if words:
            paragraph.add_run(clean(words)).bold = True
        paragraph.add_run(clean(after))


def add_source(document: Any, source: ShownSource) -> None:
    """Add a source: its number, its title with a link, its facts, and its quotes."""
    paragraph = document.add_paragraph(f"[{source.number}] ")
    if source.address:
        _add_link(paragraph, clean(source.title), source.address)
    else:
        paragraph.add_run(clean(source.title))
    paragraph.add_run(clean("".join(f", {fact}" for fact in source.details)))
    for line in source.quoted:
        document.add_paragraph(clean(line), style="Quote")


def clean(text: str) -> str:
    """The text without what can't stand in a Word file."""
    return _NOT_XML.sub("", text)


def _add_link(paragraph: Any, text: str, address: str) -> None:
    """python-docx reads links and has no way to write one (ECMA-376, 17.16.22)."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml.ns import qn
    from docx.oxml.shared import OxmlElement

    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(text)
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)
