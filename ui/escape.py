"""Text that others wrote, made fit for what it is put into: a line, HTML, Markdown."""

from __future__ import annotations

import re
import string
from itertools import product

from index import Span, join_lines as join_lines, make_safe

_ENTITIES = {ord(c): f"&#{ord(c)};" for c in string.punctuation}
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~$&])")
_LINE_START = re.compile(r"^(\d*)([-=+#.)])")  # what makes a list or a heading of a line, at its start only

_OPEN, _CLOSE = "[【［⟦⁅〔〖〘〚❲⦋⦍⦏⟬", "]】］⟧⁆〕〗〙〛❳⦌⦎⦐⟭"
_MARKER = re.compile(rf"[{re.escape(_OPEN)}]\s*(\d{{1,3}}(?:\s*[,;/&–-]\s*\d{{1,3}})*)\s*[{re.escape(_CLOSE)}]")


def mute_markers(text: str) -> str:
    """A line of others' words in which nothing looks like a marker of ours: "[2]" becomes "(2)"."""
    return _MARKER.sub(r"(\1)", join_lines(text))


def find_muted(text: str, span: Span) -> Span | None:
    """Where the characters of `span` stand in `mute_markers(text)`; None where they are a part of what it changes."""
    before, words, after = map(mute_markers, (text[: span.start], text[span.start : span.end], text[span.end :]))
    muted = mute_markers(text)
    for first, last in product(("", " "), repeat=2):
        if words and muted == f"{before}{first}{words}{last}{after}":
            start = len(before) + len(first)
            return Span(start, start + len(words))
    return None


def escape(text: str) -> str:
    """The text for HTML: every ASCII sign as an entity, and no character that would turn the line round.

    What is left means nothing to HTML, Markdown or LaTeX.
    """
    return make_safe(text).encode("utf-8", "replace").decode().translate(_ENTITIES)


def escape_line(text: str) -> str:
    """As `escape`, in one line: a blank line would end the HTML block that keeps Markdown out."""
    return escape(" ".join(text.split()))


def escape_markdown(text: str) -> str:
    """A line for Markdown: a backslash before every sign that Markdown or HTML could read as markup."""
    return _LINE_START.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", join_lines(text)))


def unescape_markdown(text: str) -> str:
    """The text without those backslashes."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
