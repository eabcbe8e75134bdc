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
    from docx import Document

    document = Document()
    document.core_properties.author = ""
    document.core_properties.created = document.core_properties.modified = _MADE
    for answer in answers:
        _add_answer(document, present(answer))
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _add_answer(document: Any, shown: Presentation) -> None:
    document.add_heading(_clean(shown.question), level=1)
    if shown.headline:
        document.add_heading(_clean(shown.headline), level=2)
    if shown.reason:
        document.add_paragraph(_clean(shown.reason))
    if shown.sentences:
        _add_sentences(document.add_paragraph(), shown)
    for note in shown.notes:
        document.add_paragraph(_clean(note))
    for heading, sources in list_sources(shown):
        document.add_heading(heading, level=2)
        for source in sources:
            _add_source(document, source)
    if shown.facts:
        document.add_paragraph(_clean(" · ".join(shown.facts)))


def _add_sentences(paragraph: Any, shown: Presentation) -> None:
    """The sentences, with the words that answer in bold."""
    for before, words, after in cut_sentences(shown):
        paragraph.add_run(_clean(before))
        if words:
            paragraph.add_run(_clean(words)).bold = True
        paragraph.add_run(_clean(after))


def _add_source(document: Any, source: ShownSource) -> None:
    paragraph = document.add_paragraph(f"[{source.number}] ")
    if source.address:
        _add_link(paragraph, _clean(source.title), source.address)
    else:
        paragraph.add_run(_clean(source.title))
    paragraph.add_run(_clean("".join(f", {fact}" for fact in source.details)))
    for quote in source.quotes:
        document.add_paragraph(_clean(str(quote)), style="Quote")


def _clean(text: str) -> str:
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
