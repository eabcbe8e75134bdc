"""OpenDocument texts and presentations (ISO/IEC 26300)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.errors import DatelineError
from index.read.formats.office.properties import open_office_zip, read_document, read_properties
from index.records import Article

if TYPE_CHECKING:
    from lxml.etree import _Element

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_BLOCKS = (f"{_TEXT}p", f"{_TEXT}h")
_SIGNS = {f"{_TEXT}s": " ", f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_UNSEEN = (f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}note")  # what was deleted; remarks; footnotes


def read_odt(content: bytes, origin: str) -> list[Article]:
    """Make one article of the headings and paragraphs, in order; the properties say who wrote it, and when."""
    from lxml import etree

    try:
        with open_office_zip(content) as archive:
            properties = read_properties(archive)
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            root = etree.fromstring(archive.read("content.xml"), parser)
    except (DatelineError, MemoryError):
        raise
    except Exception as error:  # whatever zipfile and lxml come upon
        raise DatelineError(f"it is a damaged OpenDocument file ({type(error).__name__}); save it again") from None
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    return read_document("\n\n".join(map(_read_block, root.iter(*_BLOCKS))), origin, properties)


def _read_block(block: _Element) -> str:
    """The words of a paragraph, but for those of paragraphs in it, which come by themselves (a frame's, say)."""
    parts = [block.text or ""]
    for element in block.iterdescendants():
        inside = next(parent for parent in element.iterancestors(*_BLOCKS)) is block
        if inside and element.tag not in _BLOCKS:
            parts += [_SIGNS.get(element.tag, ""), element.text or ""]
        if inside:
            parts.append(element.tail or "")
    return "".join(parts)
