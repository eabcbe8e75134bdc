"""PowerPoint presentations."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from index.errors import DatelineError
from index.read.formats.office.properties import open_office_zip, read_document, read_properties
from index.records import Article

if TYPE_CHECKING:
    from pptx.shapes.base import BaseShape
    from pptx.slide import Slide

_DEEPEST = 50  # groups of shapes in groups


def read_pptx(content: bytes, origin: str) -> list[Article]:
    """Make one article of all slides, each with its notes; the properties say who wrote it, and when."""
    import pptx

    try:
        with open_office_zip(content) as archive:
            properties = read_properties(archive)
        slides = pptx.Presentation(io.BytesIO(content)).slides
        blocks = [block for slide in slides for block in _list_blocks(slide)]
    except (DatelineError, MemoryError):
        raise
    except Exception as error:  # python-pptx raises what zipfile, lxml and it itself come upon
        raise DatelineError(f"it is a damaged presentation ({type(error).__name__}); save it again") from None
    return read_document("\n\n".join(blocks), origin, properties)


def _list_blocks(slide: Slide) -> Iterator[str]:
    yield from _read_shapes(slide.shapes)
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame):
        yield from (p.text for p in notes.paragraphs)


def _read_shapes(shapes: Iterable[BaseShape], depth: int = 0) -> Iterator[str]:
    from pptx.shapes.group import GroupShape

    for shape in shapes:
        if isinstance(shape, GroupShape) and depth < _DEEPEST:
            yield from _read_shapes(shape.shapes, depth + 1)
        elif shape.has_text_frame:
            yield from (" ".join(p.text.split()) for p in shape.text_frame.paragraphs)
        elif shape.has_table:
            yield from ("\t".join(cell.text for cell in row.cells) for row in shape.table.rows)
