"""Rich Text Format."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from index.errors import DatelineError
from index.read.formats.office.properties import Properties, check_properties, read_document
from index.records import Article

_HEAD = 100_000  # characters in which the properties stand
# Without it, striprtf takes no link for one, whose address it would put into the text.
_FIELD = re.compile(r"\\field\b")
_AUTHOR = re.compile(r"\{\\author ([^{}\\]{1,500})\}")
_CREATED = re.compile(r"\{\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})(?:\\hr(\d{1,2}))?(?:\\min(\d{1,2}))?")


def read_rtf(content: bytes, origin: str) -> list[Article]:
    """Make one article of the text; the properties say who wrote it, and when."""
    from striprtf.striprtf import rtf_to_text

    source = content.decode("latin-1")  # RTF is ASCII; any other byte is kept as it is
    try:
        text = rtf_to_text(_FIELD.sub("", source), encoding="cp1252", errors="replace")
    except (ValueError, LookupError, OverflowError) as error:  # what striprtf doesn't catch of a torn file
        raise DatelineError(f"it is a damaged RTF file ({type(error).__name__}); save it again") from None
    blocks = "\n\n".join(text.replace("|\n", "\n").split("\n"))
    return read_document(blocks, origin, _read_properties(source[:_HEAD]))


def _read_properties(head: str) -> Properties:
    author, created = _AUTHOR.search(head), _CREATED.search(head)
    try:
        year, month, day, hour, minute = (int(n or 0) for n in created.groups()) if created else (0,) * 5
        when = datetime(year, month, day, hour, minute, tzinfo=UTC)
    except ValueError:  # a day that the calendar does not have
        when = None
    return check_properties(author[1].strip() if author else "", when)
