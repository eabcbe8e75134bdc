"""Markdown, with or without front matter."""

from __future__ import annotations

import re
from typing import Any

from index.clean.blocks import parse_fragment
from index.errors import DatelineError
from index.identify import find_columns, make_article_from_mapping
from index.read.formats.plain_text import read_text
from index.records import Article

_YAML = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)  # Jekyll, Eleventy, MkDocs, Astro, Hugo
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)\n\+\+\+[ \t]*\n", re.DOTALL)  # Hugo, Zola
_LINES = re.compile(r"\A(?:[A-Za-z][\w-]{1,30}:[ \t]*.*\n(?:[ \t]+\S.*\n)*)+\n")  # Pelican, MultiMarkdown
_LINE = re.compile(r"^([\w-]+):[ \t]*((?:.*\n)(?:[ \t]+\S.*\n)*)", re.MULTILINE)
_LONGEST_FRONT_MATTER = 1 << 16  # characters
_NAMED_FOR_DAY = re.compile(r"(?:^|[/\\#])((\d{4}-\d{2}-\d{2})-[^/\\#]*)$")  # as Jekyll wants it
# What site generators put into a text and a reader never sees: Hugo's shortcodes, Liquid and Jinja, imports of MDX.
_INSTRUCTIONS = re.compile(
    r"\{\{[<%].{0,300}?[%>]\}\}|\{%.{0,300}?%\}|^import\s.{1,200}\sfrom\s+['\"][^'\"\n]+['\"];?[ \t]*$", re.MULTILINE
)
_BLOCKS = ["h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "pre", "td", "th"]


def read_markdown(text: str, origin: str) -> list[Article]:
    """Make one article of a Markdown text; its front matter tells of it, and its first heading is the title.

    Front matter is YAML, TOML, or lines like "Title: …"; a file named 2024-03-05-title.md says its day by that.
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n")
    fields, body = _split_front_matter(text)
    if not fields and body == text:
        return read_text(_to_plain(text), origin)
    plain = _to_plain(_INSTRUCTIONS.sub("", body))
    fields = _choose_fields(fields)
    title = str(fields.get("title") or "")
    if title and plain.startswith(title + "\n"):
        plain = plain.removeprefix(title)
    if "published" not in fields and (named := _NAMED_FOR_DAY.search(origin)):
        fields |= {"published": named[2], "date_evidence": f"file name: {named[1]}"}
    return [make_article_from_mapping({**fields, "title": title, "text": plain}, origin=origin)]


def _split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """What the front matter says, and the text below it; nothing and the whole text where there is none."""
    if match := _YAML.match(text):
        return _read_yaml(match[1]), text[match.end() :]
    if match := _TOML.match(text):
        return _read_toml(match[1]), text[match.end() :]
    if (match := _LINES.match(text)) and len(match[0]) <= _LONGEST_FRONT_MATTER:
        fields: dict[str, Any] = {name.lower(): " ".join(value.split()) for name, value in _LINE.findall(match[0])}
        if "title" in fields and len(fields) > 1:
            names = fields.get("authors") or fields.get("author") or ""
            fields["authors"] = [name.strip() for name in names.split(";" if ";" in names else ",")]
            return fields, text[match.end() :]
    return {}, text


def _choose_fields(given: dict[str, Any]) -> dict[str, Any]:
    """The fields of an article that are there; an address that is none by itself (/2024/03/flood/) is none."""
    if isinstance(dates := given.get("date"), dict):  # Material for MkDocs
        given = {**given, "date": dates.get("created"), "updated": dates.get("updated")}
    fields = {field: given[name] for field, name in find_columns(given, {}).items() if given[name] is not None}
    if not str(fields.get("url", "")).startswith(("http://", "https://")):
        fields.pop("url", None)
    return fields


def _read_yaml(text: str) -> dict[str, Any]:
    import yaml

    class Loader(yaml.SafeLoader):
        """Refuses what stands for what is written elsewhere: a few of them in one another fill any memory."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("it has an alias")
            return super().compose_node(parent, index)

    _refuse_long(text)
    try:
        fields = yaml.load(text, Loader)  # noqa: S506 (a SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a day that the calendar does not have
        line = str(error).splitlines()[0]
        raise DatelineError(f"its front matter is not YAML ({line}); fix the lines between the two ---") from None
    return fields if isinstance(fields, dict) else {}


def _read_toml(text: str) -> dict[str, Any]:
    import tomllib

    _refuse_long(text)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        line = str(error).splitlines()[0]
        raise DatelineError(f"its front matter is not TOML ({line}); fix the lines between the two +++") from None


def _refuse_long(text: str) -> None:
    if len(text) > _LONGEST_FRONT_MATTER:
        raise DatelineError("its front matter is longer than 64 KiB; shorten it")


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
