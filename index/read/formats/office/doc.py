"""Documents of Word and PowerPoint as they were before 2007, read by catdoc where it is installed."""

from __future__ import annotations

import re

from index.errors import DatelineError
from index.read.formats.plain_text import read_text
from index.read.tools import is_installed, run_tool
from index.records import Article

_LINK = re.compile(r'HYPERLINK "[^"\n]*"\s*')  # where a link leads, which catdoc puts before its words


def read_doc(content: bytes, origin: str) -> list[Article]:
    """Make one article of the text of a Word document (.doc)."""
    return _read_with(["catdoc", "-d", "utf-8", "-w"], "Word", "docx", content, origin)


def read_ppt(content: bytes, origin: str) -> list[Article]:
    """Make one article of the text of a presentation (.ppt)."""
    return _read_with(["catppt", "-d", "utf-8"], "PowerPoint", "pptx", content, origin)


def _read_with(command: list[str], name: str, newer: str, content: bytes, origin: str) -> list[Article]:
    if not is_installed(command[0]):
        raise DatelineError(f"it is in the old format of {name}; save it as {newer}, or install the program catdoc")
    text = run_tool(command, content).decode("utf-8", "replace")
    return read_text("\n\n".join(_LINK.sub("", text).replace("\f", "\n").split("\n")), origin)
