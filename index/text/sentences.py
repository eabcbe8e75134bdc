"""Where sentences begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import sentencex

_LINE = re.compile(r"[^\n]+")
_WINDOW = 20_000  # characters that the splitter reads at once: its time grows with the square of a line's signs


class Span(NamedTuple):
    """Characters `start` to `end` of a text, half-open."""

    start: int
    end: int


def split_sentences(text: str, language: str = "en") -> list[Span]:
    """Return the sentences of `text` in order, without the white space around them.

    Spans don't overlap, none is empty, and every character outside them is white space. A line break
    always ends a sentence, since cleaned articles have one paragraph a line.
    """
    return list(find_sentences(text, language))


def find_sentences(text: str, language: str = "en") -> Iterator[Span]:
    """The same, one after the other, so that who needs the first alone need not wait for the last."""
    for line in _LINE.finditer(text):
        start = line.start()
        # The splitter gives every character back, so lengths alone tell where each sentence stands.
        for sentence in _segment(line.group(), language):
            inner = sentence.strip()
            if inner:
                lead = len(sentence) - len(sentence.lstrip())
                yield Span(start + lead, start + lead + len(inner))
            start += len(sentence)


def _segment(line: str, language: str) -> Iterator[str]:
    """The line's sentences. The last one that is seen of a long line is read again, with what follows it."""
    at = 0
    while len(line) - at > _WINDOW:
        *whole, last = sentencex.segment(language, line[at : at + _WINDOW])
        seen = sum(map(len, whole))
        if seen < _WINDOW // 2:  # no sentence is so long
            whole, seen = [*whole, last], _WINDOW
        yield from whole
        at += seen
    yield from sentencex.segment(language, line[at:])
