"""Word documents."""

from __future__ import annotations

import io
import zipfile

from index.errors import DatelineError
from index.read.formats.archives import Budget
from index.read.formats.plain_text import read_text
from index.records import Article


def read_docx(content: bytes, origin: str) -> list[Article]:
    """Make one article of the paragraphs and tables, in order. The file's own dates are not the article's."""
    import docx
    from docx.table import Table

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            Budget(len(content), 0).spend(sum(info.file_size for info in archive.infolist()))
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
    return read_text("\n\n".join(blocks), origin)
