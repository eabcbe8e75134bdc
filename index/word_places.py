"""Where the words of an article stand on its pictures, or in its recording, kept beside its text.

`Article.word_places` is JSON: the sizes of the `pages`, and for `text` and `title` a row of numbers for each word:
where it begins, how many characters it has, then its page and box, or from and to which millisecond it is spoken.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate, chain
from typing import Any, Literal, NamedTuple

from index.errors import DatelineError
from index.records import Article

_FIELDS = ("text", "title")
_MOST = 10**9  # of any number in it
_NONE = (ValueError, TypeError, KeyError, RecursionError)  # what is raised by what are no places
_BOX_ROW, _TIME_ROW = 7, 4  # numbers


class Page(NamedTuple):
    """A page's number, from 1, and the size of its picture in pixels, in which boxes are measured."""

    number: int
    width: int
    height: int


class Box(NamedTuple):
    """Where a word stands: the page's number, the upper left corner and the size, in pixels of the page's picture."""

    page: int
    x: int
    y: int
    width: int
    height: int


class Spoken(NamedTuple):
    """When a word is spoken, in milliseconds from the beginning of a recording."""

    start: int
    end: int


class SourcePlace(NamedTuple):
    """Where some characters of an article are in what it was read from: boxes on pages, or a time in a recording."""

    pages: tuple[Page, ...] = ()
    boxes: tuple[Box, ...] = ()
    spoken: Spoken | None = None

    def show(self) -> str:
        """The place in words: "page 3 of the scan", "at 12:34"."""
        if self.spoken is not None:
            return f"at {show_time(self.spoken.start)}"
        numbers = [page.number for page in self.pages]
        return f"page{'s' if len(numbers) > 1 else ''} {' and '.join(map(str, numbers))} of the scan"

    def to_json(self) -> dict[str, Any]:
        """The place as JSON has it; times in seconds."""
        if self.spoken is not None:
            return {
                "at": show_time(self.spoken.start),
                "start": self.spoken.start / 1000,
                "end": self.spoken.end / 1000,
            }
        return {
            "page": self.pages[0].number,
            "pages": [page._asdict() for page in self.pages],
            "boxes": [box._asdict() for box in self.boxes],
        }


class _Places(NamedTuple):
    """What is kept of an article: of `text` and `title` the rows of words, in order, and the sizes of pages."""

    pages: dict[int, Page]
    rows: Mapping[str, list[tuple[int, ...]]]


def show_time(milliseconds: int) -> str:
    """A time in a recording: 12:34, or 1:02:03."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def find_place(article: Article, start: int, end: int, field: Literal["text", "title"] = "text") -> SourcePlace | None:
    """Return where characters `start` to `end` of an article's text, or title, are; None where that is not known."""
    if not article.word_places:
        return None
    try:
        pages, rows = _read(article.word_places)
    except _NONE:  # a library that somebody else made may hold anything
        return None
    found = [row for row in rows[field] if row[0] < end and row[0] + row[1] > start]
    if not found:
        return None
    if not pages:
        return SourcePlace(spoken=Spoken(min(row[2] for row in found), max(row[3] for row in found)))
    boxes = tuple(Box(*row[2:]) for row in found)
    return SourcePlace(tuple(pages[number] for number in dict.fromkeys(box.page for box in boxes)), boxes)


def place_words(
    article: Article, words: Iterable[tuple[str, Box | Spoken | None]], pages: Iterable[Page] = ()
) -> Article:
    """The article with the places of its words.

    `words` are all that was read, in order, with what stands between them, of which cleaning may have left paragraphs
    out. A paragraph that is not found among them, sign by sign, has no places.
    """
    read = _Read([("".join(word.split()), mark) for word, mark in words])
    rows = {field: list(read.place(text)) for field, text in (("text", article.text), ("title", article.title))}
    if not any(rows.values()):
        return article
    written = {"pages": list(pages), **{field: list(chain.from_iterable(found)) for field, found in rows.items()}}
    return replace(article, word_places=json.dumps(written, separators=(",", ":")))


class _Read:
    """Words that were read, as one run of signs without spaces, each with its mark."""

    def __init__(self, words: list[tuple[str, Box | Spoken | None]]) -> None:
        self._signs = "".join(word for word, _ in words)
        self._marks = [mark for _, mark in words]
        self._ends = list(accumulate(len(word) for word, _ in words))

    def place(self, text: str) -> Iterator[tuple[int, ...]]:
        """A row for each word of the text's paragraphs, which stand among the signs in the same order."""
        at = 0
        for start, paragraph in _list_paragraphs(text):
            own = [n for n, sign in enumerate(paragraph, start) if not sign.isspace()]
            found = self._signs.find("".join(paragraph.split()), at)
            if found >= 0:
                at = found + len(own)
                yield from self._list_rows(found, own)

    def _list_rows(self, found: int, own: list[int]) -> Iterator[tuple[int, ...]]:
        """The rows of the words in the signs from `found` on, of which each stands at one of the places `own`."""
        for word in range(bisect_right(self._ends, found), len(self._ends)):
            first = max(self._ends[word - 1] if word else 0, found) - found
            last = min(self._ends[word] - found, len(own)) - 1
            if first >= len(own):
                return
            if last >= first and (mark := self._marks[word]) is not None:
                yield own[first], own[last] + 1 - own[first], *mark


def check_word_places(written: str, title: str, text: str) -> None:
    """Raise DatelineError for what are no places of words in this title and text."""
    try:
        rows = _read(written).rows
        inside = all(row[0] + row[1] <= len(text) for row in rows["text"])
        inside &= all(row[0] + row[1] <= len(title) for row in rows["title"])
    except _NONE:
        inside = False
    if not inside:
        raise DatelineError("its `word_places` are none of its words; leave them out")


def _list_paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """The paragraphs of a text, each with its place."""
    at = 0
    for paragraph in text.split("\n\n"):
        if paragraph.strip():
            yield at, paragraph
        at += len(paragraph) + 2


@lru_cache(maxsize=16)
def _read(written: str) -> _Places:
    """What `place_words` wrote; raises ValueError, TypeError or KeyError for anything else."""
    given = json.loads(written)
    pages = {number: Page(number, width, height) for number, width, height in given["pages"]}
    size = _BOX_ROW if pages else _TIME_ROW
    rows = {}
    for field in _FIELDS:
        numbers = given[field]
        if len(numbers) % size or not all(type(number) is int and 0 <= number < _MOST for number in numbers):
            raise ValueError
        rows[field] = [tuple(numbers[n : n + size]) for n in range(0, len(numbers), size)]
        if pages and not all(row[2] in pages for row in rows[field]):
            raise ValueError
    if not all(type(number) is int and 0 <= number < _MOST for page in pages.values() for number in page):
        raise ValueError
    return _Places(pages, rows)
