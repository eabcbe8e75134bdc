"""Briefs with their sources as Markdown and as Word files."""

from __future__ import annotations

from io import BytesIO

from rag import Brief
from ui.escape import escape_markdown, join_lines, mute_markers
from ui.export.docx import add_source, clean, new_document
from ui.export.texts import bold_markdown, write_markdown_source
from ui.presentation import SOURCES, show_citation


def write_brief_markdown(brief: Brief) -> str:
    """The brief in Markdown: a list under each heading, and the numbered sources. Nothing of the articles is markup."""
    blocks = [f"# {escape_markdown(mute_markers(brief.topic))}"]
    for section in brief.sections:
        blocks.append(f"## {escape_markdown(section.heading)}")
        blocks.append("\n".join(f"- {_mark(line.when, line.text, line.citations)}" for line in section.lines))
    blocks += map(escape_markdown, brief.notes)
    blocks.append(f"## {escape_markdown(SOURCES)}")
    for source in map(show_citation, brief.citations):
        blocks += write_markdown_source(source, source.address)
    return "\n\n".join(blocks) + "\n"


def _mark(when: str, text: str, markers: tuple[int, ...]) -> str:
    cited = " ".join(f"\\[{marker}\\]" for marker in markers)
    return f"{bold_markdown(escape_markdown(when))}: {escape_markdown(mute_markers(text))} {cited}"


def write_brief_docx(brief: Brief) -> bytes:
    """The brief as a Word file; the same brief gives the same bytes."""
    document = new_document()
    document.add_heading(clean(join_lines(brief.topic)), level=1)
    for section in brief.sections:
        document.add_heading(section.heading, level=2)
        for line in section.lines:
            paragraph = document.add_paragraph(style="List Bullet")
            paragraph.add_run(f"{line.when}: ").bold = True
            markers = " ".join(f"[{marker}]" for marker in line.citations)
            paragraph.add_run(f"{clean(mute_markers(line.text))} {markers}")
    for note in brief.notes:
        document.add_paragraph(clean(note))
    document.add_heading(SOURCES, level=2)
    for citation in brief.citations:
        add_source(document, show_citation(citation))
    written = BytesIO()
    document.save(written)
    return written.getvalue()
