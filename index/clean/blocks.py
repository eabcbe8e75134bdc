"""The visible blocks of a web page, in order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr html label legend li main nav ol option p pre section summary table tbody td tfoot th "
    "thead tr ul".split()
)
_UNSEEN = frozenset(
    "audio button canvas head iframe math noscript object script select style svg template textarea title video".split()
)
_NO_MARKUP = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
_NAMING = ("class", "id", "itemprop", "role")
_AROUND = frozenset("aside footer form nav".split())


class Block(NamedTuple):
    """Words that stand together: white space squeezed, `linked` the share of characters in links (0 to 1).

    `around` is true for what the markup itself puts outside the article: navigation, footers, forms, asides. `tag` is
    the element that the words stand in; `names` are the classes, ids and roles of the three innermost elements.
    """

    text: str
    linked: float = 0.0
    around: bool = False
    tag: str = ""
    names: str = ""


class _Gatherer:
    """The block that is being read, and those read before."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.links = 0  # how many links, and elements around the article, the place read is in
        self.around = 0
        self._open: list[tuple[str, str]] = []  # tag and names of the elements that the place read is in
        self._words: list[str] = []
        self._linked = 0
        self._breaks = 0

    def open_element(self, element: HtmlElement) -> None:
        self.end_block()
        named = (element.get(attribute) for attribute in _NAMING)
        self._open.append((element.tag, " ".join(name for name in named if name)))

    def close_element(self) -> None:
        self.end_block()
        self._open.pop()

    def take(self, text: str | None) -> None:
        if not text:
            return
        if text.strip():
            self._breaks = 0
        self._words.append(text)
        if self.links:
            self._linked += len(text.strip())

    def break_line(self) -> None:
        """Two line breaks in a row end a block, one is white space."""
        self._breaks += 1
        if self._breaks == 2:
            self.end_block()
        self._words.append(" ")

    def end_block(self) -> None:
        text = " ".join("".join(self._words).split())
        if text:
            tag = self._open[-1][0] if self._open else ""
            names = " ".join(name for _, name in self._open[-3:] if name)
            self.blocks.append(Block(text, self._linked / len(text), self.around > 0, tag, names))
        self._words.clear()
        self._linked = self._breaks = 0


def parse_fragment(markup: str) -> HtmlElement:
    """Return a piece of HTML as a `div`, without the characters that no markup may have."""
    import lxml.html

    return lxml.html.fragment_fromstring(f"<div>{_NO_MARKUP.sub('', markup)}</div>", create_parent="div")


def read_blocks(tree: HtmlElement) -> list[Block]:
    """Return the blocks of a page that a reader sees, scripts and hidden elements left out."""
    from lxml import etree

    gatherer = _Gatherer()
    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event == "start":
            if element.tag in _UNSEEN or _is_hidden(element):
                walk.skip_subtree()
            else:
                _open(element, gatherer)
        elif event == "end":
            if not (element.tag in _UNSEEN or _is_hidden(element)):
                _close(element.tag, gatherer)
            gatherer.take(element.tail)
        else:
            gatherer.take(element.tail)
    gatherer.end_block()
    return gatherer.blocks


def _open(element: HtmlElement, gatherer: _Gatherer) -> None:
    if element.tag in _BLOCKS:
        gatherer.open_element(element)
    if element.tag == "br":
        gatherer.break_line()
    gatherer.links += element.tag == "a"
    gatherer.around += element.tag in _AROUND
    gatherer.take(element.text)


def _close(tag: str, gatherer: _Gatherer) -> None:
    if tag in _BLOCKS:
        gatherer.close_element()
    gatherer.links -= tag == "a"
    gatherer.around -= tag in _AROUND


def _is_hidden(element: HtmlElement) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and "display:none" in style.replace(" ", "").lower())
