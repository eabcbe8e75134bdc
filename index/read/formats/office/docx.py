"""Word documents."""

from __future__ import annotations

import io

from index.errors import DatelineError
from index.read.formats.office.properties import open_office_zip, read_document, read_properties
from index.records import Article


def read_docx(content: bytes, origin: str) -> list[Article]:
    """Make one article of the paragraphs and tables, in order; the properties say who wrote it, and when."""
    import docx
    from docx.table import Table

    try:
        with open_office_zip(content) as archive:
            properties = read_properties(archive)
        document = docx.Document(io.BytesIO(content))
        blocks: list[str] = []
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                blocks += ["\t".join(cell.text for cell in row.cells) for row in block.rows]
            else:
                blocks.append(block.text)
    except (DatelineError, MemoryError):
        raise
    except Exception as error:  # python-docx raises what zipfile, lxml and it itself come upon
        raise DatelineError(f"it is a damaged Word document ({type(error).__name__}); save it again") from None
    return read_document("\n\n".join(blocks), origin, properties)
