"""Answers with their citations as a Word file, with python-docx."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from index import make_safe
from rag import Answer
from ui.export.texts import find_address, join_lines, show_facts, show_quotes, write_sentences

_NOT_XML = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
_MADE = datetime(2000, 1, 1, tzinfo=UTC)  # the same answer gives the same file


def write_docx(answers: Sequence[Answer]) -> bytes:
    """The answers as a Word file: each question a heading, titles linked to their articles, quotes as quotes."""
    from docx import Document

    document = Document()
    document.core_properties.author = ""
    document.core_properties.created = document.core_properties.modified = _MADE
    for answer in answers:
        document.add_heading(_clean(join_lines(answer.question)), level=1)
        document.add_paragraph(_clean(write_sentences(answer, make_safe)))
        for citation in answer.citations:
            title, *facts = (_clean(fact) for fact in show_facts(citation.hit.article))
            paragraph = document.add_paragraph(f"[{citation.marker}] ")
            address = find_address(citation.hit.article)
            if address:
                _add_link(paragraph, title, _clean(address))
            else:
                paragraph.add_run(title)
            paragraph.add_run("".join(f", {fact}" for fact in facts))
            for words in show_quotes(citation):
                document.add_paragraph(_clean(words), style="Quote")
    written = BytesIO()
    document.save(written)
    return written.getvalue()


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
