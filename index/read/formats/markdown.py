"""Markdown, with or without front matter."""

from __future__ import annotations

import re
from typing import Any

from index.clean.blocks import parse_fragment
from index.errors import DatelineError
from index.identify import make_article_from_mapping
from index.read.formats.plain_text import read_text
from index.records import Article

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)
_LONGEST_FRONT_MATTER = 1 << 16  # characters
_BLOCKS = ["h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "pre", "td", "th"]


def read_markdown(text: str, origin: str) -> list[Article]:
    """Make one article of a Markdown text; its front matter tells of it, and its first heading is the title."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n")
    match = _FRONT_MATTER.match(text)
    fields = _read_front_matter(match[1]) if match else {}
    plain = _to_plain(text[match.end() :] if match else text)
    if not match:
        return read_text(plain, origin)
    title = str(fields.get("title") or "")
    if title and plain.startswith(title + "\n"):
        plain = plain.removeprefix(title)
    return [make_article_from_mapping({**fields, "title": title, "text": plain}, origin=origin)]


def _read_front_matter(text: str) -> dict[str, Any]:
    import yaml

    class Loader(yaml.SafeLoader):
        """Refuses what stands for what is written elsewhere: a few of them in one another fill any memory."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("it has an alias")
            return super().compose_node(parent, index)

    if len(text) > _LONGEST_FRONT_MATTER:
        raise DatelineError("its front matter is longer than 64 KiB; shorten it")
    try:
        fields = yaml.load(text, Loader)  # noqa: S506 (a SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a day that the calendar does not have
        line = str(error).splitlines()[0]
        raise DatelineError(f"its front matter is not YAML ({line}); fix the lines between the two ---") from None
    return fields if isinstance(fields, dict) else {}


def _to_plain(markdown: str) -> str:
    """The words alone, a blank line between blocks."""
    from lxml import etree
    from markdown_it import MarkdownIt

    root = parse_fragment(MarkdownIt("commonmark").enable("table").render(markdown))
    etree.strip_elements(root, "script", "style", with_tail=False)
    blocks = []
    for element in root.iter(*_BLOCKS):
        if not any(child.tag in _BLOCKS for child in element.iterdescendants()):
            blocks.append(" ".join(element.text_content().split()))
    return "\n\n".join(b for b in blocks if b)
